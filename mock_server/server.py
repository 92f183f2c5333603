"""Run an application over HTTP: in the foreground, or in a thread of a test."""

import asyncio
import concurrent.futures
import contextlib
import errno
import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from functools import cache
from types import TracebackType
from typing import Any, NoReturn, Self, TypeVar

from starlette.types import ASGIApp

from mock_server.shutdown import End, LoopEndedError, QuickServer, nothing, run
from mock_server.signals import stopping

BACKLOG = 2048
LARGEST_PORT = 65535

Result = TypeVar("Result")


class BindError(Exception):
    """The address cannot be listened on; the message, one line, says why and what would do."""


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens on *host* (a name, or an IPv4 or IPv6 address) and *port*.

    Port 0 is any free one. A name that has several addresses means the first IPv4 one.
    """
    if not 0 <= port <= LARGEST_PORT:
        raise BindError(
            f"port {port} is out of range; choose one of 1 to {LARGEST_PORT}, or 0 for any free one"
        )
    family, address = _resolve(host, port)
    try:
        return _listen(family, address)
    except OSError as error:
        raise BindError(_reason(error, host, port)) from error


def _listen(family: socket.AddressFamily, address: tuple[Any, ...]) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A port whose last connections still linger is free.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, tuple[Any, ...]]:
    try:
        # As bytes, where it can be: Python would load the tables of international names for any string.
        name = host.encode() if host.isascii() else host
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: no host name is spelled like this
        raise BindError(f"cannot listen on {host!r}: unknown host") from error
    family, _, _, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return family, address


def _reason(error: OSError, host: str, port: int) -> str:
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    match error.errno:
        case errno.EADDRINUSE:
            return f"{place} is taken; choose another with --port, or 0 for any free one"
        case errno.EADDRNOTAVAIL:
            return f"cannot listen on {host}: not an address of this machine"
        case _:
            return f"cannot listen on {place}: {error.strerror}"


def serve(
    app: ASGIApp,
    sock: socket.socket,
    *,
    on_ready: Callable[[str], object] | None = None,
    lifeline: int | None = None,
    drain_seconds: float = 0,
    end: End = nothing,
) -> None:
    """Serve *app* on *sock*, from `bind`, in the main thread until SIGTERM, SIGINT, SIGHUP or the end of the pipe *lifeline*.

    *on_ready* is called with the URL once requests are answered, and *end* is done once none is any more. The call
    returns within 0.1 s of the signal, even while answers are being sent, or of the end of *drain_seconds*, for which
    it waits while connections are open; what they asked of threads may still be running.
    """
    server = QuickServer(app, drain_seconds=drain_seconds)
    # What is there by now stays; the collector need not look at it time and again.
    gc.freeze()
    with sock, signals_restored():
        run(lambda: _serve(server, sock, on_ready or str, lifeline), end=end)


async def _serve(
    server: QuickServer,
    sock: socket.socket,
    on_ready: Callable[[str], object],
    lifeline: int | None,
) -> None:
    stop_by_signal(server.stop, lifeline)
    await server.run_on(sock, on_ready)


def stop_by_signal(stop: Callable[[], object], lifeline: int | None = None) -> None:
    """Have the running event loop call *stop* at signals that ask for it, and when the pipe *lifeline* ends.

    Who has a lifeline hears SIGTERM alone, and only once: what is sent to a whole group comes from the parent as
    well, which closes the lifeline if it is in a hurry.
    """
    loop = asyncio.get_running_loop()
    if lifeline is None:
        for number in stopping():
            loop.add_signal_handler(number, stop)
    else:
        loop.add_signal_handler(signal.SIGTERM, cache(stop))
        loop.add_reader(lifeline, stop)


@contextlib.contextmanager
def signals_restored() -> Iterator[None]:
    """Leave signals that ask to stop, at the end of the block, to whoever heard them before it.

    Until then they are heard, also when the loop has nothing left but to tidy up, which none is to cut short.
    """
    before = {number: signal.getsignal(number) for number in stopping()}
    try:
        yield
    finally:
        for number, known in before.items():
            signal.signal(number, known or signal.SIG_DFL)


def exit_at_once(status: int = 0, *, leave: Callable[[int], NoReturn] = os._exit) -> NoReturn:
    """End the process with *status*, without waiting for its threads or tidying up its memory.

    For the foreground command after `serve`: a video that is being made would hold up a normal exit.
    """
    flush_output()
    leave(status)


def flush_output() -> None:
    """Write out what was printed, as far as anybody takes it."""
    for stream in (sys.stdout, sys.stderr):
        # Whoever read this command's output may have had enough of it, or no room for it.
        with contextlib.suppress(OSError):
            if stream is not None:  # closed before this process began
                stream.flush()


class ThreadServer:
    """Serves an application from a thread of this process, on a port of its own.

    Use it as a context manager, or call `start` and `stop`. Signals and logging stay as they are, and
    a caller may have a running event loop.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        threads: concurrent.futures.ThreadPoolExecutor | None = None,
        end: End = nothing,
    ) -> None:
        """Serve *app*; what it hands to *threads* may go on after the stop, which shuts them down and does *end*."""
        self._app = app
        self._host = host
        self._port = port
        self._threads = threads
        self._end = end
        self._running: tuple[QuickServer, threading.Thread, str] | None = None
        self._process = os.getpid()
        self._lock = threading.RLock()

    @property
    def url(self) -> str:
        """Where it listens, as in `http://127.0.0.1:41234`; RuntimeError if it is not running."""
        if self._running is None:
            raise RuntimeError("the server is not running; call start() first")
        return self._running[2]

    def start(self) -> None:
        """Return once requests are answered.

        Raises `BindError` for an address that cannot be listened on, and whatever ended the thread if
        it did not get that far.
        """
        if self._running is not None:
            raise RuntimeError(f"the server is already running on {self.url}")
        server, sock = QuickServer(self._app), bind(self._host, self._port)
        ready: concurrent.futures.Future[str] = concurrent.futures.Future()
        thread = threading.Thread(
            target=_run_in_thread,
            args=(server, sock, ready, self._threads, self._end),
            name="wan-mock",
            daemon=True,
        )
        thread.start()
        try:
            self._running = (server, thread, ready.result())
        except BaseException:
            server.stop()
            thread.join()
            raise

    def stop(self) -> None:
        """Return once the thread and the socket are gone; without effect if it is not running."""
        with self._lock:
            if self._running is None:
                return
            server, thread, _ = self._running
            server.stop()
            thread.join()
            self._running = None

    def call(self, function: Callable[[], Result]) -> Result:
        """Return what *function* returns: it is called in the thread that serves, or in this one where none does.

        A running event loop of the caller's does not matter; *function* waits for nothing.

        Raises:
            RuntimeError: this process was forked off the one that the server is in.
        """
        if os.getpid() != self._process:
            raise RuntimeError("the server is in the parent process; ask it over HTTP")
        # Nobody stops the server before *function* was called.
        with self._lock:
            outcome: concurrent.futures.Future[Result] = concurrent.futures.Future()
            try:
                if self._running is not None:
                    self._running[0].call_soon(lambda: _settle(outcome, function))
                    return outcome.result()
            except LoopEndedError:
                pass  # the application has ended its thread
            return function()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _settle(outcome: concurrent.futures.Future[Result], function: Callable[[], Result]) -> None:
    try:
        outcome.set_result(function())
    except BaseException as error:
        outcome.set_exception(error)


def _run_in_thread(
    server: QuickServer,
    sock: socket.socket,
    ready: concurrent.futures.Future[str],
    threads: concurrent.futures.ThreadPoolExecutor | None,
    end: End,
) -> None:
    try:
        with sock:
            run(lambda: server.run_on(sock, ready.set_result), threads, end)
    except BaseException as error:
        # For `start` to raise. Later than that it is an InvalidStateError, printed after its cause.
        ready.set_exception(error)
