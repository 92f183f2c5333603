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
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

from mock_server.wire import CONNECTION, FOLLOWED

REQUEST_ID = b"req_not_http"  # no request was read, so none has a number
UPGRADING = frozenset({b"connection", b"upgrade", b"http2-settings"})
UNPRINTABLE = bytes({*range(0x20), 0x7F} - {*b"\t\r\n"})
MOST_COPIED = 64 * 1024  # bytes of a body that are sooner copied to its head than sent beside it
NO_LINGER = struct.pack("ii", 1, 0)  # what is closed with it ends in an RST
SOON_SECONDS = 0.001  # how soon a look at a socket is repeated, at first
LATER_SECONDS = 0.05


class Cycle(RequestResponseCycle):
    """A request and its answer, of which a head that the whole body follows goes out together with it.

    A second call of the system to write would cost a tenth of a poll.
    """

    _head: Any = None

    async def send(self, message: Any) -> None:
        """Send a part of the answer, or keep its head back: nothing happens before the body comes."""
        if FOLLOWED in message and not (self.disconnected or self.flow.write_paused):
            self._head = message
            return
        head, self._head = self._head, None
        if head is not None:
            headers = [*self.default_headers, *head["headers"]]
            lines = b"".join([b"%b: %b\r\n" % header for header in headers])
            if self._is_fair(headers, lines, message):
                self._send_whole(STATUS_LINE[head["status"]] + lines, message["body"])
                return
            await super().send(head)  # which refuses it, or frames it in another way
        await super().send(message)

    def _is_fair(self, headers: list[tuple[bytes, bytes]], lines: bytes, message: Any) -> bool:
        """Tell whether *headers*, as *lines*, are HTTP and announce the body of *message*, the last one.

        An application around the emulator may have changed any of them.
        """
        announced = [value for name, value in headers if name == b"content-length"]
        body = message.get("body", b"")
        return (
            not message.get("more_body")
            and (announced == [b"%d" % len(body)] or (not body and self.scope["method"] == "HEAD"))
            and lines.count(b"\n") == lines.count(b"\r") == len(headers)
            and lines == lines.translate(None, UNPRINTABLE)
        )

    def _send_whole(self, head: bytes, body: bytes | memoryview) -> None:
        """Send *head*, which lacks its end, and *body*; the rest is what uvicorn does at the end of an answer."""
        head += b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n"
        if len(body) <= MOST_COPIED:
            self.transport.write(head + body)
        else:
            self.transport.writelines((head, body))
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()


class State(ServerState):
    """What the connections of a server share; each answers once more, and no oftener, when it *leaves*."""

    leaves = False


class Connection(HttpToolsProtocol):
    """A client's connection; its requests are not logged."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Here, not in uvicorn's configuration, which would take the handlers from a logger that a user's own
        # uvicorn in this process may be writing to.
        self.access_log = False
        # What is being answered, or was answered last; the requests behind it wait in the pipeline.
        self._answering: RequestResponseCycle | None = None

    def leave(self) -> None:
        """Let the answer that is under way, unless it has begun, be the last on this connection, and say so."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_started:
            cycle.keep_alive = False

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
            assert isinstance(self.server_state, State)
            if self.server_state.leaves:
                self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """End a request, unless it has to be read again."""
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever is answering that nobody listens; uvicorn tells the last request only."""
        self._end_answering()
        super().connection_lost(exc)

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection, on which no request came for a while, unless one is there that was not read yet."""
        if self.transport.is_closing():
            return  # whose socket may have no descriptor any more
        if not counted(self.transport.get_extra_info("socket").fileno(), termios.FIONREAD):
            super().timeout_keep_alive_handler()

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
        cycle.__class__ = Cycle  # uvicorn makes them of its own class only
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
    return counted(fd, termios.TIOCOUTQ)


def counted(fd: int, what: int) -> int:
    """Return the number of bytes that an ioctl *what* tells of the socket *fd*, 0 where the system does not tell."""
    try:
        found: tuple[int] = struct.unpack("i", fcntl.ioctl(fd, what, b"\0" * 4))
    except OSError:
        return 0
    return found[0]
