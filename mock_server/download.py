"""Hand out finished videos to whoever holds a signed URL."""

from urllib.parse import parse_qs

from mock_server.answers import Answer
from mock_server.calls import Call
from mock_server.clock import SECOND
from mock_server.emulator import Emulator
from mock_server.files import File, answer_with
from mock_server.jobs import Job
from mock_server.lifecycle import Status, state_at
from mock_server.media.library import ClipLibrary
from mock_server.problems import Problem
from mock_server.rendering import clip_of
from mock_server.signing import Signer

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
        modified_at = job.ended_at // SECOND
        return answer_with(File(job.id + SUFFIX, video, output.content_type, modified_at), call)

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
