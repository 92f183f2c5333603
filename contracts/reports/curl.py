"""Requests as curl lines, for a POSIX shell; keys and ids are variables of it."""

import re
import shlex
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from contracts.events import RuleBroken
from contracts.exchange import Sent, key_pair
from contracts.keys import LABEL
from contracts.reports.steps import steps_of
from contracts.script import Download

VIDEO = "VIDEO"
VIDEO_WORD = f'"${VIDEO}"'
BASE_VARIABLE = "EMPIRIOLABS_BASE_URL"
# What a shell would do something about between double quotes, and what curl would about a URL.
SPECIAL = re.compile(r'([$`"\\])')
GLOB = re.compile(r"[\[\]{}]")
# Longer or stranger than this does not go into an argument.
PLAIN = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]{0,50000}")


def variable(name: str) -> str:
    """Return the shell's variable for the job called *name*."""
    return re.sub(r"\W", "_", name, flags=re.ASCII).upper()


def key_variable(name: str) -> str:
    """Return the variable of the environment that has the key called *name*; a label does not change it."""
    account = name.partition(LABEL)[0]
    return (
        "EMPIRIOLABS_API_KEY" if account == "main" else f"EMPIRIOLABS_{variable(account)}_API_KEY"
    )


def quoted(text: str) -> str:
    """Return *text* as it stands between double quotes."""
    return SPECIAL.sub(r"\\\1", text)


def url_word(base: str, target: str, names: Mapping[str, str]) -> str:
    """Return the URL of *target* as a word of the shell, ids of *names* (name to id) replaced by their variables.

    *base*, the root of the API, is written as it is.
    """
    if urlsplit(target).scheme:
        return shlex.quote(target)
    text = quoted(target)
    for name, job_id in names.items():
        text = text.replace(quote(job_id, safe=""), f"${{{variable(name)}}}")
    return f'"{base}{text}"'


def arguments(sent: Sent, url: str, key: str | None, *, data: str = "-") -> str:
    """Return what curl is called with for *sent*: to *url*, a word, with the key in the variable *key*.

    A body that may not be an argument is read from the file *data*, a word; ``-`` is the standard input.
    """
    words = [*_method(sent), *_care(sent.target), url]
    if key is not None:
        words.append('-H "{}: {}"'.format(*key_pair(sent.key_header, f"${key}")))
    words += [f"-H {shlex.quote(_header(name, value))}" for name, value in sent.headers]
    if sent.body is not None:
        if sent.content_type is None:
            words.append("-H 'content-type:'")  # else curl says on its own what the body is
        text = plain(sent.body)
        words.append(
            f"--data-binary @{data}" if text is None else f"--data-raw {shlex.quote(text)}"
        )
    return " ".join(words)


def printed(body: bytes) -> str:
    """Return the call of the shell that prints *body*, whatever is in it."""
    return "printf '{}'".format("".join(f"\\{byte:03o}" for byte in body))


def curl_line(broken: RuleBroken, target: str) -> str:
    """Return the line that sends the request which shows *broken* to *target*, a URL, with ids by their names."""
    sent = broken.failure.exchange.sent
    base = quoted(target.rstrip("/")) if urlsplit(target).scheme else f"${BASE_VARIABLE}"
    done, names = steps_of(broken)
    last = next((one.step for one in reversed(done) if one.exchanges), None)
    url = VIDEO_WORD if isinstance(last, Download) else url_word(base, sent.target, names)
    key = None if sent.key is None else key_variable(sent.key)
    line = f"curl -sS {arguments(sent, url, key)}"
    if sent.body is None or plain(sent.body) is not None:
        return line
    return f"{printed(sent.body)} | {line}"


def _method(sent: Sent) -> list[str]:
    if sent.method == "HEAD":
        return ["--head"]
    return [] if sent.method == "GET" and sent.body is None else [f"-X {sent.method}"]


def _care(target: str) -> list[str]:
    """Return what keeps curl from changing *target*."""
    globs = ["--globoff"] if GLOB.search(target) else []
    return [*globs, "--path-as-is"] if "/." in urlsplit(target).path else globs


def _header(name: str, value: str) -> str:
    return f"{name}: {value}" if value else f"{name};"


def plain(body: bytes) -> str | None:
    """Return *body* as text that may be an argument of a program, None where it may not."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return text if PLAIN.fullmatch(text) else None
