"""A client's connection: HTTP/1.1 as uvicorn reads it, with its refusals in the API's envelope, and ends of its own."""

import asyncio
import contextlib
import fcntl
import json
import socket
import struct
import termios
from typing import Any

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mock_server.wire import CONNECTION

REQUEST_ID = b"req_not_http"  # no request was read, so none has a number
UPGRADING = frozenset({b"connection", b"upgrade", b"http2-settings"})
NO_LINGER = struct.pack("ii", 1, 0)  # what is closed with it ends in an RST
SOON_SECONDS = 0.001  # how soon a look at a socket is repeated, at first
LATER_SECONDS = 0.05


class Connection(HttpToolsProtocol):
    """A client's connection; its requests are not logged."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Here, not in uvicorn's configuration, which would take the handlers from a logger that a user's own
        # uvicorn in this process may be writing to.
        self.access_log = False
        # What is being answered, or was answered last; the requests behind it wait in the pipeline.
        self._answering: RequestResponseCycle | None = None

    def data_received(self, data: bytes) -> None:
        """Read what the client sent; an upgrade that it offers is not taken (RFC 9110, section 7.8)."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._read_again(data[upgrade.args[0] :])
        except httptools.HttpParserError as error:
            self.send_400_response(str(error))

    def on_headers_complete(self) -> None:
        """Begin a request, unless it has to be read again."""
        if not self.parser.should_upgrade():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """End a request, unless it has to be read again."""
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever is answering that nobody listens; uvicorn tells the last request only."""
        self._end_answering()
        super().connection_lost(exc)

    async def reset(self) -> None:
        """Send a TCP RST, after everything written has arrived at the client's machine."""
        await self._arrived()
        self._end_answering()
        if self.transport.is_closing():
            return
        sock = self.transport.get_extra_info("socket")
        with contextlib.suppress(OSError):  # this system may find it ended already
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.transport.abort()

    def drop(self) -> None:
        """Send a FIN after everything written."""
        self._end_answering()
        self.transport.close()

    def write(self, data: bytes) -> None:
        """Send *data*, which need not be HTTP."""
        self.transport.write(data)

    async def _arrived(self) -> None:
        """Return once the client's machine has what was written, or the connection has ended.

        An RST overtakes everything that has not arrived.
        """
        pause = SOON_SECONDS
        while not self.transport.is_closing() and self._is_under_way():
            await asyncio.sleep(pause)  # no event tells
            pause = min(pause * 2, LATER_SECONDS)

    def _is_under_way(self) -> bool:
        fd = self.transport.get_extra_info("socket").fileno()
        return bool(self.transport.get_write_buffer_size() or unacknowledged(fd))

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        cycle.scope[CONNECTION] = self  # type: ignore[literal-required]
        super()._start_asgi_task(cycle, app)

    def _end_answering(self) -> None:
        """Let the request that is being answered know that its answer is at an end."""
        answering = () if self._answering is None else (self._answering,)
        for cycle in (*answering, *(cycle for cycle, _ in self.pipeline)):
            cycle.disconnected = True
            cycle.keep_alive = False
            cycle.message_event.set()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, after the answer to the request before it, which has been carried out."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            self.pipeline.clear()
            assert self._answering is not None
            self._answering.keep_alive = False
            return
        fields = {"type": "invalid_request_error", "param": None, "code": "invalid_request"}
        message = f"the request is not HTTP/1.1: {msg}."
        body = json.dumps({"error": {"message": message, **fields}}).encode()
        head = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"x-request-id", REQUEST_ID),
            *self.server_state.default_headers,
            (b"connection", b"close"),
        ]
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in head)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + lines + b"\r\n" + body)
        self.transport.close()

    def _read_again(self, rest: bytes) -> None:
        """Read the request as if it had not offered to upgrade: the parser leaves out its body otherwise."""
        method = self.parser.get_method()
        if method == b"CONNECT":
            self.send_400_response("this is no proxy")
            return
        lines = [b"%s %s HTTP/%s" % (method, self.url, self.parser.get_http_version().encode())]
        lines += [
            b"%s: %s" % (name, value) for name, value in self.headers if name not in UPGRADING
        ]
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(b"\r\n".join([*lines, b"", rest]))


def unacknowledged(fd: int) -> int:
    """Return how many bytes of the socket *fd* have not arrived yet, 0 where the system does not tell."""
    try:
        found: tuple[int] = struct.unpack("i", fcntl.ioctl(fd, termios.TIOCOUTQ, b"\0" * 4))
    except OSError:
        return 0
    return found[0]
