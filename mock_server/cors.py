"""Let the pages of one origin call the API (option ``--cors``); without it none may, and none ever reads what controls it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.answers import Answer
from mock_server.calls import header
from mock_server.exchange import CONTROL, Exchange

EVERY_ORIGIN = "*"
EXPOSED = "etag, retry-after, x-request-id"


class Cors:
    """An ASGI application around the emulator: tells browsers that pages of *origin* may read the answers."""

    def __init__(self, app: ASGIApp, origin: str) -> None:
        """Wrap *app*; *origin* is ``*`` for every page."""
        self._app = app
        self._origin = origin
        self._headers = (
            (b"access-control-allow-origin", origin.encode()),
            (b"access-control-expose-headers", EXPOSED.encode()),
            (b"vary", b"origin"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_readable(message: Message) -> None:
            is_start = message["type"] == "http.response.start"
            if is_start and scope["wan_mock.exchange"].operation != CONTROL:
                message["headers"] += self._headers
            await send(message)

        may_read = scope["type"] == "http" and self._origin in {
            EVERY_ORIGIN,
            header(scope, b"origin"),
        }
        await self._app(scope, receive, send_readable if may_read else send)


class Preflight:
    """An ASGI application inside the envelope: lets a browser know that it may send what it asks about."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap *app*, which knows no such questions."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_http = scope["type"] == "http"
        method = header(scope, b"access-control-request-method") if is_http else None
        if method is None or scope["method"] != "OPTIONS":
            await self._app(scope, receive, send)
            return
        allowed = header(scope, b"access-control-request-headers") or ""
        headers = (
            ("access-control-allow-methods", method),
            ("access-control-allow-headers", allowed),
        )
        answer = Answer(status=204, content_type=None, headers=headers)
        exchange: Exchange = scope["wan_mock.exchange"]
        exchange.answer = answer
        await answer.send(send, request_id=exchange.request_id, with_body=False)
