"""Take in an upload: from the connection to a file on disk, of which little is ever in memory.

Not imported before the first upload: the reader of forms takes its time to load.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager

from mock_server.calls import Call
from mock_server.multipart import Form, FormError
from mock_server.problems import Problem
from mock_server.storage import FULL, NowhereError
from mock_server.tagged import etag_of
from mock_server.uploads import QuotaError, Received, Room

# What is handed to a thread at a time: reading, hashing and writing it takes about a millisecond.
BLOCK_BYTES = 1024 * 1024
# A form is larger than its file by the headers, the other parts and the boundaries. The file is
# measured by itself; this much more may come.
FORM_BYTES = 1024 * 1024


class Reception:
    """A form whose file, of *size* bytes so far, is written to disk while it comes in; to be closed."""

    def __init__(self, content_type: str, part: str, room: Room, most: int) -> None:
        """Write the file, the part *part* of the form, to that of *room*; it has at most *most* bytes.

        Raises:
            FormError: *content_type* does not say how to read the form.
        """
        self._form = Form(content_type, part, self._write)
        self._file = room.file
        # Buffered, so that closing it waits for a thread that is still writing.
        self._open = room.file.open("wb")
        self._digest = hashlib.sha256()
        self._most = most
        self.size = 0

    def take(self, block: bytes) -> None:
        """Read *block*, which goes on where the one before ended; it belongs into a thread.

        Raises:
            FormError: the form is malformed.
            Problem: the file is too large.
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
            size=self.size,
            etag=etag_of(self._digest),
        )

    def _write(self, content: bytes) -> None:
        self.size += len(content)
        if self.size > self._most:
            raise too_large(self._most)
        self._open.write(content)
        self._digest.update(content)

    def close(self) -> None:
        """Close the file."""
        self._open.close()


async def receive(call: Call, part: str, room: Room, most: int) -> Received:
    """Take in the file that comes as *part* of the form that *call* sends, of at most *most* bytes, into *room*.

    Raises:
        Problem: ``invalid_request`` for a bad form, ``request_too_large`` for more than *most* bytes.
        QuotaError: it is more than the quota takes.
        OSError: the file cannot be written.
        Gone: the client left.
    """
    content_type = call.header(b"content-type") or ""
    try:
        # Of two that come in at once and are too large together, the later one learns it now.
        room.grow_to(max(0, (call.announced or 0) - FORM_BYTES))
        with closing(Reception(content_type, part, room, most)) as reception:
            left = most + FORM_BYTES
            async for block in _blocks(call):
                left -= len(block)
                if left < 0:
                    raise too_large(most)
                await asyncio.to_thread(reception.take, block)
                room.grow_to(reception.size)
            return await asyncio.to_thread(reception.finish)
    except FormError as error:
        raise Problem("invalid_request", f"{part}: {error}.", param=part) from None


def refuse_at_once(call: Call, most: int) -> None:
    """Raise Problem if the body is announced to be larger than the form of a file of *most* bytes."""
    if call.announced is not None and call.announced > most + FORM_BYTES:
        raise too_large(most)


@contextmanager
def telling_full(part: str) -> Iterator[None]:
    """Tell the client, whose file is the part *part*, that there is no room for it where that is what happens.

    Raises:
        Problem: ``request_too_large``, beyond the quota, on a full disk or without a folder that may be written to.
        OSError: the disk fails otherwise.
    """
    try:
        yield
    except QuotaError as error:
        raise _beyond_quota(part, error) from None
    except NowhereError as error:
        raise Problem("request_too_large", f"{part}: {error}.", param=part) from None
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
        piece, more = await call.piece()
        exchange.received = (exchange.received or 0) + len(piece)
        block += piece
        if block and (len(block) >= BLOCK_BYTES or not more):
            yield bytes(block)
            block.clear()
