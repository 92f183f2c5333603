"""What no path answers."""

import asyncio

from mock_server.unrouted import Unrouted


def told(app, scope, *messages):
    """Return what *app* sends, to whom *messages* come."""
    coming, sent = iter(messages), []

    async def receive():
        return next(coming)

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


def test_lifespan_is_answered():
    begin, end = {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}
    sent = told(Unrouted(nowhere), {"type": "lifespan"}, begin, end)

    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


def test_everything_else_is_left_to_nowhere():
    app = Unrouted(nowhere)

    for kind in ("http", "websocket", "http"):
        assert told(app, {"type": kind, "path": "/x", "method": "GET"}) == [{"asked": kind}]


async def nowhere(scope, receive, send):
    await send({"asked": scope["type"]})
