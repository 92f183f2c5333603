"""The log in Redis or Valkey: it serves the processes of any number of machines."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from mock_server.state import redis_scripts as scripts
from mock_server.state.log import Bounds, ForeignStateError, Known, Records, StateError

SECONDS = 2.0  # after which nobody waits any longer
SIZE_BYTES = 8  # before each entry, what it counts
Ask = tuple[Any, ...]


class RedisLog:
    """The log at a URL. All that is asked for while an answer is on its way goes together, in one round trip."""

    def __init__(self, url: str, settings: str, mark: bytes, bounds: Bounds) -> None:
        """Open what is at *url*, made with *settings* if it is new; *mark* is to tell a new one from every other.

        Raises:
            StateError: it cannot be reached, or was made with other settings.
        """
        self.mark = mark
        self._settings = settings
        self._bounds = bounds
        try:
            with redis.Redis.from_url(url, **_PATIENCE, retry=Retry(NoBackoff(), 0)) as client:
                made: Any = client.eval(scripts.OPEN, 0, settings, mark)
            # Not all that is asked may be asked twice.
            never = AsyncRetry(NoBackoff(), 0)
            self._client: Any = redis.asyncio.Redis.from_url(url, **_PATIENCE, retry=never)
        except (redis.RedisError, OSError, ValueError) as error:
            raise StateError(str(error)) from error
        self._opened = self._checked(made)
        self._asks: list[tuple[Ask, asyncio.Future[Any]]] = []
        self._going: asyncio.Task[None] | None = None

    def _checked(self, made: list[bytes]) -> bytes:
        """Return the mark of what was *made*."""
        settings, mark = made
        if settings.decode() != self._settings:
            raise StateError("it was made with other settings")
        return mark

    async def exchange(
        self, account: str, after: int, record: bytes | None = None, *, forgets: bool = False
    ) -> Records:
        asked = (account, after, record or b"", int(forgets))
        try:
            found = await self._ask(scripts.EXCHANGE, *asked)
        except StateError:
            if record is None:
                raise
            # It may have got there all the same, and then it is not appended again.
            found = await self._ask(scripts.EXCHANGE, *asked)
        return _numbered(found)

    async def behind(self, positions: Mapping[str, int]) -> Mapping[str, Records]:
        found = await asyncio.gather(
            *(self.exchange(name, after) for name, after in positions.items())
        )
        return dict(zip(positions, found, strict=True))

    async def register(self, account: str) -> None:
        await self._ask(scripts.REGISTER, account)

    async def known(self) -> Mapping[str, Known]:
        found = await self._ask(scripts.KNOWN)
        return {name.decode(): Known(int(requests), int(seen)) for name, requests, seen in found}

    async def write(self, account: str, entry: bytes, *, size: int, is_counted: bool) -> None:
        bounds = self._bounds.entries, self._bounds.bytes
        await self._ask(scripts.WRITE, account, entry, size, int(is_counted), *bounds)

    async def entries(self, account: str, after: int = 0) -> Records:
        found = _numbered(await self._ask(scripts.ENTRIES, account, after))
        return [(number, entry[SIZE_BYTES:]) for number, entry in found]

    async def clear(self, account: str) -> None:
        await self._ask(scripts.CLEAR, account)

    async def close(self) -> None:
        if self._going is not None:
            self._going.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._going
        await self._client.aclose()

    async def do(self, *command: Any) -> Any:
        """Return what Redis answers to *command*.

        Raises:
            StateError: it does not.
        """
        return await self._reply(command)

    async def _ask(self, script: str, *arguments: Any) -> Any:
        """Return what *script* does with *arguments*, in what was opened.

        Raises:
            StateError: Redis cannot be reached.
            ForeignStateError: it has been emptied.
        """
        try:
            return await self._reply(("EVAL", script, 0, self._opened, *arguments))
        except redis.ResponseError as error:
            if scripts.FOREIGN not in str(error):
                raise StateError(str(error)) from error
        made = await self._reply(("EVAL", scripts.OPEN, 0, self._settings, self.mark))
        self._opened = self._checked(made)
        raise ForeignStateError("it was emptied")

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
        pipeline = self._client.pipeline(transaction=False)
        for ask, _ in asks:
            pipeline.execute_command(*ask)
        try:
            replies = await pipeline.execute(raise_on_error=False)
        except (redis.RedisError, OSError) as error:
            replies = [StateError(str(error) or type(error).__name__)] * len(asks)
        for (_, future), reply in zip(asks, replies, strict=True):
            if future.done():
                continue  # whoever asked has gone
            if isinstance(reply, redis.ResponseError | StateError):
                future.set_exception(reply)
            elif isinstance(reply, Exception):
                future.set_exception(StateError(str(reply)))
            else:
                future.set_result(reply)


_PATIENCE: Mapping[str, Any] = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS}


def _numbered(found: tuple[int, list[bytes]]) -> Records:
    first, items = found
    return [*enumerate(items, first + 1)]
