"""The emulator in the foreground: one process or several, on uvicorn or granian, until it is stopped."""

import socket
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Protocol

from starlette.types import ASGIApp

from contracts.errors import ContractError
from mock_server.app import open_app
from mock_server.opening import storage_of
from mock_server.server import bind, serve
from mock_server.settings import GRANIAN, Settings, SettingsError
from mock_server.shutdown import End, url_of
from mock_server.spread import spread
from mock_server.workers import STOP_SECONDS, StartError, supervise

Say = Callable[[str], object]


class Serve(Protocol):
    """Serves an application in the main thread, as `mock_server.server.serve` does."""

    def __call__(
        self,
        app: ASGIApp,
        sock: socket.socket,
        *,
        on_ready: Say,
        end: End,
        lifeline: int | None = None,
    ) -> None:
        """Serve *app* on *sock* until SIGTERM, SIGINT, SIGHUP or the end of the pipe *lifeline*; then do *end*."""
        ...


def run_foreground(settings: Settings, *, on_ready: Say, say: Say) -> None:
    """Answer with the emulator of *settings* until SIGTERM, SIGINT or SIGHUP.

    *on_ready* is called with the URL once requests are answered; *say* is told in a line what befalls workers.

    Raises:
        SettingsError: a setting that cannot be, such as a server that is not installed.
        ContractError: a contract document that is not well formed.
        BindError: the address cannot be listened on.
        StartError: a worker could not start, for one of these reasons.
        EndedError: the workers died, and none could be started again.
    """
    serve_on = server_of(settings)
    if settings.workers == 1:
        # The application before the socket: who can connect is answered at once.
        with storage_of(settings) as storage:
            app, close = open_app(settings, storage=storage)
            serve_on(app, bind(settings.host, settings.port), on_ready=on_ready, end=close)
        return
    with bind(settings.host, settings.port) as first:
        supervise(
            partial(work, settings, serve_on),
            spread(first, settings.workers),
            on_ready=lambda: on_ready(url_of(first)),
            say=say,
            stop_seconds=STOP_SECONDS + settings.drain,
        )


def server_of(settings: Settings) -> Serve:
    """Return what serves as *settings* say.

    Raises:
        SettingsError: it is not installed, or cannot let connections go on.
    """
    serve_on = server_named(settings.server)
    if not settings.drain:
        return serve_on
    if serve_on is not serve:
        message = "is for the server uvicorn, which alone lets connections go on; 0 would do"
        raise SettingsError(f"drain={settings.drain!r} {message}")
    return partial(serve, drain_seconds=settings.drain)


def server_named(name: str, *, is_installed: Callable[[str], object] = find_spec) -> Serve:
    """Return what serves on *name*, one of `SERVERS`.

    Raises:
        SettingsError: it is not installed.
    """
    if name != GRANIAN:
        return serve
    if not is_installed(GRANIAN):
        raise SettingsError(
            f"server={name!r} is not installed; pip install 'wan-mock[{name}]' would do"
        )
    from mock_server.granian_server import serve_on_granian  # noqa: PLC0415 - an extra

    return serve_on_granian


def work(
    settings: Settings, serve_on: Serve, sock: socket.socket, *, lifeline: int, on_ready: Say
) -> None:
    """Answer with an emulator of *settings* on *sock*, in a process of its own; see `mock_server.workers.Work`."""
    try:
        with storage_of(settings) as storage:
            app, close = open_app(settings, storage=storage)
            serve_on(app, sock, on_ready=on_ready, lifeline=lifeline, end=close)
    except (SettingsError, ContractError, OSError) as error:
        raise StartError(str(error)) from error
