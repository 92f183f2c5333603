"""Fetch a medium from a server of this machine, whatever that server does.

This module is loaded when a request names such a server, because h11 takes its time to load.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

import h11

from mock_server.intake.locating import Loopback, locate
from mock_server.violations import show

_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE_BYTES = 1 << 16


class FetchError(Exception):
    """A medium cannot be fetched; *reason* is a clause about the server, *is_size* that there is too much."""

    def __init__(self, reason: str, *, is_size: bool = False) -> None:
        """Tell *reason*."""
        super().__init__(reason)
        self.reason = reason
        self.is_size = is_size


async def fetch(place: Loopback, into: Path, *, seconds: float, max_bytes: int) -> int:
    """Write what the server at *place* answers to the file *into*, and return the number of its bytes.

    All of it, connecting and redirects included, may take *seconds*. Redirects are followed on
    loopback alone. No file is left behind unless the answer is complete.

    Raises:
        FetchError: there is no such answer.
        OSError: the file cannot be written.
    """
    try:
        with _unless_failed(into) as file:
            async with asyncio.timeout(seconds):
                return await _follow(place, file, max_bytes)
    except TimeoutError:
        raise FetchError(f"the server takes longer than {seconds:g} s") from None


@contextlib.contextmanager
def _unless_failed(path: Path) -> Iterator[BinaryIO]:
    """Open *path* for writing, and remove it when that comes to nothing, by cancellation too."""
    try:
        with path.open("wb") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


async def _follow(place: Loopback, file: BinaryIO, max_bytes: int) -> int:
    for _ in range(_MOST_REDIRECTS + 1):
        async with _connected(place) as exchange:
            response = await exchange.ask(place)
            if response.status_code not in _REDIRECTS:
                _check(response, max_bytes)
                return await exchange.save(file, max_bytes)
        place = _redirected(place, response)
    raise FetchError(f"the server redirects more than {_MOST_REDIRECTS} times")


def _check(response: h11.Response, max_bytes: int) -> None:
    if response.status_code != 200:
        raise FetchError(f"the server answers {response.status_code}; 200 would do")
    for value in _values(response, b"content-encoding"):
        if value.lower() != "identity":
            raise FetchError(f"the server answers in content-encoding {show(value)}, not as it is")
    for value in _values(response, b"content-length"):
        if int(value) > max_bytes:
            raise _too_large(f"{value} bytes", max_bytes)


def _redirected(place: Loopback, response: h11.Response) -> Loopback:
    """Return where the redirect *response* leads, seen from *place*."""
    status = response.status_code
    location = next(_values(response, b"location"), None)
    if location is None:
        raise FetchError(f"the server answers {status} without a Location")
    try:
        target = locate(urljoin(place.url, location), own=())
    except ValueError:  # such as a bracket without its partner
        target = None
    if not isinstance(target, Loopback):
        raise FetchError(
            f"the server redirects to {show(location)}; only redirects on loopback are followed"
        )
    return target


def _values(response: h11.Response, wanted: bytes) -> Iterator[str]:
    return (value.decode(errors="replace") for name, value in response.headers if name == wanted)


def _too_large(size: str, max_bytes: int) -> FetchError:
    return FetchError(f"the server sends {size}; up to {max_bytes} bytes would do", is_size=True)


class _Exchange:
    """One request to a server and its answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._connection = h11.Connection(h11.CLIENT)
        self._is_over = False

    async def ask(self, place: Loopback) -> h11.Response:
        """Send the request; return the answer as far as its headers go."""
        headers = {
            "host": place.authority,
            "accept": "*/*",
            "accept-encoding": "identity",
            "connection": "close",
            "user-agent": "wan-mock",
        }
        request = h11.Request(method="GET", target=place.target, headers=[*headers.items()])
        self._writer.write(self._connection.send(request) or b"")
        self._connection.send(h11.EndOfMessage())
        # Before the answer, a server may say that it is still there.
        while not isinstance(event := await self._event(), h11.Response):
            pass
        return event

    async def save(self, file: BinaryIO, max_bytes: int) -> int:
        """Write the body to *file*; return the number of its bytes."""
        written = 0
        while isinstance(event := await self._event(), h11.Data):
            written += len(event.data)
            if written > max_bytes:
                raise _too_large("more", max_bytes)
            file.write(event.data)
        return written

    async def _event(self) -> object:
        try:
            while (event := self._connection.next_event()) is h11.NEED_DATA:
                self._connection.receive_data(await self._read())
        except h11.RemoteProtocolError as error:
            raise FetchError(self._what_is_wrong(error)) from None
        # A piece may hold thousands of events, and others wait for their turn.
        await asyncio.sleep(0)
        return event

    async def _read(self) -> bytes:
        try:
            piece = await self._reader.read(_PIECE_BYTES)
        except OSError as error:
            raise FetchError(f"the connection breaks: {_words(error)}") from None
        self._is_over = not piece
        return piece

    def _what_is_wrong(self, error: h11.RemoteProtocolError) -> str:
        if error.error_status_hint == 431:
            return "the server sends headers without end"
        if self._is_over:
            return "the server ends its answer before it is complete"
        return "the server does not keep to HTTP/1.1"


@contextlib.asynccontextmanager
async def _connected(place: Loopback) -> AsyncIterator[_Exchange]:
    reader, writer = await _connect(place)
    try:
        yield _Exchange(reader, writer)
    finally:
        # Nobody waits for the rest of an answer, or for a server that does not hang up.
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _connect(place: Loopback) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reasons = []
    for address in place.addresses:
        assert ip_address(address).is_loopback
        try:
            return await asyncio.open_connection(address, place.port, limit=_PIECE_BYTES)
        except OSError as error:
            reasons.append(_words(error))
    raise FetchError(f"no server answers at {place.authority}: {reasons[0]}")


def _words(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)
