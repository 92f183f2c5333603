"""A client on one connection that is kept open, as cheap as can be."""

import asyncio
import re

from benchmarks.servers import HOST
from benchmarks.soak.asks import BROKEN, SILENT, Answer, Ask

PATIENCE_SECONDS = 30.0
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nconnection: close\r\n", re.IGNORECASE)


class Client:
    """Asks one thing after the other; opens its connection anew where an answer has ended it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, ask: Ask) -> Answer:
        """Return the answer to *ask*; no error of the network is raised."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._asked(ask)
        except TimeoutError:
            status = SILENT
        except (OSError, EOFError):
            status = BROKEN
        self.close()
        return Answer(status)

    def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _asked(self, ask: Ask) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._port)
        reader, writer = self._streams
        writer.write(ask.sent)
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        body = await reader.readexactly(int(length[1])) if length is not None else b""
        if CLOSE.search(head):
            self.close()
        return Answer(int(head[9:12]), body)
