"""The video's URL and how it is served: rules OUT-URL and OUT-DOWNLOAD."""

import re
from collections.abc import Iterator

from contracts.exchange import Answer, Exchange, Sent
from contracts.history import History
from contracts.reading import target_of, videos
from contracts.seen import File, Job
from contracts.verdict import Verdict, equal, holds

URL = "OUT-URL"
SIGNED_SECONDS = 1  # a URL tells its end in whole seconds
RANGE = re.compile(r"bytes=(\d*)-(\d*)")
CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def whole_video(exchange: Exchange, history: History) -> tuple[Job, bytes] | None:
    """Return the job whose video the answer is, whole, and that for the first time; None for anything else."""
    job, answer = history.video_of(exchange.sent), exchange.answer
    if job is None or answer is None or job.content is not None:
        return None
    if exchange.sent.method != "GET" or answer.status != 200:
        return None
    return job, answer.body


def url_is_signed_and_expires(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """OUT-URL: a URL serves what it was made for without a key, for a week; any change of it is 403, and so is it then."""
    sent, answer = exchange.sent, exchange.answer
    seen = history.video_of(sent) or history.file_of(sent)
    if seen is None or answer is None or (isinstance(seen, Job) and seen.end is None):
        return
    signed = _signed(seen).get(target_of(sent.target))
    lifetime = history.contract.api.limits.url_lifetime_seconds
    if signed is None:
        yield equal(URL, "", 403, answer.status, inferred=True, refusal=True)
    elif exchange.at < signed[0] + lifetime - SIGNED_SECONDS:
        yield holds(
            URL,
            kept=answer.status in {200, 206, 304, 416},
            expected="what the URL was made for",
            received=answer.status,
        )
    elif exchange.at >= signed[1] + lifetime + SIGNED_SECONDS and history.is_emulator:
        yield equal(URL, "", 403, answer.status, refusal=True)


def _signed(seen: Job | File) -> dict[str, tuple[float, float]]:
    """Return the targets that were made for *seen*, each with the moments between which that was."""
    signed = {target: (at, at) for target, at in seen.signed.items()}
    if isinstance(seen, File):
        at = seen.uploaded.at
        return {target_of(seen.url): (at, at), **signed}
    assert seen.end is not None
    told, body = seen.end
    first = {target_of(video.get("url")): (seen.running.at, told.at) for video in videos(body)}
    return {**first, **signed}


def video_is_served_as_by_a_cdn(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """OUT-DOWNLOAD: HEAD, Content-Length, Accept-Ranges, a strong ETag, ranges, 416, If-Range and If-None-Match."""
    job, answer, sent = history.video_of(exchange.sent), exchange.answer, exchange.sent
    if job is None or answer is None or answer.status in {403, 404} or answer.status >= 500:
        return
    headers = {name.lower(): value for name, value in sent.headers}
    if answer.status in {200, 206, 304}:
        tag = answer.headers.get("etag", "")
        yield holds(
            "OUT-DOWNLOAD",
            kept=len(tag) > 2 and tag.startswith('"') and tag == (job.etag or tag),
            pointer="",
            expected=f"the strong ETag {job.etag or ''}".strip(),
            received=tag,
        )
    yield from _status(headers, answer, job)
    if answer.status in {200, 206}:
        yield from _body(sent, answer, job)


def _status(headers: dict[str, str], answer: Answer, job: Job) -> Iterator[Verdict]:
    tag, held = job.etag, _tags(headers.get("if-none-match", ""))
    if tag is not None and not held.isdisjoint({tag, "*"}):
        yield equal("OUT-DOWNLOAD", "", 304, answer.status)
        return
    found = RANGE.fullmatch(headers.get("range", ""))
    if found is not None and found[1] and found[2] and int(found[1]) > int(found[2]):
        found = None  # no range at all, by RFC 9110
    stale = "if-range" in headers and headers["if-range"] != tag
    if found is None or stale:
        yield equal("OUT-DOWNLOAD", "", 200, answer.status)
        return
    if job.content is None:
        return
    size = len(job.content)
    wanted = _span(found[1], found[2], size)
    yield equal("OUT-DOWNLOAD", "", 416 if wanted is None else 206, answer.status)
    told = answer.headers.get("content-range", "")
    if wanted is not None and answer.status == 206:
        first, last = wanted
        yield equal("OUT-DOWNLOAD", "/content-range", f"bytes {first}-{last}/{size}", told)
    elif answer.status == 416:
        yield equal("OUT-DOWNLOAD", "/content-range", f"bytes */{size}", told, refusal=True)


def _tags(text: str) -> set[str]:
    """Return the tags that an If-None-Match names; weak ones match strong ones (RFC 9110, 8.8.3.2)."""
    return {tag.strip().removeprefix("W/") for tag in text.split(",")}


def _span(first: str, last: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte of a range of *size* bytes, None where it cannot be satisfied."""
    if not first:
        count = int(last or 0)
        return (max(size - count, 0), size - 1) if count else None
    return (
        (int(first), min(int(last), size - 1) if last else size - 1) if int(first) < size else None
    )


def _body(sent: Sent, answer: Answer, job: Job) -> Iterator[Verdict]:
    length, whole = answer.headers.get("content-length", ""), job.content
    if sent.method == "HEAD":
        yield equal("OUT-DOWNLOAD", "", 0, len(answer.body))
    else:
        yield equal("OUT-DOWNLOAD", "/content-length", str(len(answer.body)), length)
    if whole is not None:
        wanted = _wanted(answer, whole)
        told = length if sent.method == "HEAD" else str(len(answer.body))
        yield equal("OUT-DOWNLOAD", "/content-length", str(len(wanted)), told)
        yield holds(
            "OUT-DOWNLOAD",
            kept=sent.method == "HEAD" or answer.body == wanted,
            expected="the same bytes as before",
            received=f"{len(answer.body)} bytes",
        )
    yield equal("OUT-DOWNLOAD", "/accept-ranges", "bytes", answer.headers.get("accept-ranges"))
    yield equal("OUT-FORMAT", "", "video/mp4", answer.media_type)


def _wanted(answer: Answer, whole: bytes) -> bytes:
    """Return the part of *whole* that *answer* says it has."""
    told = CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
    if answer.status == 200 or told is None:
        return whole
    return whole[int(told[1]) : int(told[2]) + 1]
