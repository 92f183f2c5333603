"""Parts of files, and conditions: ranges, and tags that are compared."""

from collections.abc import Callable, Iterator

from contracts.faulty.combining import always, asking
from contracts.faulty.fault import Begin, Behaviour, Proceed
from contracts.faulty.message import Reply, Request, refusal
from contracts.faulty.serving import DOWNLOAD, downloads

SERVED = ("OUT-DOWNLOAD",)
TAG = "etag"

Table = Iterator[tuple[str, tuple[str, ...], str, Begin]]


def _by_range(change: Callable[[str], str | None]) -> Begin:
    """Serve what *change* makes of the range that is asked for."""

    def rewritten(request: Request) -> Request:
        wanted = request.header("range")
        return request if wanted is None else request.with_header("range", change(wanted))

    return asking(DOWNLOAD, rewritten)


def _from_start(wanted: str) -> str:
    is_suffix = wanted.startswith("bytes=-") and wanted != "bytes=-0"
    return f"bytes=0-{int(wanted[7:]) - 1}" if is_suffix else wanted


def _ranges() -> Table:
    yield "ranges-ignored", SERVED, "A range is ignored.", _by_range(lambda _: None)
    yield (
        "suffix-from-start",
        SERVED,
        "A range of the last bytes is that of the first ones.",
        _by_range(_from_start),
    )
    yield (
        "beyond-is-whole",
        SERVED,
        "A range beyond the end is answered with the whole file.",
        always(_whole),
    )
    yield (
        "long-suffix-is-416",
        SERVED,
        "More last bytes than there are is 416.",
        always(_too_long),
    )
    yield (
        "if-range-ignored",
        SERVED,
        "If-Range is ignored.",
        asking(DOWNLOAD, lambda request: request.with_header("if-range", None)),
    )


def parts() -> Table:
    """Yield the faults of serving parts of a file."""
    yield from _ranges()
    yield (
        "range-a-byte-short",
        SERVED,
        "A range lacks its last byte.",
        downloads(
            lambda _, reply: reply.with_body(reply.body[:-1]) if reply.status == 206 else reply
        ),
    )
    yield (
        "range-is-200",
        SERVED,
        "A part is served as if it were the whole.",
        downloads(lambda _, reply: reply.with_status(200) if reply.status == 206 else reply),
    )
    yield (
        "range-of-unknown-size",
        SERVED,
        "Content-Range does not tell the size of the file.",
        downloads(_unsized),
    )


def _unsized(_: Request, reply: Reply) -> Reply:
    told_range = reply.header("content-range")
    if reply.status != 206 or told_range is None:
        return reply
    return reply.with_header("content-range", told_range.partition("/")[0] + "/*")


async def _too_long(request: Request, proceed: Proceed) -> Reply:
    reply = await proceed(request)
    if request.operation == DOWNLOAD and reply.status == 206:
        size = (reply.header("content-range") or "").rpartition("/")[2]
        if (request.header("range") or "").startswith("bytes=-") and len(reply.body) == int(size):
            return refusal(416, "range_not_satisfiable").with_header(
                "content-range", f"bytes */{size}"
            )
    return reply


async def _whole(request: Request, proceed: Proceed) -> Reply:
    reply = await proceed(request)
    if request.operation == DOWNLOAD and reply.status == 416:
        return await proceed(request.with_header("range", None))
    return reply


def tags() -> Table:
    """Yield the faults of the tag of a file, and of conditions on it."""
    yield (
        "tag-weak",
        SERVED,
        "The ETag is a weak one.",
        downloads(
            lambda _, reply: (
                reply
                if reply.header(TAG) is None
                else reply.with_header(TAG, f"W/{reply.header(TAG)}")
            )
        ),
    )
    yield from _conditions()


def _conditions() -> Table:
    yield (
        "one-tag-only",
        SERVED,
        "If-None-Match knows one tag, and no list.",
        asking(
            DOWNLOAD,
            lambda request: (
                request.with_header("if-none-match", None)
                if "," in (request.header("if-none-match") or "")
                else request
            ),
        ),
    )
    yield (
        "if-range-never-good",
        SERVED,
        "If-Range with the tag of the file gives all of it.",
        asking(
            DOWNLOAD,
            lambda request: (
                request.with_header("if-range", '"x"') if request.header("if-range") else request
            ),
        ),
    )
    yield "tag-changes", SERVED, "Every answer has another ETag.", _changing
    yield (
        "if-none-match-ignored",
        SERVED,
        "If-None-Match is ignored.",
        asking(DOWNLOAD, lambda request: request.with_header("if-none-match", None)),
    )


def _changing() -> Behaviour:
    count = 0

    async def behave(request: Request, proceed: Proceed) -> Reply:
        nonlocal count
        reply = await proceed(request)
        if request.operation != DOWNLOAD or reply.header(TAG) is None:
            return reply
        count += 1
        return reply.with_header(TAG, f'"{count}"')

    return behave
