"""Refusals: another status, another code, and envelopes that do not have what they should."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contracts.api import ErrorKind
from contracts.document import Contract
from contracts.faulty.combining import replies
from contracts.faulty.fault import Fault
from contracts.faulty.message import Reply, Request
from contracts.rule import Provenance

FAMILY = "refusals"
INVALID, TOO_LARGE = "invalid_request", "REQ-SIZE"
STATUSES = {400: 422, 401: 403, 402: 403, 403: 404, 404: 400, 415: 400, 416: 400, 429: 503}
# What a code answers; no rule speaks of the codes that are left out.
RULES: Mapping[str, tuple[str, ...]] = {
    "missing_api_key": ("AUTH-KEY",),
    "invalid_api_key": ("AUTH-FORM", "AUTH-KEY"),
    "insufficient_credits": ("CREDIT",),
    "url_expired": ("OUT-URL",),
    "invalid_signature": ("OUT-URL",),
    "model_not_found": ("REQ-MODEL",),
    "job_not_found": ("JOB-UNKNOWN", "JOB-RETENTION"),
    "unsupported_media_type": ("REQ-JSON",),
    "range_not_satisfiable": ("OUT-DOWNLOAD",),
    "rate_limit_exceeded": ("LIMIT-RPM",),
}
OF_REQUESTS = ("Request", "Mode", "Flash and r2v")

Change = Callable[[Any], Any]


def faults(contract: Contract) -> Iterator[Fault]:
    """Yield the faults of each kind of error in the table of *contract*, and those of the envelope."""
    of_requests = tuple(
        rule.id
        for rule in contract.rules.values()
        if rule.section in OF_REQUESTS and rule.id != TOO_LARGE
    )
    rules = {**RULES, INVALID: (*of_requests, "JOB-LIST", "USAGE", "OUT-URL")}
    for code, kind in contract.api.errors.items():
        if code in rules:
            yield _with_status(kind, rules[code])
            if kind.provenance is Provenance.DOCUMENTED or code == INVALID:
                yield _with_code(kind, rules[code])
    for id_, text, change in _envelopes():
        begin = replies("submit", change=_on_error(INVALID, change))
        yield Fault(id=id_, family=FAMILY, rules=of_requests, text=text, begin=begin)


def _with_status(kind: ErrorKind, rules: tuple[str, ...]) -> Fault:
    status = STATUSES[kind.status]

    def change(_: Request, reply: Reply) -> Reply:
        return reply.with_status(status) if _code(reply) == kind.code else reply

    return Fault(
        id=f"{kind.code}-is-{status}".replace("_", "-"),
        family=FAMILY,
        rules=rules,
        text=f"{kind.code} is {status}, not {kind.status}.",
        begin=replies(change=change),
    )


def _with_code(kind: ErrorKind, rules: tuple[str, ...]) -> Fault:
    return Fault(
        id=f"{kind.code}-by-another-code".replace("_", "-"),
        family=FAMILY,
        rules=rules,
        text=f"{kind.code} is called by its type, {kind.type}.",
        begin=replies(change=_on_error(kind.code, lambda error: {**error, "code": error["type"]})),
    )


def _envelopes() -> Iterator[tuple[str, str, Change]]:
    yield "error-is-a-text", "The error is its message alone.", lambda error: error["message"]
    yield "error-without-param", "No error names a field.", lambda error: {**error, "param": None}
    yield (
        "error-of-another-type",
        "The type of the error is server_error.",
        lambda error: {**error, "type": "server_error"},
    )
    yield (
        "error-tells-the-first-only",
        "Of several broken rules the first alone is told.",
        lambda error: {**error, "details": error.get("details", [])[:1]},
    )
    yield (
        "error-without-details",
        "The broken rules are not told.",
        lambda error: {name: value for name, value in error.items() if name != "details"},
    )


def _on_error(code: str, change: Change) -> Callable[[Request, Reply], Reply]:
    def rewritten(_: Request, reply: Reply) -> Reply:
        if _code(reply) != code:
            return reply
        return reply.with_json({"error": change(reply.json["error"])})

    return rewritten


def _code(reply: Reply) -> str | None:
    """Return the code of the error that *reply* tells, None where it tells none."""
    body = None if reply.is_accepted else reply.json
    return body["error"]["code"] if isinstance(body, dict) else None
