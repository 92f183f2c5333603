"""The emulator on granian, whose HTTP is read in Rust: an extra, and without connections that can be cut.

What becomes there of faults that end a connection is told in docs/how-to/use-several-workers.md.
"""

import asyncio
import gc
import os
import socket
from collections.abc import Callable
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.server import BACKLOG, signals_restored, stop_by_signal
from mock_server.shutdown import GRACE_SECONDS, End, nothing, run, url_of
from mock_server.wire import ConnectionCutError

MOST_CONNECTIONS = 1_000_000  # those beyond would wait without a word; file descriptors end sooner
# Its own would write to standard output, and greet there.
LOGGING = {
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"handlers": ["console"], "propagate": False}},
}


class BoundServer(Server):
    """Serves one application on a socket that listens already, in the running event loop."""

    def __init__(
        self, app: ASGIApp, sock: socket.socket, on_ready: Callable[[str], object]
    ) -> None:
        """Serve *app* on *sock*; call *on_ready* with the URL once requests are answered."""
        self._app = app
        self._sock = sock
        self._on_ready = on_ready
        super().__init__(
            self._answer,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            backpressure=MOST_CONNECTIONS,
            log_level=LogLevels.error,
            log_dictconfig=LOGGING,
        )

    def _init_shared_socket(self) -> None:
        # It closes what it is given; the caller closes the socket.
        self._shd = SocketHolder(os.dup(self._sock.fileno()), False, BACKLOG)  # type: ignore[assignment,call-arg] # noqa: FBT003

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        """Start, and tell that requests are answered after the step in which that becomes so."""
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]
        asyncio.get_running_loop().call_soon(self._on_ready, url_of(self._sock))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        # granian ends the connection of an answer that is not finished, or answers 500 where none has begun;
        # an exception would be printed as well.
        try:
            await self._app(scope, receive, send)
        except ConnectionCutError:
            pass
        except asyncio.CancelledError:
            if not self.interrupt_signal:
                raise


def serve_on_granian(
    app: ASGIApp,
    sock: socket.socket,
    *,
    on_ready: Callable[[str], object],
    lifeline: int | None = None,
    end: End = nothing,
) -> None:
    """Serve *app* on *sock* as `mock_server.server.serve` does.

    Its threads may outlive the call, with connections that are still open; the end of the process ends them.
    """
    gc.freeze()
    with sock, signals_restored():
        run(lambda: _serve(app, sock, on_ready, lifeline), end=end)


async def _serve(
    app: ASGIApp, sock: socket.socket, on_ready: Callable[[str], object], lifeline: int | None
) -> None:
    server = BoundServer(app, sock, on_ready)
    stopping = asyncio.Event()
    stop_by_signal(stopping.set, lifeline)
    serving = asyncio.create_task(server.serve())
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    server.stop()  # type: ignore[no-untyped-call]
    # It would wait for every answer to end, and an endless stream never does.
    await asyncio.wait({serving}, timeout=GRACE_SECONDS)
    if serving.done():
        serving.result()  # such as what is wrong with its settings
    else:
        # It may yet tell its end to what is cancelled by then, of which the loop would print a traceback.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
