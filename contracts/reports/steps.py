"""The steps that lead to a failure, in words, each with what was exchanged in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from contracts.events import RuleBroken
from contracts.exchange import AUTHORIZATION, JSON, MAIN, Exchange, Headers, Sent
from contracts.forms import content_of
from contracts.reading import fields_of, json_object, status_of
from contracts.script import (
    Call,
    Control,
    Download,
    Follow,
    OnJob,
    Sign,
    Step,
    Submit,
    Upload,
    Wait,
)
from contracts.seen import TERMINAL
from contracts.verdict import SHOWN_CHARACTERS, show


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A *step* and the *exchanges* that it led to, in order; none where it was left out, or nothing was sent."""

    step: Step
    exchanges: tuple[Exchange, ...]


def steps_of(broken: RuleBroken) -> tuple[list[Done], dict[str, str]]:
    """Return the steps that show *broken*, and the ids of the jobs by the names that the steps have for them.

    Of a failure that did not show again only the last exchange is known, and no step is said to have led to it.
    """
    if not broken.is_whole:
        return [Done(step=step, exchanges=()) for step in broken.script.steps], {}
    names: dict[str, str] = {}
    left = [*broken.history]
    done = []
    for step in broken.script.steps:
        taken = tuple(_taken(step, left, names))
        del left[: len(taken)]
        done.append(Done(step=step, exchanges=taken))
    return done, names


def _taken(step: Step, left: Sequence[Exchange], names: dict[str, str]) -> Iterator[Exchange]:
    """Yield those at the head of *left* that *step* made, as the driver makes them."""
    for index, exchange in enumerate(left):
        if not _is_of(step, exchange.sent, names):
            return
        yield exchange
        body = None if exchange.answer is None else json_object(exchange.answer)
        job = step.job if isinstance(step, Submit | Call) else None
        if job is not None and body is not None and isinstance(body.get("job_id"), str):
            names[job] = body["job_id"]
        is_last = body is None or status_of(body) in TERMINAL
        if not isinstance(step, Follow) or is_last or index + 1 == step.most:
            return


def _is_of(step: Step, sent: Sent, names: Mapping[str, str]) -> bool:
    match step:
        case Submit():
            said = fields_of(sent) or {}
            asked = {name: value for name, value in said.items() if name not in step.files}
            return sent.operation == "submit" and asked == step.fields
        case OnJob():
            return sent.operation == step.operation and _names(sent, names.get(step.job))
        case Follow():
            return sent.operation == "job" and _names(sent, names.get(step.job))
        case Download():
            return (sent.operation, sent.method) == ("download", step.method)
        case _:
            return _is_other(step, sent)


def _is_other(step: Upload | Sign | Control | Call | Wait, sent: Sent) -> bool:
    match step:
        case Upload():
            return content_of(sent) == step.content
        case Sign():
            return sent.operation == "sign"
        case Control():
            return (sent.operation, sent.target) == ("control", step.path)
        case Call():
            return sent == step.sent
        case _:
            return False


def _names(sent: Sent, job_id: str | None) -> bool:
    return job_id is not None and quote(job_id, safe="") in sent.target.split("/")


def words(step: Step) -> str:
    """Return what *step* does, in words."""
    match step:
        case Submit():
            files = "".join(f", {field} from {file}" for field, file in step.files.items())
            return f"submit {show(step.fields)}{files} as {step.job}{_with(step.key)}"
        case OnJob():
            verb = "poll" if step.operation == "job" else step.operation
            return f"{verb} {step.job}{_beside(step.body, step.headers)}{_with(step.key)}"
        case Follow():
            return f"poll {step.job} until it ends, every {step.seconds:.12g} s{_with(step.key)}"
        case Wait():
            return f"wait {step.seconds:.12g} s"
        case Download():
            return _download(step)
        case _:
            return _other_words(step)


def _other_words(step: Upload | Sign | Control | Call) -> str:
    match step:
        case Upload():
            size = f"{len(step.content)} bytes of {step.content_type}"
            return f"upload {step.name}, {size}, as {step.file}{_with(step.key)}"
        case Sign():
            return f"ask for a fresh URL of {step.of}{_with(step.key)}"
        case Control():
            return f"set the account of {step.key} to {show(step.fields)}"
        case _:
            job = "" if step.job is None else f" as {step.job}"
            return f"{_call(step.sent)}{job}"


def _with(key: str | None) -> str:
    if key == MAIN:
        return ""
    return " without a key" if key is None else f" with the key of {key}"


def _download(step: Download) -> str:
    verb = "download" if step.method == "GET" else f"{step.method} the video of"
    headers = "".join(f", {name}: {value}" for name, value in step.headers)
    fresh = " by its fresh URL" if step.signed else ""
    spoil = "" if step.spoil is None else ", {!r} in its URL made {!r}".format(*step.spoil)
    return f"{verb} {step.job}{fresh}{headers}{spoil}"


def _call(sent: Sent) -> str:
    by = "" if sent.key_header == AUTHORIZATION else f", the key as {sent.key_header}"
    told = _beside(sent.body, sent.headers)
    return f"{sent.method} {sent.target}{told}{_with(sent.key)}{by}"


def _beside(body: bytes | None, headers: Headers) -> str:
    told = "".join(
        f", {name}: {value}" for name, value in headers if (name, value) != ("content-type", JSON)
    )
    return told if body is None else f" with the body {_shown(body)}{told}"


def _shown(body: bytes) -> str:
    text = body.decode("utf-8", "backslashreplace")
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
