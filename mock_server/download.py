"""Hand out finished videos and uploads to whoever holds a signed URL."""

from functools import lru_cache
from urllib.parse import parse_qs

from mock_server.accounts import Account
from mock_server.answers import Answer
from mock_server.calls import Call
from mock_server.clock import SECOND
from mock_server.emulator import UPLOAD, Emulator
from mock_server.files import File, answer_with
from mock_server.lifecycle import Status, state_at
from mock_server.media.library import ClipLibrary
from mock_server.problems import Problem
from mock_server.rendering import clip_of
from mock_server.signing import SIGNATURE, Signer
from mock_server.tagged import Mappings

SUFFIX = ".mp4"
KEPT_SIGNATURES = 1024


class Downloads:
    """The CDN: serves the videos and the uploads of all accounts to whoever holds a URL."""

    def __init__(self, emulator: Emulator, signer: Signer, library: ClipLibrary) -> None:
        """Serve the files of *emulator*, videos from *library*."""
        self._emulator = emulator
        self._signer = signer
        self._library = library
        self._mappings = Mappings()
        # It keeps no exceptions, so that nothing is kept but what was signed, whatever else a query says.
        self._checked = lru_cache(KEPT_SIGNATURES)(self._check)

    async def download(self, call: Call) -> Answer:
        """Return the file in the path, or what the client lacks of it (rules OUT-URL and OUT-DOWNLOAD)."""
        path, name = call.scope["path"], call.path_parameter("file")
        expires_at = self._signed_until(call)
        is_upload = name.startswith(UPLOAD)
        file = await (
            self._upload(path, expires_at) if is_upload else self._video(name, expires_at)
        )
        if file is None:
            raise Problem("not_found", f"{path} does not exist any more.")
        return answer_with(file, call)

    async def owner(self, call: Call) -> Account | None:
        """Return the account whose file *call* asks for, None where the URL is not one that was signed."""
        name = call.path_parameter("file").partition(".")[0]
        is_signed = self._is_signed(call)
        # Whoever has no URL has nothing read for him; the journal is told of him where his aim is known anyway.
        account = await self._emulator.owner(name) if is_signed else self._emulator.owned(name)
        if account is not None:
            call.belongs_to(account, account.job(name))
        return account if is_signed else None

    def _is_signed(self, call: Call) -> bool:
        try:
            self._signed_until(call)
        except Problem:
            return False
        return True

    def _signed_until(self, call: Call) -> int:
        """Return until when the URL holds, in microseconds since the epoch."""
        query = parse_qs(call.query_string.decode("latin-1"))
        # Of a parameter that comes twice, none is the one that was signed.
        expires = "".join(query.get("expires", ()))
        signature = "".join(query.get(SIGNATURE, ()))
        return self._checked(call.scope["path"], expires, signature)

    def _check(self, path: str, expires: str, signature: str) -> int:
        if not self._signer.accepts(path, expires, signature):
            raise Problem(
                "invalid_signature",
                "the URL is not one that the emulator signed; use it unchanged.",
            )
        return int(expires) * SECOND

    async def _video(self, name: str, expires_at: int) -> File | None:
        job_id = name.removesuffix(SUFFIX)
        account = await self._emulator.owner(job_id)
        job = account.job(job_id) if account is not None else None
        if (
            account is None
            or job is None
            or state_at(job, account.clock.now()).status is not Status.COMPLETED
        ):
            return None
        _refuse_expired(account, expires_at)
        output = self._emulator.contract.models[job.model].output
        for product in (job.frame.picture, job.frame.sound):
            if product is not None:
                await account.shelf.fetch(product)
        try:
            video = await self._library.video(clip_of(job, output.fps))
        except FileNotFoundError:
            message = (
                f"{name}: the picture or the sound that it was made of is no longer kept, for there were many others; "
                "submit the job again."
            )
            raise Problem("not_found", message) from None
        return File(job.id + SUFFIX, video, output.content_type, job.ended_at // SECOND)

    async def _upload(self, path: str, expires_at: int) -> File | None:
        file_id = path.rpartition("/")[2].partition(".")[0]
        account = await self._emulator.owner(file_id)
        if account is None:
            return None
        # First of all: an upload that is kept no longer is one whose URLs have expired.
        _refuse_expired(account, expires_at)
        upload = account.shelf.upload_named(file_id)
        # An account that was forgotten begins anew, with the same ids.
        if upload is None or upload.media_path != path:
            return None
        await account.shelf.fetch(upload.file)
        try:
            content = self._mappings.content(upload.file, upload.etag)
        except FileNotFoundError:  # taken away by somebody else
            return None
        modified_at = upload.uploaded_at // SECOND
        return File(upload.name, content, upload.content_type, modified_at, is_foreign=True)


def _refuse_expired(account: Account, expires_at: int) -> None:
    if account.clock.now() >= expires_at:
        raise Problem("url_expired", "the URL has expired; GET /v1/files/sign gives a fresh one.")
