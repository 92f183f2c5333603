"""A client that talks to an application in-process, and a clock that only tests move."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp

from mock_server.clock import SECOND

STARTED_AT = 1_795_370_400 * SECOND  # 2026-11-22T18:00:00Z


@dataclass
class Time:
    """The machine's time, as far as an emulator under test can tell."""

    at: int = STARTED_AT

    def __call__(self) -> int:
        return self.at

    def pass_seconds(self, seconds: float) -> None:
        self.at += round(seconds * SECOND)


@dataclass(frozen=True)
class Received:
    """An answer as a client sees it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> Any:
        """The error of the envelope."""
        return self.json["error"]


class Client:
    """Sends requests straight into an ASGI application, as one account unless told otherwise."""

    def __init__(self, app: ASGIApp, runner: asyncio.Runner, time: Time, key: str | None) -> None:
        self.app = app
        self.time = time
        self.key = key
        self._runner = runner

    def as_(self, key: str | None) -> "Client":
        """Return a client of the same emulator with another key (a whole key, or None for no key)."""
        return Client(self.app, self._runner, self.time, key)

    def get(self, target: str, **more: Any) -> Received:
        return self.send("GET", target, **more)

    def post(self, target: str, fields: Any = None, **more: Any) -> Received:
        return self.send("POST", target, fields, **more)

    def send(
        self,
        method: str,
        target: str,
        fields: Any = None,
        *,
        body: bytes | list[bytes] | None = None,
        headers: dict[str, str] | None = None,
        meanwhile: tuple[str, str] | None = None,
    ) -> Received:
        """Send a request; *fields* as JSON, or *body* as it is (a list: in pieces, without a length).

        An empty value takes a header away. *meanwhile* is the method and target of another request,
        which is answered before the body comes.
        """
        if fields is not None:
            body = json.dumps(fields).encode()
        return self._runner.run(self._send(method, target, body or b"", headers or {}, meanwhile))

    def upload(
        self, content: bytes, name: str = "photo.jpg", content_type: str = "image/jpeg"
    ) -> Received:
        """Upload a file."""
        disposition = f'Content-Disposition: form-data; name="file"; filename="{name}"'
        head = f"--wan-mock\r\n{disposition}\r\nContent-Type: {content_type}\r\n\r\n"
        body = head.encode() + content + b"\r\n--wan-mock--\r\n"
        headers = {"content-type": "multipart/form-data; boundary=wan-mock"}
        return self.send("POST", "/v1/files/upload", body=body, headers=headers)

    def submit(self, **fields: Any) -> Received:
        """Submit a generation, by default the published example."""
        defaults = {"model": "wan-2-6", "prompt": "sunrise over the ocean", "duration": 6}
        return self.post("/v1/videos/generations", {**defaults, **fields})

    def submit_together(self, count: int, **fields: Any) -> list[Received]:
        """Submit the same generation *count* times at once."""
        body = json.dumps({"model": "wan-2-6", "prompt": "a race", **fields}).encode()
        path = "/v1/videos/generations"

        async def gather() -> list[Received]:
            return await asyncio.gather(*(self._send("POST", path, body, {}) for _ in range(count)))

        return self._runner.run(gather())

    def patch(self, **fields: Any) -> Received:
        """Change the account through the control interface."""
        return self.send("PATCH", "/_mock/account", fields)

    def advance(self, seconds: float) -> Received:
        """Move the account's clock through the control interface."""
        return self.post("/_mock/clock/advance", {"seconds": seconds})

    def money(self) -> tuple[Any, float, float]:
        """Return what the account has, holds and has spent."""
        account = self.get("/_mock/account").json
        return account["balance"], account["held"], account["spent"]

    def finished(self, **fields: Any) -> Any:
        """Submit a generation and return its job once it is terminal."""
        answer = self.submit(**fields)
        assert answer.status in {200, 202}, answer.body
        self.time.pass_seconds(1800)
        return self.get(answer.json["poll_url"]).json

    async def _send(
        self,
        method: str,
        target: str,
        body: bytes | list[bytes],
        headers: dict[str, str],
        meanwhile: tuple[str, str] | None = None,
    ) -> Received:
        path, _, query = re.sub(r"^https?://[^/]*", "", target).partition("?")
        pieces = [body] if isinstance(body, bytes) else [*body, b""]
        sent = {"host": "127.0.0.1:8026", "content-type": "application/json"}
        if isinstance(body, bytes):
            sent["content-length"] = str(len(body))
        if self.key is not None:
            sent["authorization"] = f"Bearer {self.key}"
        sent = {name: value for name, value in (sent | headers).items() if value}
        scope = {
            "type": "http",
            "method": method,
            "path": unquote(path).encode("utf-8", "replace").decode(),
            "raw_path": path.encode("utf-8", "replace"),
            "root_path": "",
            "query_string": query.encode("latin-1", "replace"),
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
                for name, value in sent.items()
            ],
            "scheme": "http",
            "server": ("127.0.0.1", 8026),
        }
        messages: list[Any] = []
        requests: Iterator[Any] = iter(
            {"type": "http.request", "body": piece, "more_body": index < len(pieces) - 1}
            for index, piece in enumerate(pieces)
        )

        async def receive() -> Any:
            if meanwhile is not None:
                await self._send(*meanwhile, b"", {})
            message = next(requests, None)
            # The client stays until it has been answered.
            return await asyncio.Event().wait() if message is None else message

        async def send(message: Any) -> None:
            messages.append(message)

        await self.app(scope, receive, send)
        start, *rest = messages
        answered = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
        return Received(
            start["status"], answered, b"".join(message.get("body", b"") for message in rest)
        )
