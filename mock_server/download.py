"""Hand out finished videos as a CDN does: by signed URL, whole or in part, and only when the client lacks them."""

from urllib.parse import parse_qs

from mock_server.answers import Answer
from mock_server.calls import Call
from mock_server.clock import SECOND
from mock_server.emulator import Emulator
from mock_server.jobs import Job
from mock_server.lifecycle import Status, state_at
from mock_server.media.library import ClipLibrary
from mock_server.problems import Problem
from mock_server.ranges import UnsatisfiableError, read_range
from mock_server.rendering import clip_of
from mock_server.signing import Signer
from mock_server.validators import Validators
from mock_server.violations import show

SUFFIX = ".mp4"


class Downloads:
    """The CDN: serves the videos of all accounts to whoever holds a URL."""

    def __init__(self, emulator: Emulator, signer: Signer, library: ClipLibrary) -> None:
        """Serve the jobs of *emulator* from *library*."""
        self._emulator = emulator
        self._signer = signer
        self._library = library

    async def download(self, call: Call) -> Answer:
        """Return the video of a finished job, or what the client lacks of it (rules OUT-URL and OUT-DOWNLOAD)."""
        job = self._signed_job(call)
        output = self._emulator.contract.models[job.model].output
        video = await self._library.video(clip_of(job, output.fps))
        validators = Validators(etag=video.etag, modified_at=job.ended_at // SECOND)
        headers = (
            ("accept-ranges", "bytes"),
            ("cache-control", "private"),
            ("content-disposition", f'inline; filename="{job.id}{SUFFIX}"'),
            ("etag", validators.etag),
            ("last-modified", validators.last_modified),
        )
        sent = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in call.scope["headers"]
        }
        if validators.is_unchanged(sent):
            return Answer(status=304, content_type=None, headers=headers)
        whole = Answer(status=200, body=video, content_type=output.content_type, headers=headers)
        if (
            "range" not in sent
            or call.scope["method"] == "HEAD"
            or not validators.is_continued(sent)
        ):
            return whole
        return _part(whole, video, sent["range"])

    def _signed_job(self, call: Call) -> Job:
        job_id = call.path_parameter("file").removesuffix(SUFFIX)
        path = call.scope["path"]
        query = parse_qs(call.query_string.decode("latin-1"))
        expires, signature = query.get("expires", [""])[0], query.get("sig", [""])[0]
        if not self._signer.accepts(path, expires, signature):
            raise Problem(
                "invalid_signature",
                "the URL is not one that the emulator signed; use it unchanged.",
            )
        account = self._emulator.owner(job_id)
        job = account.job(job_id) if account is not None else None
        if (
            account is None
            or job is None
            or state_at(job, account.clock.now()).status is not Status.COMPLETED
        ):
            raise Problem("not_found", f"{path} does not exist any more.")
        if account.clock.now() >= int(expires) * SECOND:
            raise Problem(
                "url_expired", "the URL has expired; GET /v1/files/sign gives a fresh one."
            )
        return job


def _part(whole: Answer, video: bytes, wanted: str) -> Answer:
    """Return the range of *video* that *wanted* asks for, without copying it; *whole* where it asks for none."""
    size = len(video)
    try:
        found = read_range(wanted, size)
    except UnsatisfiableError:
        message = f"Range: {show(wanted)} lies outside of the video's {size} bytes."
        headers = {"accept-ranges": "bytes", "content-range": f"bytes */{size}"}
        raise Problem("range_not_satisfiable", message, headers=headers) from None
    if found is None:
        return whole
    begin, end = found
    content_range = ("content-range", f"bytes {begin}-{end - 1}/{size}")
    return whole._replace(
        status=206, body=memoryview(video)[begin:end], headers=(*whole.headers, content_range)
    )
