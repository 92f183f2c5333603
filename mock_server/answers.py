"""What goes back to a client: a value, sent as ASGI messages in one place."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Send

from contracts.api import Api
from mock_server.problems import Problem, envelope

JSON = "application/json"

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A complete answer. *headers* are those besides type, length and request id."""

    status: int
    body: bytes = b""
    content_type: str | None = JSON
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, send: Send, *, request_id: str, with_body: bool) -> None:
        """Send the answer; one to HEAD goes without its body but with the length of it."""
        headers = [(b"x-request-id", request_id.encode())]
        if self.content_type is not None:
            headers.append((b"content-type", self.content_type.encode()))
            headers.append((b"content-length", b"%d" % len(self.body)))
        headers += [
            (name.lower().encode(), value.encode("latin-1")) for name, value in self.headers.items()
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body if with_body else b""})


def as_json(body: Any, *, status: int = 200) -> Answer:
    """Return an answer with *body* as compact JSON."""
    return Answer(status=status, body=_encode(body).encode())


def refusal(problem: Problem, api: Api) -> Answer:
    """Return the answer that tells *problem* in the API's envelope."""
    kind = api.errors[problem.code]
    return Answer(
        status=kind.status, body=_encode(envelope(problem, kind)).encode(), headers=problem.headers
    )
