"""Take in an upload: from the connection to a file on disk, of which little is ever in memory.

Not imported before the first upload: the reader of forms takes its time to load.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from mock_server.calls import Call, Gone
from mock_server.multipart import Form, FormError
from mock_server.problems import Problem
from mock_server.storage import FULL
from mock_server.tagged import etag_of
from mock_server.uploads import QuotaError, Received, Room

# What is handed to a thread at a time: reading, hashing and writing it takes about a millisecond.
BLOCK_BYTES = 1024 * 1024


class Reception:
    """A form whose file is written to disk while it comes in; a context manager that closes the file."""

    def __init__(self, content_type: str, part: str, room: Room) -> None:
        """Write the file, the part *part* of the form, to that of *room*.

        Raises:
            FormError: *content_type* does not say how to read the form.
        """
        self._form = Form(content_type, part, self._write)
        self._file = room.file
        # Buffered, so that closing it waits for a thread that is still writing.
        self._open = room.file.open("wb")
        self._digest = hashlib.sha256()
        self._size = 0

    def take(self, block: bytes) -> None:
        """Read *block*, which goes on where the one before ended; it belongs into a thread.

        Raises:
            FormError: the form is malformed.
            OSError: the file cannot be written.
        """
        self._form.feed(block)

    def finish(self) -> Received:
        """Return what has come in.

        Raises:
            FormError: the form is not complete.
            OSError: the file cannot be written.
        """
        self._form.finish()
        self._open.close()
        assert self._form.filename is not None  # else the form is not complete
        return Received(
            file=self._file,
            name=self._form.filename,
            content_type=self._form.content_type,
            size=self._size,
            etag=etag_of(self._digest),
        )

    def _write(self, content: bytes) -> None:
        self._open.write(content)
        self._digest.update(content)
        self._size += len(content)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()


async def receive(call: Call, part: str, room: Room, most: int) -> Received:
    """Take in the file that comes as *part* of the form that *call* sends, of at most *most* bytes, into *room*.

    Raises:
        Problem: ``invalid_request`` for a bad form, ``request_too_large`` for more than *most* bytes, the
            quota or the disk takes.
        Gone: the client left.
    """
    try:
        room.grow_to(call.announced or 0)
        with Reception(call.header(b"content-type") or "", part, room) as reception:
            size = 0
            async for block in _blocks(call):
                size += len(block)
                if size > most:
                    raise too_large(most)
                room.grow_to(size)
                await asyncio.to_thread(reception.take, block)
            return await asyncio.to_thread(reception.finish)
    except FormError as error:
        raise Problem("invalid_request", f"{part}: {error}.", param=part) from None
    except QuotaError as error:
        raise _beyond_quota(part, error) from None
    except OSError as error:
        if error.errno not in FULL:
            raise
        message = f"{part}: the emulator's disk is full; {TO_MAKE_ROOM} would do."
        raise Problem("request_too_large", message, param=part) from None


TO_MAKE_ROOM = "a smaller file or DELETE /_mock/account"


def too_large(most: int) -> Problem:
    """Return the refusal of an upload that is larger than *most* bytes (rule REQ-SIZE)."""
    message = f"the upload is larger than {most} bytes; a smaller file would do."
    return Problem("request_too_large", message)


def _beyond_quota(part: str, error: QuotaError) -> Problem:
    message = (
        f"{part}: the account's uploads and what comes in take {error.used} of {error.quota} bytes, "
        f"and this one needs more than is left; {TO_MAKE_ROOM} would do."
    )
    return Problem("request_too_large", message, param=part)


async def _blocks(call: Call) -> AsyncIterator[bytes]:
    """Yield the body in blocks of some size: a thread for every network packet would take longer than its work.

    Raises:
        Gone: the client left.
    """
    exchange = call.exchange
    block = bytearray()
    more = True
    while more:
        message = await call.receive()
        if message["type"] == "http.disconnect":
            raise Gone
        piece = message.get("body", b"")
        exchange.received = (exchange.received or 0) + len(piece)
        block += piece
        more = message.get("more_body", False)
        if block and (len(block) >= BLOCK_BYTES or not more):
            yield bytes(block)
            block.clear()
