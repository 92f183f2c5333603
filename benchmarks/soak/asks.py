"""What a client of an account may ask for, as values: the bytes that are sent, and the status asked for."""

import json
from typing import Any, NamedTuple

from benchmarks.servers import HOST

BROKEN = 0  # in place of a status: the answer ended early, or never began
SILENT = -1  # in place of a status: no answer came in time
JSON = "application/json"
BOUNDARY = "soak-boundary"


class Ask(NamedTuple):
    """A request of *operation*, whose answer shall have *status*."""

    operation: str
    sent: bytes
    status: int = 200


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def struck(ask: Ask, status: int) -> Ask:
    """Return *ask*, which something gets in the way of; its time is not the emulator's."""
    return ask._replace(operation=f"struck {ask.operation}", status=status)


def download(url: str, *, status: int = 200, headers: tuple[str, ...] = ()) -> Ask:
    """Return the ask for the video at *url*, which needs no key."""
    target = "/" + url.split("/", 3)[3]
    return Ask("download", _sent("GET", target, headers), status)


class Account:
    """The asks of one account, which its key opens."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._key = f"Authorization: Bearer sk-empiriolabs-{name}"

    def submit(self, body: object, *, status: int = 202) -> Ask:
        ask = self.ask("POST", "/v1/videos/generations", body, status=status)
        return ask._replace(operation="submit")

    def poll(self, job_id: str) -> Ask:
        return self.ask("GET", f"/v1/jobs/{job_id}")._replace(operation="poll")

    def cancel(self, job_id: str) -> Ask:
        return self.ask("POST", f"/v1/jobs/{job_id}/cancel")

    def finish(self, job_id: str) -> Ask:
        return self.ask("POST", f"/_mock/jobs/{job_id}/finish")

    def forget(self) -> Ask:
        return self.ask("DELETE", "/_mock/account", status=204)

    def fault(self, operation: str, action: object, *, times: int = 1) -> Ask:
        body = {"operation": operation, "times": times, "action": action}
        return self.ask("POST", "/_mock/faults", body, status=201)

    def upload(self, name: str, content: bytes) -> Ask:
        part = f'Content-Disposition: form-data; name="file"; filename="{name}"'
        body = b"".join(
            (
                f"--{BOUNDARY}\r\n{part}\r\n\r\n".encode(),
                content,
                f"\r\n--{BOUNDARY}--\r\n".encode(),
            )
        )
        headers = (self._key, f"Content-Type: multipart/form-data; boundary={BOUNDARY}")
        return Ask("upload", _sent("POST", "/v1/files/upload", headers, body))

    def ask(
        self, method: str, target: str, body: object = None, *, status: int = 200, kind: str = JSON
    ) -> Ask:
        """Return any request: *body* goes as JSON unless it is bytes, and says that it is of *kind*."""
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        headers = (self._key, f"Content-Type: {kind}") if raw else (self._key,)
        name = target.partition("?")[0].split("/")[2]
        return Ask(f"{method} {name}", _sent(method, target, headers, raw), status)


def _sent(method: str, target: str, headers: tuple[str, ...], body: bytes = b"") -> bytes:
    length = (f"Content-Length: {len(body)}",) if body or method == "POST" else ()
    lines = (f"{method} {target} HTTP/1.1", f"Host: {HOST}", *headers, *length, "", "")
    return "\r\n".join(lines).encode() + body
