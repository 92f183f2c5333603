"""URLs and how files are served: signatures, expiry, headers, ranges and validators."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from contracts.api import Limits
from contracts.faulty.combining import always, asking, told
from contracts.faulty.fault import Begin, Behaviour, Fault, Proceed
from contracts.faulty.message import LENGTH, Reply, Request, changed, refusal
from contracts.faulty.serving import DOWNLOAD

FAMILY = "downloads"
URL, SERVED = ("OUT-URL",), ("OUT-DOWNLOAD",)
TAG = "etag"
ADVANCE = "advance"
VIDEO_URL = ("result", "data", 0, "url")

Table = Iterator[tuple[str, tuple[str, ...], str, Begin]]


def faults(limits: Limits) -> Iterator[Fault]:
    """Yield the faults of URLs, which work for as long as *limits* say, and of serving files."""
    for table in (_urls(limits), _headers(), _ranges(), _parts(), _tags()):
        for id_, rules, text, begin in table:
            yield Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=begin)


def downloads(change: Callable[[Request, Reply], Reply]) -> Begin:
    """Let *change* rewrite how files are served."""

    async def behave(request: Request, proceed: Proceed) -> Reply:
        reply = await proceed(request)
        return change(request, reply) if request.operation == DOWNLOAD else reply

    return always(behave)


def _urls(limits: Limits) -> Table:
    yield "signature-ignored", URL, "Any signature will do.", _remembering("sig")
    yield "expires-unsigned", URL, "expires may be changed.", _remembering("expires")
    yield "url-never-expires", URL, "A URL works for ever, once it was used.", _kept
    yield (
        "url-expires-early",
        URL,
        "A URL works for a day from when it was first used.",
        lambda: _expiring(limits.url_lifetime_seconds / 7),
    )
    yield (
        "url-of-another-place",
        ("OUT-URL", "OUT-FORMAT", "JOB-SHAPE"),
        "The URL of a video is a path without a host.",
        told(
            lambda job: changed(
                job, VIDEO_URL, lambda url: urlsplit(url)._replace(scheme="", netloc="").geturl()
            )
        ),
    )
    yield (
        "url-in-vain",
        URL,
        "The URL of a video has a signature that is not good.",
        told(lambda job: changed(job, VIDEO_URL, lambda url: url[:-1] + _next(url[-1]))),
    )
    yield "video-is-404", URL, "No video is there.", always(_missing)


def _next(digit: str) -> str:
    return f"{(int(digit, 16) + 1) % 16:x}"


def _remembering(name: str) -> Begin:
    """Take the parameter *name* of the query for what it was when the same file was last served."""

    def begin() -> Behaviour:
        good: dict[str, str] = {}

        async def behave(request: Request, proceed: Proceed) -> Reply:
            if request.operation != DOWNLOAD:
                return await proceed(request)
            value = good.get(request.path, request.query.get(name))
            reply = await proceed(
                request if value == request.query.get(name) else request.with_query(name, value)
            )
            if reply.is_accepted:
                good[request.path] = request.query.get(name, "") if value is None else value
            return reply

        return behave

    return begin


def _kept() -> Behaviour:
    files: dict[str, Reply] = {}

    async def behave(request: Request, proceed: Proceed) -> Reply:
        reply = await proceed(request)
        if request.operation == DOWNLOAD and reply.status == 200 and request.method == "GET":
            files[request.target] = reply
        is_over = reply.status in (403, 404) and request.method == "GET"
        return files.get(request.target, reply) if is_over else reply

    return behave


def _expiring(seconds: float) -> Behaviour:
    """Refuse a URL *seconds* after it was first used, as the clock of any account is moved."""
    moved: dict[str, float] = {}
    used: dict[str, float] = {}

    async def behave(request: Request, proceed: Proceed) -> Reply:
        now = max(moved.values(), default=0.0)
        if request.operation == ADVANCE:
            passed = float((request.fields or {}).get("seconds", 0))
            moved[request.caller] = moved.get(request.caller, 0.0) + passed
        if request.operation == DOWNLOAD and now >= used.setdefault(request.target, now) + seconds:
            return refusal(403, "url_expired", "permission_error")
        return await proceed(request)

    return behave


async def _missing(request: Request, proceed: Proceed) -> Reply:
    return refusal(404, "not_found") if request.operation == DOWNLOAD else await proceed(request)


def _headers() -> Table:
    def with_header(name: str, value: str | None) -> Begin:
        return downloads(
            lambda _, reply: reply.with_header(name, value) if reply.is_accepted else reply
        )

    yield (
        "content-type-octets",
        ("OUT-FORMAT",),
        "A video is served as application/octet-stream.",
        with_header("content-type", "application/octet-stream"),
    )
    yield "ranges-not-told", SERVED, "Accept-Ranges is missing.", with_header("accept-ranges", None)
    yield "ranges-none", SERVED, "Accept-Ranges is none.", with_header("accept-ranges", "none")
    yield "length-not-told", SERVED, "Content-Length is missing.", with_header(LENGTH, None)
    yield "tag-missing", SERVED, "ETag is missing.", with_header(TAG, None)
    yield "head-is-405", SERVED, "HEAD is not allowed.", always(_headless)
    yield "head-with-body", SERVED, "HEAD is answered with the file.", always(_bodily)
    yield (
        "head-without-length",
        SERVED,
        "The answer to HEAD has the length of nothing.",
        downloads(
            lambda request, reply: (
                reply.with_header(LENGTH, "0")
                if request.method == "HEAD" and reply.is_accepted
                else reply
            )
        ),
    )


async def _headless(request: Request, proceed: Proceed) -> Reply:
    if request.operation == DOWNLOAD and request.method == "HEAD":
        return refusal(405, "method_not_allowed").with_body(b"").with_header("allow", "GET")
    return await proceed(request)


async def _bodily(request: Request, proceed: Proceed) -> Reply:
    reply = await proceed(request)
    if request.operation != DOWNLOAD or request.method != "HEAD" or not reply.is_accepted:
        return reply
    whole = await proceed(request.asking(request.target))
    return reply.with_body(whole.body)


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
        "if-range-ignored",
        SERVED,
        "If-Range is ignored.",
        asking(DOWNLOAD, lambda request: request.with_header("if-range", None)),
    )


def _parts() -> Table:
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


async def _whole(request: Request, proceed: Proceed) -> Reply:
    reply = await proceed(request)
    if request.operation == DOWNLOAD and reply.status == 416:
        return await proceed(request.with_header("range", None))
    return reply


def _tags() -> Table:
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
