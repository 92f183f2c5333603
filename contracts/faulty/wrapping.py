"""Stand in front of an ASGI application: see each request of the API whole, and each answer before it leaves."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote, unquote

from contracts.api import Api
from contracts.asgi import App, Message, Scope
from contracts.exchange import Headers, Sent
from contracts.faulty.fault import Behaviour, Fault
from contracts.faulty.message import Reply, Request
from contracts.passing import ACCOUNT, ADVANCE
from contracts.routes import Routes

Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Calls of an emulator's control interface that tell how time passes, and what an account may do.
CONTROL = {ADVANCE: "advance", ACCOUNT: "account"}


def wrapped(app: App, api: Api, fault: Fault) -> "Front":
    """Return *app*, which serves *api*, with *fault*; each call makes a server of its own, which remembers nothing yet."""
    return Front(app, Routes(api), fault.begin())


class Front:
    """An ASGI application in front of another; what is nothing of the API passes untouched.

    *has_struck* tells that a request or an answer was changed on its way, so that somebody may have noticed.
    """

    def __init__(self, app: App, routes: Routes, behaviour: Behaviour) -> None:
        """Let requests of an operation that *routes* knows take the way of *behaviour* to *app*."""
        self._app = app
        self._routes = routes
        self._behaviour = behaviour
        self.has_struck = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        found = self._request(scope)
        if found is None:
            await self._app(scope, receive, send)
            return
        request = Request(
            operation=found.operation,
            method=found.method,
            target=found.target,
            parameters=self._routes.parameters(found),
            headers=found.headers,
            body=await _body(receive),
        )

        given: list[tuple[Request, Reply]] = []

        async def proceed(passed: Request) -> Reply:
            reply = await _reply(self._app, _scope(scope, passed), passed.body, receive)
            given.append((passed, reply))
            return reply

        reply = await self._behaviour(request, proceed)
        same = [found for passed, found in given if passed == request]
        self.has_struck = self.has_struck or len(same) != 1 or not _is_same(reply, same[0])
        for message in _messages(reply):
            await send(message)

    def _request(self, scope: Scope) -> Sent | None:
        """Return what *scope* asks for, None where that is nothing of the API."""
        if scope["type"] != "http":
            return None
        path = scope.get("raw_path") or quote(scope["path"]).encode()
        target = path.partition(b"?")[0].decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        sent = Sent(
            operation=CONTROL.get(scope["path"], ""),
            method=scope["method"],
            target=f"{target}?{query}" if query else target,
            headers=_text(scope["headers"]),
        )
        operation = self._routes.operation(sent) or sent.operation
        return (
            None
            if not operation
            else Sent(
                operation=operation, method=sent.method, target=sent.target, headers=sent.headers
            )
        )


def _text(headers: list[tuple[bytes, bytes]]) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)


def _bytes(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def _scope(scope: Scope, request: Request) -> Scope:
    path, _, query = request.target.partition("?")
    return {
        **scope,
        "method": request.method,
        "path": unquote(path),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "headers": _bytes(request.headers),
    }


async def _body(receive: Receive) -> bytes:
    pieces, more = [], True
    while more:
        message = await receive()
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(pieces)


async def _reply(app: App, scope: Scope, body: bytes, receive: Receive) -> Reply:
    """Return what *app* answers; once it has the *body*, it hears of the client by *receive*."""
    bodies = iter([{"type": "http.request", "body": body, "more_body": False}])
    messages: list[Message] = []

    async def receive_body() -> Message:
        message = next(bodies, None)
        return await receive() if message is None else message

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive_body, keep)
    start, *rest = messages
    return Reply(
        status=start["status"],
        headers=_text(start["headers"]),
        body=b"".join(bytes(message.get("body", b"")) for message in rest),
        messages=(*messages,),
    )


def _is_same(one: Reply, other: Reply) -> bool:
    return (one.status, one.headers, one.body) == (other.status, other.headers, other.body)


def _messages(reply: Reply) -> tuple[Message, ...]:
    """Return what is sent for *reply*: the application's own messages where nothing was changed."""
    if reply.messages:
        return reply.messages
    return (
        {"type": "http.response.start", "status": reply.status, "headers": _bytes(reply.headers)},
        {"type": "http.response.body", "body": reply.body},
    )
