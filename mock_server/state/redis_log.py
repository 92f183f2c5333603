"""The log in Redis or Valkey: it serves the processes of any number of machines."""

import asyncio
import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from mock_server.state import redis_scripts as scripts
from mock_server.state.log import (
    Bounds,
    Known,
    LostError,
    Records,
    StateError,
    checked,
    marks,
    settle,
)

SECONDS = 2.0  # after which nobody waits any longer
SIZE_BYTES = 8  # before each entry, what it counts
Ask = tuple[Any, ...]


class NoReplyError(StateError):
    """The connection went before there was a reply to what was sent."""


class RedisLog:
    """The log at a URL. All that is asked for while an answer is on its way goes together, in one round trip."""

    def __init__(self, url: str, settings: str, mark: bytes, bounds: Bounds) -> None:
        """Open what is at *url*, made with *settings* if it is new; *mark* is to tell a new one from every other.

        Raises:
            StateError: it cannot be reached, or was made with other settings.
        """
        self.mark = mark
        self._marks = marks(mark)
        self._settings = settings
        self._bounds = bounds
        try:
            opening: Any = redis.Redis.from_url(url, **_PATIENCE, retry=Retry(NoBackoff(), 0))
            with opening as client:  # of which some versions tell a type, and others do not
                made = client.eval(scripts.OPEN, 0, settings, next(self._marks))
            # One connection, on which what was asked for first is done first; not all of it may be asked twice.
            never = AsyncRetry(NoBackoff(), 0)
            pool: Any = redis.asyncio.ConnectionPool.from_url(url, **_PATIENCE, retry=never)
            self._connection = pool.make_connection()
        except (redis.RedisError, OSError, TypeError, ValueError) as error:
            raise StateError(str(error)) from error
        self.opened: object = None
        self._state = self._checked(made)
        self._asks: list[tuple[Ask, asyncio.Future[Any]]] = []
        self._going: asyncio.Task[None] | None = None

    def _checked(self, made: list[bytes]) -> bytes:
        """Return the mark of what was *made*."""
        settings, mark = made
        checked(settings.decode(), self._settings, "it")
        return mark

    async def exchange(
        self, account: str, after: int, record: bytes | None = None, *, forgets: bool = False
    ) -> Records:
        """Append and read in one script; see `Log.exchange`."""
        # A record that got there, whatever became of the reply, is not appended again.
        asked = (account, after, record or b"", int(forgets))
        try:
            found = await self._ask_once(scripts.EXCHANGE, *asked)
        except NoReplyError:
            try:
                found = await self._ask_once(scripts.EXCHANGE, *asked)
            except StateError as error:
                kind = StateError if record is None else LostError
                raise kind(str(error)) from error
        if found[0] < after:
            self.opened = object()  # the log was set back
        return _numbered(found)

    async def behind(self, positions: Mapping[str, int]) -> Mapping[str, Records]:
        """Read several logs in one round trip; see `Log.behind`."""
        found = await asyncio.gather(
            *(self.exchange(name, after) for name, after in positions.items())
        )
        return dict(zip(positions, found, strict=True))

    async def register(self, account: str) -> None:
        """Add *account* to the set of those that are known."""
        await self._ask(scripts.REGISTER, account)

    async def known(self) -> Mapping[str, Known]:
        """Return what the hashes of all accounts say."""
        found = await self._ask(scripts.KNOWN)
        return {name.decode(): Known(int(requests), int(seen)) for name, requests, seen in found}

    async def write(self, account: str, entry: bytes, *, size: int, is_counted: bool) -> None:
        """Add to the list of the journal; see `Log.write`."""
        bounds = self._bounds.entries, self._bounds.bytes
        await self._ask_once(scripts.WRITE, account, entry, size, int(is_counted), *bounds)

    async def entries(self, account: str, after: int = 0) -> Records:
        """Return the end of the list of the journal; see `Log.entries`."""
        found = _numbered(await self._ask(scripts.ENTRIES, account, after))
        return [(number, entry[SIZE_BYTES:]) for number, entry in found]

    async def clear(self, account: str) -> None:
        """Delete the list of the journal."""
        await self._ask(scripts.CLEAR, account)

    async def close(self) -> None:
        """Close the connection."""
        if self._going is not None:
            self._going.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._going
        await self._connection.disconnect(nowait=True)

    async def do(self, *command: Any) -> Any:
        """Return what Redis answers to *command*.

        Raises:
            StateError: it does not.
        """
        try:
            return await self._reply(command)
        except redis.ResponseError as error:
            raise StateError(str(error)) from error

    async def _ask(self, script: str, *arguments: Any) -> Any:
        """Return what *script* does, which may do it twice: the connection may be one to a Redis that has gone meanwhile.

        Raises:
            StateError: Redis cannot be reached.
        """
        try:
            return await self._ask_once(script, *arguments)
        except NoReplyError:
            return await self._ask_once(script, *arguments)

    async def _ask_once(self, script: str, *arguments: Any) -> Any:
        """Return what *script* does with *arguments*, in what was opened.

        Raises:
            StateError: Redis cannot be reached; NoReplyError, or went before it replied.
        """
        try:
            return await self._done(script, arguments)
        except redis.ResponseError as error:
            if scripts.FOREIGN not in str(error):
                raise StateError(str(error)) from error
        made = await self.do("EVAL", scripts.OPEN, 0, self._settings, next(self._marks))
        self._state = self._checked(made)
        self.opened = object()
        return await self._ask_once(script, *arguments)

    async def _done(self, script: str, arguments: Sequence[Any]) -> Any:
        asked = (0, self._state, *arguments)
        try:
            return await self._reply(("EVALSHA", _digest(script), *asked))
        except redis.exceptions.NoScriptError:
            return await self._reply(("EVAL", script, *asked))

    async def _reply(self, ask: Ask) -> Any:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asks.append((ask, future))
        if self._going is None:
            self._going = asyncio.create_task(self._go())
        return await future

    async def _go(self) -> None:
        """Send what was asked for, in the order in which it was, until nothing is left."""
        try:
            while self._asks:
                asks, self._asks = self._asks, []
                await self._send(asks)
        finally:
            self._going = None

    async def _send(self, asks: list[tuple[Ask, asyncio.Future[Any]]]) -> None:
        connection = self._connection
        failure: type[StateError] = StateError
        try:
            if not connection.is_connected:
                await connection.connect()
                self.opened = object()
            failure = NoReplyError
            await connection.send_packed_command(connection.pack_commands(ask for ask, _ in asks))
            replies = [await self._received() for _ in asks]
        # Whatever it is, nobody is to wait for ever.
        except Exception as error:
            await connection.disconnect(nowait=True)
            replies = [failure(str(error) or type(error).__name__)] * len(asks)
        settle((future for _, future in asks), replies)

    async def _received(self) -> Any:
        """Return the next reply, an exception where Redis refuses what was asked."""
        try:
            return await self._connection.read_response()
        except redis.ResponseError as error:
            return error


_PATIENCE: Mapping[str, Any] = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS}


@cache
def _digest(script: str) -> str:
    """Return what Redis knows *script* by once it has seen it."""
    return hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()


def _numbered(found: tuple[int, list[bytes]]) -> Records:
    first, items = found
    return [*enumerate(items, first + 1)]
