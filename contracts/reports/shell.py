"""A failure as a shell script that replays it, with nothing but curl and jq."""

import json
import shlex
from collections.abc import Iterator, Mapping, Set

from contracts.document import Contract
from contracts.events import RuleBroken, RunStarted
from contracts.exchange import MAIN, OTHER, Sent, json_request
from contracts.keys import LABEL
from contracts.printable import one_line
from contracts.reports.curl import (
    BASE_VARIABLE,
    VIDEO,
    VIDEO_WORD,
    arguments,
    key_variable,
    plain,
    printed,
    quoted,
    url_word,
    variable,
)
from contracts.reports.prelude import (
    ASK,
    CONTROL,
    FILE_ID,
    FOLLOW,
    KEEP_TAG,
    TAG_WORD,
    URL_OF_VIDEO,
)
from contracts.reports.steps import words
from contracts.reports.summary import summary_of
from contracts.script import (
    ETAG,
    Call,
    Control,
    Download,
    Follow,
    OnJob,
    Script,
    Sign,
    Step,
    Submit,
    Upload,
    Wait,
)

KEYS = (MAIN, OTHER)
BODY_WORD = '"$BODY"'


def shell_script(broken: RuleBroken, started: RunStarted, contract: Contract) -> str:
    """Return the script that replays *broken*, which was found by the run that *started*."""
    summary = summary_of(broken, contract)
    paths = {name: operation.path for name, operation in contract.api.operations.items()}
    fields = [field for model in contract.models.values() for field in model.properties.items()]
    arrays = {name for name, schema in fields if schema.get("type") == "array"}
    writer = _Writer(paths, arrays, broken.script)
    lines = [
        "#!/bin/sh",
        *_comment(
            summary.sentence, f"  expected  {summary.expected}", f"  received  {summary.received}"
        ),
        *([f"# {summary.note}"] if summary.note else []),
        "# Needs curl and jq. The environment chooses another target and key:"
        f" {BASE_VARIABLE} (the root of the API) and {key_variable(MAIN)}.",
        "set -eu",
        "",
        *_variables(started, contract.api.key_prefix),
        *writer.functions(is_emulator=started.is_emulator),
    ]
    for number, step in enumerate(broken.script.steps, 1):
        lines += ["", _said(f"{number}. {words(step)}"), *writer.lines(step)]
    told = f"Expected: {summary.expected}; received when this was found: {summary.received}"
    lines += ["", _said(told)]
    return "\n".join(lines) + "\n"


def _said(text: str) -> str:
    return f"say {shlex.quote(one_line(text))}"


def _comment(*lines: str) -> Iterator[str]:
    yield from (f"# {one_line(line)}" for line in lines)


def _variables(started: RunStarted, prefix: str) -> Iterator[str]:
    """Yield where to send to and with which keys; on an emulator, with those of accounts that nobody has used."""
    is_url = "://" in started.target
    otherwise = f"-{quoted(started.target.rstrip('/'))}" if is_url else "?is the root of the API"
    yield f'BASE="${{{BASE_VARIABLE}:{otherwise}}}"'
    if not started.is_emulator:
        yield f'MAIN_KEY="${{{key_variable(MAIN)}:?is the key to replay with}}"'
        yield f'OTHER_KEY="${{{key_variable(OTHER)}-}}"'
        return
    yield f'RUN="${{{key_variable(MAIN)}:-{prefix}replay}}-$(date +%s)-$$"'
    yield from (f'{variable(name)}_KEY="$RUN-{number}"' for number, name in enumerate(KEYS, 1))


class _Writer:
    """Writes the steps of a script; *paths* are those of the operations by id, *arrays* the fields that are some."""

    def __init__(self, paths: Mapping[str, str], arrays: Set[str], script: Script) -> None:
        self._paths = paths
        self._arrays = arrays
        self._script = script
        self._used = {
            step.job for step in script.steps if isinstance(step, OnJob | Follow | Download)
        } | {step.of for step in script.steps if isinstance(step, Sign)}
        self._is_tagged = any(
            ETAG in value
            for step in script.steps
            if isinstance(step, Download)
            for _, value in step.headers
        )
        self._downloads = any(isinstance(step, Download | Sign) for step in script.steps)

    def functions(self, *, is_emulator: bool) -> Iterator[str]:
        """Yield what the steps call."""
        yield ASK
        if is_emulator:
            yield CONTROL
        else:
            yield '\npass() { sleep "$1"; }'
        if any(isinstance(step, Follow) for step in self._script.steps):
            yield FOLLOW.replace("@URL@", self._url_of_job("job", "$1"))

    def lines(self, step: Step) -> Iterator[str]:
        """Yield the lines that carry out *step*."""
        match step:
            case Wait():
                yield f"pass {step.seconds:.12g}"
            case Submit():
                yield from self._submit(step)
                yield from self._named(step.job)
            case OnJob():
                yield from self._on_job(step)
            case Follow():
                yield _needs(step.job)
                key = "" if step.key is None else f"${_key(step.key)}"
                yield f'follow "${variable(step.job)}" {step.seconds:.12g} {step.most} "{key}"'
                yield from self._kept(step.job)
            case Download():
                yield from self._download(step)
            case _:
                yield from self._other(step)

    def _other(self, step: Upload | Sign | Control | Call) -> Iterator[str]:
        match step:
            case Upload():
                yield from self._upload(step)
            case Sign():
                yield from self._sign(step)
            case Control():
                fields = shlex.quote(json.dumps(step.fields))
                yield f'control {step.method} {shlex.quote(step.path)} {fields} "${_key(step.key)}"'
            case _:
                yield from self._ask(step.sent)
                yield from self._named(step.job)

    def _named(self, job: str | None) -> Iterator[str]:
        """Yield what keeps the id of the *job* that the last answer is about, where another step needs it."""
        if job in self._used:
            yield f"{variable(job)}=$(told '.job_id | strings | @uri')"

    def _submit(self, step: Submit) -> Iterator[str]:
        sent = json_request("submit", "POST", self._paths["submit"], step.fields, key=step.key)
        if not step.files:
            yield from self._ask(sent)
            return
        assert sent.body is not None
        paths, sets = "", []
        for number, (field, file) in enumerate(step.files.items()):
            name = variable(file)
            yield _needs(file)
            paths += f' --arg f{number} "$(printf \'%s\' "${name}_TOLD" | jq -r .path)"'
            value = f"[$f{number}]" if field in self._arrays else f"$f{number}"
            sets.append(f".{field} = {value}")
        yield "BODY=$(mktemp)"
        changed = shlex.quote(" | ".join(sets))
        yield f'{printed(sent.body)} | jq -c{paths} {changed} >"$BODY"'
        bare = Sent(operation="submit", method="POST", target=sent.target, headers=sent.headers)
        key = None if step.key is None else _key(step.key)
        url = url_word("$BASE", sent.target, {})
        yield f"ask {arguments(bare, url, key)} --data-binary @{BODY_WORD}"

    def _upload(self, step: Upload) -> Iterator[str]:
        key = None if step.key is None else _key(step.key)
        sent = Sent(operation="upload", method="POST", target=self._paths["upload"])
        part = f'"file=@$BODY;filename={quoted(step.name)};type={step.content_type}"'
        yield "BODY=$(mktemp)"
        yield f'{printed(step.content)} >"$BODY"'
        yield f"ask {arguments(sent, url_word('$BASE', sent.target, {}), key)} -F {part}"
        yield f"{variable(step.file)}=$(told '.id')"
        yield f"{variable(step.file)}_TOLD=$ANSWER"

    def _sign(self, step: Sign) -> Iterator[str]:
        name, path = variable(step.of), self._paths["sign"]
        key = "" if step.key is None else f' -H "authorization: Bearer ${_key(step.key)}"'
        yield _needs(step.of)
        yield f"ID=$(printf '%s' \"${{{name}_TOLD-}}\" | jq -r {shlex.quote(FILE_ID)})"
        yield f'ask "$BASE{path}?file_id=$ID"{key}'
        yield f"{name}_SIGNED=$ANSWER"

    def _ask(self, sent: Sent) -> Iterator[str]:
        key = None if sent.key is None else _key(sent.key)
        if sent.body is not None and plain(sent.body) is None:
            yield "BODY=$(mktemp)"
            yield f'{printed(sent.body)} >"$BODY"'
        url = url_word("$BASE", sent.target, {})
        yield f"ask {arguments(sent, url, key, data=BODY_WORD)}"

    def _on_job(self, step: OnJob) -> Iterator[str]:
        name = variable(step.job)
        key = None if step.key is None else _key(step.key)
        method = "GET" if step.operation == "job" else "POST"
        sent = Sent(
            operation=step.operation,
            method=method,
            target="",
            headers=step.headers,
            body=step.body,
        )
        yield _needs(step.job)
        yield f"ask {arguments(sent, self._url_of_job(step.operation, f'${name}'), key)}"
        yield from self._kept(step.job)

    def _url_of_job(self, operation: str, job: str) -> str:
        return '"$BASE{}"'.format(self._paths[operation].replace("{job_id}", job))

    def _kept(self, job: str) -> Iterator[str]:
        """Yield what keeps the last answer about *job*, where a download is going to need it."""
        if self._downloads:
            yield f"{variable(job)}_TOLD=$ANSWER"

    def _download(self, step: Download) -> Iterator[str]:
        old, new = step.spoil or ("", "")
        kept = "SIGNED" if step.signed else "TOLD"
        yield _needs(step.job)
        yield (
            f'{VIDEO}=$(printf \'%s\' "${{{variable(step.job)}_{kept}-}}" | jq -r --arg base "$BASE" '
            f"--arg from {shlex.quote(old)} --arg to {shlex.quote(new)} {shlex.quote(URL_OF_VIDEO)})"
        )
        sent = Sent(operation="download", method=step.method, target="", headers=step.headers)
        shown = "" if step.method == "HEAD" else ' -D - -o "${0%.sh}.mp4"'
        words = arguments(sent, VIDEO_WORD, None).replace(ETAG, TAG_WORD)
        yield f"ask {words}{shown}"
        if self._is_tagged:
            yield KEEP_TAG


def _key(name: str) -> str:
    """Return the variable of the key called *name*; a label does not change it."""
    return f"{variable(name.partition(LABEL)[0])}_KEY"


def _needs(job: str) -> str:
    return f': "${{{variable(job)}:?there is no {job}: its submission was not accepted}}"'
