"""Serve other content in place of a video, as well as the server itself does: whole, in ranges, or not again."""

import hashlib
import re
from collections.abc import Callable

from contracts.faulty.combining import always
from contracts.faulty.fault import Begin, Behaviour, Proceed
from contracts.faulty.message import LENGTH, SUBMIT, Fields, Reply, Request, refusal

DOWNLOAD, OF_JOB = "download", "job_"
RANGE = re.compile(r"bytes=(\d*)-(\d*)")
CONDITIONS = ("range", "if-range", "if-none-match", "if-modified-since")

# What a video becomes, by its content and the fields of the submission that it came of.
Remake = Callable[[bytes, Fields], bytes]


def remade(remake: Remake) -> Begin:
    """Serve what *remake* makes of each video of a job; it is asked once for each."""

    def begin() -> Behaviour:
        fields: dict[str, Fields] = {}
        contents: dict[str, bytes] = {}

        async def behave(request: Request, proceed: Proceed) -> Reply:
            if request.operation != DOWNLOAD:
                reply = await proceed(request)
                if request.operation == SUBMIT and reply.is_accepted:
                    fields[reply.json["job_id"]] = request.fields or {}
                return reply
            job_id = request.parameters["file"].partition(".")[0]
            whole = await proceed(_unconditional(request))
            if not whole.is_accepted or not job_id.startswith(OF_JOB):
                return await proceed(request)
            if job_id not in contents:
                contents[job_id] = remake(whole.body, fields.get(job_id, {}))
            if contents[job_id] == whole.body:
                return await proceed(request)
            return served(request, whole, contents[job_id])

        return behave

    return begin


def downloads(change: Callable[[Request, Reply], Reply]) -> Begin:
    """Let *change* rewrite how files are served."""

    async def behave(request: Request, proceed: Proceed) -> Reply:
        reply = await proceed(request)
        return change(request, reply) if request.operation == DOWNLOAD else reply

    return always(behave)


def _unconditional(request: Request) -> Request:
    for name in CONDITIONS:
        request = request.with_header(name, None)
    return Request(
        operation=request.operation,
        method="GET",
        target=request.target,
        parameters=request.parameters,
        headers=request.headers,
        body=b"",
    )


def served(request: Request, whole: Reply, content: bytes) -> Reply:
    """Return what *request* lacks of *content*, which stands in place of that of *whole*."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    reply = whole.with_body(content).with_header("etag", tag)
    held = (one.strip() for one in (request.header("if-none-match") or "").split(","))
    if not {tag, f"W/{tag}", "*"}.isdisjoint(held):
        return reply.with_body(b"").with_header(LENGTH, None).with_status(304)
    if request.method == "HEAD":
        return reply.with_body(b"").with_header(LENGTH, str(len(content)))
    if request.header("if-range") in (tag, None):
        return _ranged(request, reply, content)
    return reply


def _ranged(request: Request, reply: Reply, content: bytes) -> Reply:
    found = RANGE.fullmatch(request.header("range") or "")
    span = None if found is None else span_of(found[1], found[2], len(content))
    if span is None:
        return reply
    first, last = span
    if first >= len(content) or first > last:
        refused = refusal(416, "range_not_satisfiable")
        return refused.with_header("content-range", f"bytes */{len(content)}")
    told = f"bytes {first}-{last}/{len(content)}"
    part = reply.with_body(content[first : last + 1]).with_status(206)
    return part.with_header("content-range", told)


def span_of(first: str, last: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte that a range asks for of *size* bytes, None where it asks for none."""
    if not first:
        return None if not last else (size - min(int(last), size), size - 1)
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last), size - 1) if last else size - 1
