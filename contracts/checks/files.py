"""Uploads, and fresh URLs for what is kept."""

from collections.abc import Iterator

from contracts.checks.schemas import misfits
from contracts.exchange import Exchange
from contracts.forms import content_of
from contracts.history import History
from contracts.reading import json_object, query_of, videos
from contracts.seen import File, Job
from contracts.verdict import Verdict, equal, holds

UPLOAD, URL = "REQ-IMAGE", "OUT-URL"
OF_CALLERS = frozenset({401, 429})


def upload_answer_names_the_file(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """REQ-IMAGE: an upload is answered with a path that stands for it, its size and its type."""
    sent, answer = exchange.sent, exchange.answer
    content = content_of(sent)
    if history.routes.operation(sent) != "upload" or answer is None or content is None:
        return
    if sent.key is None or answer.status in OF_CALLERS:
        return
    yield equal(UPLOAD, "", 200, answer.status, inferred=True)
    if answer.status == 200:
        body = json_object(answer) or {}
        yield from misfits(UPLOAD, "File", body, history)
        yield equal(UPLOAD, "/bytes", len(content), body.get("bytes"), inferred=True)
        yield holds(
            UPLOAD,
            kept=str(body.get("id")) not in history.files,
            pointer="/id",
            expected="an id that no other file has",
            received=body.get("id"),
        )


def upload_is_served_whole(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """OUT-URL: the URL of an upload serves the very bytes that were uploaded."""
    file, answer = history.file_of(exchange.sent), exchange.answer
    if file is None or answer is None or answer.status != 200 or exchange.sent.method != "GET":
        return
    yield holds(
        URL,
        kept=answer.body == file.content,
        expected=f"the {len(file.content)} bytes that were uploaded",
        received=f"{len(answer.body)} bytes",
    )


def kept_files_are_signed_anew(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """OUT-URL: what is kept gets a fresh URL for 30 days, and 404 then; so does what is another account's, or nobody's."""
    sent, answer, account = exchange.sent, exchange.answer, history.account(exchange.sent)
    asked = query_of(sent).get("file_id", "")
    if history.routes.operation(sent) != "sign" or answer is None or account is None or not asked:
        return
    if answer.status in OF_CALLERS or not history.is_emulator:
        return
    found = history.files.get(asked) or _job_of(asked, history)
    if found is None or found.account != account.name:
        yield equal(URL, "", 404, answer.status, refusal=True)
        return
    begun, ended = _moments(found)
    kept = history.contract.api.limits.file_retention_seconds
    if exchange.at < begun + kept:
        yield equal(URL, "", 200, answer.status)
        yield from misfits(URL, "SignedUrl", json_object(answer), history)
    elif exchange.at >= ended + kept:
        yield equal(URL, "", 404, answer.status, refusal=True)


def _job_of(file_id: str, history: History) -> Job | None:
    completed = (job for job in history.jobs.values() if job.end is not None)
    return next((job for job in completed if file_id in _ids(job)), None)


def _ids(job: Job) -> set[str]:
    assert job.end is not None
    return {str(video.get("file_id")) for video in videos(job.end[1])}


def _moments(found: Job | File) -> tuple[float, float]:
    """Return the moments between which what is kept came into being."""
    if isinstance(found, File):
        return found.uploaded.at, found.uploaded.at
    assert found.end is not None
    return found.running.at, found.end[0].at
