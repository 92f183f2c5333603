"""Bodies that are no JSON object, not said to be one, or read more leniently than they should be."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from contracts.api import Limits
from contracts.exchange import JSON
from contracts.faulty.combining import always, asking
from contracts.faulty.fault import Begin, Fault, Proceed
from contracts.faulty.message import CONTENT_TYPE, SUBMIT, Reply, Request, refusal
from contracts.strictness import flaw_of, levels_of

FAMILY = "bodies"
EXPONENT = re.compile(rb": *-?[0-9.]+[eE]")
RULE, STRICT = "REQ-JSON", "REQ-STRICT"


def faults(limits: Limits) -> Iterator[Fault]:
    """Yield the faults of reading bodies, which may be nested as deep as *limits* say."""
    for id_, rule, text, begin in (
        ("plain-text-taken", RULE, "A body of text/plain is read as JSON.", _as_json("text/plain")),
        ("no-type-taken", RULE, "A body without a content type is read as JSON.", _as_json(None)),
        ("like-types-taken", RULE, "What begins as application/json does is JSON.", _prefixed()),
        ("type-in-capitals-refused", RULE, "Application/JSON is 415.", _in_lower_case()),
        ("inner-keys-twice", STRICT, "Two equal keys within a field do no harm.", _shallow(limits)),
        ("exponents-refused", "REQ-DURATION", "A number with an exponent is 400.", _no_exponents()),
        ("charset-refused", RULE, "application/json with a parameter is 415.", _bare()),
        ("bad-json-is-500", RULE, "No JSON at all is an internal error.", always(_strained)),
        ("last-key-wins", STRICT, "The last of two equal keys counts.", _lenient("twice", limits)),
        (
            "nan-is-absent",
            STRICT,
            "NaN and Infinity count as absent.",
            _lenient("no number", limits),
        ),
        (
            "surrogates-taken",
            STRICT,
            "A lone surrogate is a letter.",
            _lenient("surrogate", limits),
        ),
        ("nesting-unbounded", STRICT, "Nesting has no end.", _lenient("levels", limits)),
    ):
        yield Fault(id=id_, family=FAMILY, rules=(rule,), text=text, begin=begin)


def _as_json(content_type: str | None) -> Begin:
    """Take *content_type* for that of JSON."""

    def change(request: Request) -> Request:
        said = request.header(CONTENT_TYPE)
        return request.with_header(CONTENT_TYPE, JSON) if said == content_type else request

    return asking(SUBMIT, change)


def _bare() -> Begin:
    """Know a content type without parameters only."""

    def change(request: Request) -> Request:
        said = request.header(CONTENT_TYPE) or ""
        return request.with_header(CONTENT_TYPE, "text/plain") if ";" in said else request

    return asking(SUBMIT, change)


def _prefixed() -> Begin:
    def change(request: Request) -> Request:
        said = request.header(CONTENT_TYPE) or ""
        return request.with_header(CONTENT_TYPE, JSON) if said.startswith(JSON) else request

    return asking(SUBMIT, change)


def _in_lower_case() -> Begin:
    def change(request: Request) -> Request:
        said = request.header(CONTENT_TYPE) or ""
        is_known = said == said.lower() or ";" in said
        return request if is_known else request.with_header(CONTENT_TYPE, "text/plain")

    return asking(SUBMIT, change)


def _no_exponents() -> Begin:
    def change(request: Request) -> Request:
        return request.with_body(b"{") if EXPONENT.search(request.body) else request

    return asking(SUBMIT, change)


def _shallow(limits: Limits) -> Begin:
    """Look for keys that come twice in the outermost object only."""

    def change(request: Request) -> Request:
        found = flaw_of(request.body, limits.max_depth) or ""
        names = (
            [name for name, _ in json.loads(request.body, object_pairs_hook=list)] if found else []
        )
        is_inner = "twice" in found and len(names) == len({*names})
        return (
            request.with_body(json.dumps(json.loads(request.body)).encode())
            if is_inner
            else request
        )

    return asking(SUBMIT, change)


async def _strained(request: Request, proceed: Proceed) -> Reply:
    reply = await proceed(request)
    if request.operation == SUBMIT and reply.status == 400 and request.fields is None:
        return refusal(500, "internal_error", "server_error")
    return reply


def _lenient(flaw: str, limits: Limits) -> Begin:
    """Take a body that has this *flaw*, a word of what is said of it, for what lenient readers make of it."""

    def change(request: Request) -> Request:
        found = flaw_of(request.body, limits.max_depth)
        if found is None or flaw not in found:
            return request
        fields = json.loads(request.body)
        kept = {name: value for name, value in fields.items() if _is_plain(value, limits)}
        return request.with_body(json.dumps(kept).encode().replace(b"\\ud800", b"?"))

    return asking(SUBMIT, change)


def _is_plain(value: Any, limits: Limits) -> bool:
    is_finite = not isinstance(value, float) or math.isfinite(value)
    return is_finite and levels_of(value) < limits.max_depth
