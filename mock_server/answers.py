"""What goes back to a client: a value, sent as ASGI messages in one place."""

import json
from typing import Any, NamedTuple

import orjson
from starlette.types import Message, Send

from contracts.api import Api
from mock_server.problems import Problem, envelope
from mock_server.wire import FOLLOWED, Wire

JSON = "application/json"
JSON_HEADER = (b"content-type", JSON.encode())


class Answer(NamedTuple):
    """A complete answer. *headers* are those besides type, length and request id.

    Where *wire* is set, it goes wrong on its way; *struck_by* names the scenario or the fault that did something to it.
    """

    status: int
    body: bytes | memoryview = b""
    content_type: str | None = JSON
    headers: tuple[tuple[str, str], ...] = ()
    wire: Wire | None = None
    struck_by: str | None = None

    async def send(self, send: Send, *, request_id: str, with_body: bool) -> None:
        """Send the answer; one to HEAD goes without its body but with the length of it."""
        content_type = self.content_type
        headers = [(b"x-request-id", request_id.encode())]
        if content_type is not None:
            is_json = content_type == JSON
            headers.append(JSON_HEADER if is_json else (b"content-type", content_type.encode()))
            headers.append((b"content-length", b"%d" % len(self.body)))
        for name, value in self.headers:
            headers.append((name.lower().encode(), value.encode("latin-1")))
        head: Message = {"type": "http.response.start", "status": self.status, "headers": headers}
        body = self.body if with_body else b""
        if self.wire is not None:
            await self.wire.send(head, body, send)
            return
        if content_type is not None and self.struck_by is None:  # else the headers may be any
            head[FOLLOWED] = True
        await send(head)
        await send({"type": "http.response.body", "body": body})


def encode(body: Any) -> bytes:
    """Return *body* as compact JSON in UTF-8."""
    try:
        return orjson.dumps(body)
    except TypeError:  # it has a number beyond 64 bits, such as a seed that a policy lets in
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def as_json(body: Any, *, status: int = 200) -> Answer:
    """Return an answer with *body* as compact JSON."""
    return Answer(status=status, body=encode(body))


def refusal(problem: Problem, api: Api) -> Answer:
    """Return the answer that tells *problem* in the API's envelope."""
    kind = api.errors[problem.code]
    return Answer(
        status=kind.status,
        body=encode(envelope(problem, kind)),
        headers=tuple(problem.headers.items()),
    )
