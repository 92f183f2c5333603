"""Files that processes on several machines share: each has copies of its own, Redis has what others lack."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

from mock_server.problems import Problem
from mock_server.shelf import OWN
from mock_server.state.log import StateError, away
from mock_server.state.redis_log import RedisLog
from mock_server.state.redis_scripts import PREFIX
from mock_server.storage import Storage

CHUNK_BYTES = 1024 * 1024
BLOB = f"{PREFIX}file:"
FOLDER = f"{PREFIX}folder:"

# Whatever becomes of the process, no piece is ever without an end, and a file is there as a whole or not at all.
ADD = """
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
"""
PUBLISH = """
redis.call('RENAME', KEYS[1], KEYS[2])
redis.call('SADD', KEYS[3], KEYS[2])
redis.call('EXPIRE', KEYS[3], ARGV[1])
"""


class RedisFiles(Storage):
    """A storage whose files others get by way of *log*, which keeps them for *seconds* of the real clock.

    Both are set before it is used.
    """

    log: RedisLog
    seconds: int

    def __init__(self, below: Path | None, mark: str) -> None:
        """Keep copies in a folder *below* that one; *mark* is of this process alone."""
        super().__init__(below, mark=mark)
        self.is_shared = True
        self._discards: set[asyncio.Task[None]] = set()

    async def share(self, file: Path) -> None:
        """Write *file* to Redis, piece by piece, in place of one that is there; nothing of it is left where that fails."""
        key, folder = self._names(file)
        part = f"{key}:{self.fresh_name()}"
        try:
            await self._do("EVAL", ADD, 1, part, b"", self.seconds)  # a file may be empty
            with await asyncio.to_thread(file.open, "rb") as content:
                while chunk := await asyncio.to_thread(content.read, CHUNK_BYTES):
                    await self._do("EVAL", ADD, 1, part, chunk, self.seconds)
            await self._do("EVAL", PUBLISH, 3, part, key, folder, self.seconds)
        except BaseException:
            with contextlib.suppress(Problem):
                await self._do("DEL", part)
            raise

    async def fetch(self, file: Path) -> None:
        """Read *file* from Redis, unless it is here, or there no more as a whole."""
        if await asyncio.to_thread(file.exists):
            return
        key, _ = self._names(file)
        count = await self._do("LLEN", key)
        scratch = self.scratch()
        try:
            if count and await self._read(key, count, scratch):
                for parent in (file.parent.parent, file.parent):
                    parent.mkdir(OWN, exist_ok=True)
                scratch.replace(file)
        finally:
            scratch.unlink(missing_ok=True)

    async def _read(self, key: str, count: int, scratch: Path) -> bool:
        """Read the *count* pieces of *key* into *scratch*, and tell whether all were there."""
        with await asyncio.to_thread(scratch.open, "wb") as content:
            for place in range(count):
                chunk = await self._do("LINDEX", key, place)
                if chunk is None:
                    return False
                await asyncio.to_thread(content.write, chunk)
        return True

    def discard(self, name: str) -> None:
        """Take the folder *name* away here, and its files from Redis."""
        super().discard(name)
        task = asyncio.get_running_loop().create_task(self._discard(FOLDER + name))
        self._discards.add(task)
        task.add_done_callback(self._discards.discard)

    async def _discard(self, folder: str) -> None:
        with contextlib.suppress(Problem):  # they go by themselves, in time
            keys = await self._do("SMEMBERS", folder)
            await self._do("DEL", folder, *keys)

    async def _do(self, *command: Any) -> Any:
        """Return what Redis answers to *command*.

        Raises:
            Problem: ``model_unavailable``, it does not.
        """
        try:
            return await self.log.do(*command)
        except StateError as error:
            raise away(error) from error

    def _names(self, file: Path) -> tuple[str, str]:
        """Return the key of *file*, and that of the set of all files in its account's folder."""
        place = file.relative_to(self.root)
        return BLOB + place.as_posix(), FOLDER + place.parts[0]
