"""The operations on files: send one, and get a fresh URL for one."""

from contextlib import closing

from mock_server import rendering
from mock_server.accounts import Account
from mock_server.answers import Answer, as_json
from mock_server.calls import Call, Endpoint
from mock_server.clock import SECOND, timestamp
from mock_server.commands import Keep, Look
from mock_server.emulator import Emulator
from mock_server.lifecycle import Status, state_at
from mock_server.problems import Problem
from mock_server.queries import read_query
from mock_server.rendering import Rendering
from mock_server.uploads import QuotaError, Received, Upload, remove
from mock_server.violations import show

FORM = "multipart/form-data"


class FileEndpoints:
    """The operations on the files of an account: what it uploads, and the URLs of that and of videos."""

    def __init__(self, emulator: Emulator, rendering: Rendering) -> None:
        """Serve *emulator*."""
        self._emulator = emulator
        self._rendering = rendering
        self._operations = emulator.contract.api.operations
        self._limits = emulator.contract.api.limits

    def by_operation(self) -> dict[str, Endpoint]:
        """Return the endpoint of each operation, by its id in the contract document."""
        return {"upload": self.upload, "sign": self.sign}

    async def upload(self, call: Call) -> Answer:
        """Take in a file, whatever it is (rule REQ-SIZE)."""
        # Few send files, and the library that reads forms takes its time to load.
        from mock_server.receiving import receive, refuse_at_once, telling_full  # noqa: PLC0415

        most, part = self._limits.max_upload_bytes, self._operations["upload"].form
        assert part is not None
        refuse_at_once(call, most)
        _require_form(call, part)
        await self._emulator.do(call.caller.name, Look())  # what is over makes room
        with telling_full(part), closing(call.caller.shelf.room()) as room:
            received = call.caller.shelf.place(await receive(call, part, room, most))
            room.close()  # it is full: from now on the file itself counts
            upload = await self._keep(call.caller, received)
        # While the file came in, the account may have been forgotten and opened anew.
        account = self._emulator.account(call.caller.name)
        base_url = call.base_url(self._emulator.settings.public_url)
        return as_json(
            {
                "id": upload.id,
                "object": "file",
                "path": upload.path,
                **self._signed(account, upload, base_url),
                "bytes": upload.size,
                "content_type": upload.content_type,
            }
        )

    async def _keep(self, account: Account, received: Received) -> Upload:
        try:
            await account.shelf.share(received.file)
            return await self._emulator.do(account.name, Keep(received))
        except (QuotaError, Problem):
            remove(received.file)
            raise

    async def sign(self, call: Call) -> Answer:
        """Return a fresh URL for a video or an upload that is still kept (rule OUT-URL)."""
        query = read_query(self._operations["sign"], call.query_string)
        account, file_id = call.caller, str(query["file_id"])
        upload = account.shelf.upload_named(file_id)
        if upload is not None:
            base_url = call.base_url(self._emulator.settings.public_url)
            return as_json(self._signed(account, upload, base_url))
        signed = self._signed_video(account, file_id)
        if signed is None:
            message = f"file_id: {show(file_id)} is not a file of this account."
            raise Problem("not_found", message, param="file_id")
        return as_json(signed)

    def _signed_video(self, account: Account, file_id: str) -> dict[str, str] | None:
        job, now = account.job(file_id.replace("file_", "job_", 1)), account.clock.now()
        if (
            job is None
            or rendering.file_id(job) != file_id
            or state_at(job, now).status is not Status.COMPLETED
            or now - job.ended_at >= self._limits.file_retention_seconds * SECOND
        ):
            return None
        url = self._rendering.video_url(job, from_moment=now)
        return _with_end(url, self._rendering.expires_at(now))

    def _signed(self, account: Account, upload: Upload, base_url: str) -> dict[str, str]:
        # A URL holds no longer than its file is kept.
        last = account.shelf.ends_at(upload) // SECOND
        expires_at = min(self._rendering.expires_at(account.clock.now()), last)
        return _with_end(self._rendering.url(base_url, upload.media_path, expires_at), expires_at)


def _with_end(url: str, expires_at: int) -> dict[str, str]:
    return {"url": url, "expires_at": timestamp(expires_at * SECOND)}


def _require_form(call: Call, part: str) -> None:
    """Refuse a body that is not announced as a form."""
    sent = call.header(b"content-type")
    if sent is None or sent.partition(";")[0].strip().lower() != FORM:
        found = "no content type" if sent is None else f"content-type {show(sent)}"
        message = f"the request has {found}; {FORM} with a part {show(part)} would do."
        raise Problem("unsupported_media_type", message)
