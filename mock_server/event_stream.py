"""``GET /_mock/events``: everything that happens in the account, as server-sent events."""

import asyncio
from dataclasses import dataclass

from starlette.types import Message, Receive, Scope, Send

from mock_server.accounts import Account
from mock_server.answers import Answer
from mock_server.calls import Call, Endpoint
from mock_server.events import Events, Listener
from mock_server.wire import CONNECTION, Cuttable, Wire, left

PING_SECONDS = 15
PING = b": still here\n\n"
HEADERS = (
    ("content-type", "text/event-stream; charset=utf-8"),
    ("cache-control", "no-store"),
    ("x-accel-buffering", "no"),  # a proxy shall pass on each event at once
)


class EventStream:
    """The endpoint; each of its answers ends when its client leaves."""

    def __init__(self, events: Events, *, ping_seconds: float = PING_SECONDS) -> None:
        """Stream *events*, and a comment after so many seconds without one."""
        self._events = events
        self._ping_seconds = ping_seconds

    def by_path(self) -> dict[str, dict[str, Endpoint]]:
        """Return the endpoints by path and method."""
        return {"/_mock/events": {"GET": self.listen}}

    async def listen(self, call: Call) -> Answer:
        """Stream the events of the account."""
        wire = Streaming(
            events=self._events,
            account=call.caller,
            ping_seconds=self._ping_seconds,
            scope=call.scope,
            receive=call.receive,
        )
        return Answer(status=200, content_type=None, headers=HEADERS, wire=wire)


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaming(Wire):
    """How a stream goes over the wire: as long as its client listens and keeps up."""

    events: Events
    account: Account
    ping_seconds: float
    scope: Scope
    receive: Receive

    async def send(self, head: Message, body: bytes | memoryview, send: Send) -> None:  # noqa: ARG002 - it has no end
        """Send *head* and then events."""
        listener = self.events.listen(self.account)
        writing, *_ = tasks = [
            asyncio.create_task(self._write(listener, head, send)),
            asyncio.create_task(left(self.receive)),
            asyncio.create_task(listener.overtaken.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.events.leave(self.account.name, listener)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        if not writing.cancelled():
            writing.result()  # it ends only with what the server raises
        if listener.overtaken.is_set():
            self._drop()

    async def _write(self, listener: Listener, head: Message, send: Send) -> None:
        await send(head)
        while True:
            try:
                # Python 3.11's wait_for would forget to be cancelled as an event arrives.
                async with asyncio.timeout(self.ping_seconds):
                    await listener.arrived.wait()
            except TimeoutError:
                events = PING
            else:
                events = listener.take()
            await send({"type": "http.response.body", "body": events, "more_body": True})

    def _drop(self) -> None:
        """End a connection that cannot take more; elsewhere than on the emulator's server it ends with the answer."""
        connection: Cuttable | None = self.scope.get(CONNECTION)
        if connection is not None:
            connection.drop()
