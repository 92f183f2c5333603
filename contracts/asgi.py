"""A transport straight into an ASGI application, without a socket: what the emulator in this process is checked by."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote, urlsplit

from contracts.exchange import Answer, Exchange, Sent
from contracts.keys import Keys

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
App = Callable[
    [Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]

HOST, PORT = "127.0.0.1", 8026


class AsgiTransport:
    """Sends requests into *app*, on an event loop of its own; close it when done."""

    def __init__(self, app: App, keys: Keys) -> None:
        """Send with *keys*."""
        self._app = app
        self._keys = keys
        self._loop = asyncio.new_event_loop()

    def close(self) -> None:
        """End the event loop."""
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def send(self, sent: Sent) -> Exchange:
        """Send *sent*; an application that raises, or ends without an answer, gives none."""
        at = time.monotonic()
        try:
            answer, trouble = self._loop.run_until_complete(self._call(sent)), None
        except Exception as error:
            answer, trouble = None, f"the application raised {type(error).__name__}"
        if answer is None and trouble is None:
            trouble = "the application ended without a complete answer"
        seconds = time.monotonic() - at
        return self._keys.hidden(
            Exchange(sent=sent, answer=answer, trouble=trouble, at=at, seconds=seconds)
        )

    async def _call(self, sent: Sent) -> Answer | None:
        messages: list[Message] = []
        bodies = iter([{"type": "http.request", "body": sent.body or b"", "more_body": False}])

        async def receive() -> Message:
            message = next(bodies, None)
            return await asyncio.Event().wait() if message is None else message  # type: ignore[return-value]

        async def send(message: Message) -> None:
            messages.append(message)

        await self._app(self._scope(sent), receive, send)
        return _answer(messages)

    def _scope(self, sent: Sent) -> Scope:
        parts = urlsplit(sent.target)
        key = () if sent.key is None else self._keys.header(sent.key, sent.key_header)
        headers = [("host", f"{HOST}:{PORT}"), *key, *sent.headers]
        if sent.body is not None:
            headers.append(("content-length", str(len(sent.body))))
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": sent.method,
            "scheme": "http",
            "path": unquote(parts.path),
            "raw_path": parts.path.encode("latin-1", "replace"),
            "root_path": "",
            "query_string": parts.query.encode("latin-1", "replace"),
            "headers": [
                (name.encode(), value.encode("latin-1", "replace")) for name, value in headers
            ],
            "client": (HOST, 50000),
            "server": (HOST, PORT),
        }


def _answer(messages: list[Message]) -> Answer | None:
    if not messages or messages[-1].get("more_body", False):
        return None
    start, *rest = messages
    headers: dict[str, str] = {}
    for raw_name, raw_value in start.get("headers", []):
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    body = b"".join(bytes(message.get("body", b"")) for message in rest)
    return Answer(start["status"], headers, body)
