"""URLs and how files are served: signatures, expiry, headers, ranges and validators."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from contracts.api import Limits
from contracts.faulty.combining import always, told
from contracts.faulty.fault import Begin, Behaviour, Fault, Proceed
from contracts.faulty.message import LENGTH, Reply, Request, changed, refusal
from contracts.faulty.ranges import SERVED, TAG, Table, parts, tags
from contracts.faulty.serving import DOWNLOAD, downloads

FAMILY = "downloads"
URL = ("OUT-URL",)
ADVANCE = "advance"
VIDEO_URL = ("result", "data", 0, "url")


def faults(limits: Limits) -> Iterator[Fault]:
    """Yield the faults of URLs, which work for as long as *limits* say, and of serving files."""
    for table in (_urls(limits), _headers(), parts(), tags()):
        for id_, rules, text, begin in table:
            yield Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=begin)


def _urls(limits: Limits) -> Table:
    yield "signature-ignored", URL, "Any signature will do.", _remembering("sig")
    yield "head-unsigned", URL, "HEAD looks at no signature.", _unsigned
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


def _unsigned() -> Behaviour:
    good: dict[str, str] = {}

    async def behave(request: Request, proceed: Proceed) -> Reply:
        if request.operation == DOWNLOAD and request.method == "HEAD" and request.path in good:
            return await proceed(replace(request, target=good[request.path]))
        reply = await proceed(request)
        if request.operation == DOWNLOAD and reply.is_accepted:
            good[request.path] = request.target
        return reply

    return behave


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
