"""How an answer goes over the wire when it goes wrong: late, slowly, in part, as garbage, or not at all.

A reset is a TCP RST and a drop a FIN, which only the emulator's own server can send. On any other server and in-process,
whatever comes before it is sent, and then the application raises `ConnectionCutError`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol, Self, TypeVar

from starlette.types import Message, Receive, Scope, Send

CONNECTION = "wan_mock.connection"  # where a server that can cut it puts it into the scope
FOLLOWED = "wan_mock.followed"  # in the message that is a head: the next one is the whole body
GARBAGE = b"\x15\x03 this is not HTTP\r\n\r\n"
PIECES_A_SECOND = 20

Number = TypeVar("Number", int, float)


class ConnectionCutError(ConnectionError):
    """The answer was to end with its connection, which this server cannot cut by itself."""


class Cuttable(Protocol):
    """A client's connection that can be ended in the midst of an answer."""

    async def reset(self) -> None:
        """Send a TCP RST after what was written has arrived."""
        ...

    def drop(self) -> None:
        """Send a FIN after what was written."""
        ...

    def write(self, data: bytes) -> None:
        """Send *data*, which need not be HTTP."""
        ...


class Ending(StrEnum):
    """What follows what is sent of an answer."""

    NEXT = "next"
    DROP = "drop"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How an answer is sent: *delay_seconds* late, *bytes_per_second* slow, *sent_bytes* of its body only.

    None is no limit. One that *is_silent* is not sent at all, of one that *is_garbage* comes something that is no HTTP.
    Seconds are real ones, whatever the account's clock.
    """

    delay_seconds: float = 0
    bytes_per_second: float | None = None
    sent_bytes: int | None = None
    ending: Ending = Ending.NEXT
    is_silent: bool = False
    is_garbage: bool = False
    scope: Scope | None = field(default=None, compare=False, repr=False)
    receive: Receive | None = field(default=None, compare=False, repr=False)

    @property
    def has_status(self) -> bool:
        """Whether the client gets to see a status."""
        return not (self.is_silent or self.is_garbage)

    def worsened(self, other: "Wire") -> "Wire":
        """Return the wire that does what this one and *other* do."""
        return Wire(
            delay_seconds=self.delay_seconds + other.delay_seconds,
            bytes_per_second=_least(self.bytes_per_second, other.bytes_per_second),
            sent_bytes=_least(self.sent_bytes, other.sent_bytes),
            ending=max(self.ending, other.ending, key=[*Ending].index),
            is_silent=self.is_silent or other.is_silent,
            is_garbage=self.is_garbage or other.is_garbage,
        )

    def for_call(self, scope: Scope, receive: Receive) -> Self:
        """Return this wire as the one to whoever sent the request of *scope*."""
        return replace(self, scope=scope, receive=receive)

    async def send(self, head: Message, body: bytes | memoryview, send: Send) -> None:
        """Send an answer of *head* and *body*; it ends at once when the client leaves.

        Raises:
            ConnectionCutError: the connection ends here, and the server cannot do that by itself.
        """
        async with _leaving(self.receive) as leaving:
            if self.delay_seconds and await leaving.within(self.delay_seconds):
                return
            if self.has_status:
                sent = memoryview(body)[: self.sent_bytes]
                await send(head)
                if not await self._send_body(sent, send, leaving):
                    return
                if self.ending is Ending.NEXT and len(sent) == len(body):
                    await send({"type": "http.response.body", "body": b""})
                    return
        await self._cut()

    async def _send_body(self, body: memoryview, send: Send, leaving: "_Leaving") -> bool:
        """Send *body* at its pace, but not its end; tell whether the client is still there."""
        rate = self.bytes_per_second
        if rate is None:
            await send({"type": "http.response.body", "body": body, "more_body": True})
            return True
        loop = asyncio.get_running_loop()
        begun = loop.time()
        step = max(int(rate / PIECES_A_SECOND), 1)
        for begin in range(0, len(body), step):
            piece = body[begin : begin + step]
            due = begun + (begin + len(piece)) / rate
            if await leaving.within(due - loop.time()):
                return False
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        return True

    async def _cut(self) -> None:
        connection: Cuttable | None = (self.scope or {}).get(CONNECTION)
        if connection is None:
            ending = max(self.ending, Ending.DROP, key=[*Ending].index)
            raise ConnectionCutError(f"the answer was to end in a {ending} of the connection")
        if self.is_garbage:
            connection.write(GARBAGE)
        if self.ending is Ending.RESET:
            await connection.reset()
        else:
            connection.drop()


def _least(one: Number | None, other: Number | None) -> Number | None:
    given = [number for number in (one, other) if number is not None]
    return min(given, default=None)


class _Leaving:
    """The client's leaving, which may never come; nobody listens for it before it is asked about."""

    def __init__(self, receive: Receive | None) -> None:
        self._receive = receive
        self._task: asyncio.Task[None] | None = None

    async def within(self, seconds: float) -> bool:
        """Wait so many *seconds* for it, and tell whether it came."""
        if self._receive is None:
            await asyncio.sleep(seconds)
            return False
        if self._task is None:
            self._task = asyncio.create_task(left(self._receive))
        await asyncio.wait({self._task}, timeout=max(seconds, 0))
        return self._task.done()

    def forget(self) -> None:
        if self._task is not None:
            self._task.cancel()


@asynccontextmanager
async def _leaving(receive: Receive | None) -> AsyncIterator[_Leaving]:
    leaving = _Leaving(receive)
    try:
        yield leaving
    finally:
        leaving.forget()


async def left(receive: Receive) -> None:
    """Return once the client has left, whatever it still sent before."""
    while (await receive())["type"] != "http.disconnect":
        pass
