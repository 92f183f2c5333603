"""A uvicorn server that stops at once, whatever its clients are doing, unless it is to let them end.

uvicorn looks ten times a second whether it is to stop, sleeps another tenth, and then waits for every
answer to end. A test that starts a server cannot wait that long, and an endless stream never ends.
"""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import uvicorn
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.connection import Connection, State

# For answers that are nearly out; then for those that hear of a disconnect; then for the cancelled.
GRACE_SECONDS = 0.02
LOOK_SECONDS = 0.001
DRAIN_LOOK_SECONDS = 0.01
DATE_SECONDS = 1.0  # how old the Date header may be

End = Callable[[], Awaitable[None]]

LOOPBACKS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not listened on


class LoopEndedError(Exception):
    """The event loop has closed."""


class QuickServer(uvicorn.Server):
    """Serves one application on one socket until `stop` is called.

    Answers under way have 20 ms to end; then they are cancelled and their connections cut. With *drain_seconds*
    they have as long before that, and a client whose connection is open may still ask: it is answered with
    ``Connection: close``. A second call of `stop` ends that time.
    """

    def __init__(self, app: ASGIApp, *, drain_seconds: float = 0) -> None:
        self._app = app
        self._drain_seconds = drain_seconds
        self._stops = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        super().__init__(
            uvicorn.Config(
                self._answer,
                http=Connection,
                interface="asgi3",
                lifespan="off",
                # uvicorn's own would close the handlers of the whole process. Without one, a warning is
                # printed, and what is less goes where the process sends it.
                log_config=None,
                proxy_headers=False,
                server_header=False,
                ws="none",
            )
        )
        self.server_state = self._state = State()

    def stop(self) -> None:
        """Ask the server to stop; from any thread, any number of times, started or not."""
        self.should_exit = True
        self._stops += 1
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has closed: it has stopped already
                self._loop.call_soon_threadsafe(self._stopping.set)

    def call_soon(self, function: Callable[[], object]) -> None:
        """Call *function* in the thread that serves, between two of its steps.

        Raises:
            LoopEndedError: it serves no more.
        """
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(function)
        except RuntimeError as error:
            raise LoopEndedError from error

    async def run_on(self, sock: socket.socket, on_ready: Callable[[str], object]) -> None:
        """Serve on *sock*, which is closed at the end; call *on_ready* with the URL once answers are given."""
        self._loop = asyncio.get_running_loop()
        self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        await self.startup(sockets=[sock])
        try:
            on_ready(url_of(sock))
            await self.main_loop()
        finally:
            self.should_exit = True
            await self.shutdown(sockets=[sock])

    async def main_loop(self) -> None:
        """Renew the Date header until the server is to stop."""
        # uvicorn writes that header in every tenth of its ticks; each of ours is a tenth one.
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), DATE_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, let answers end within the time for that, cut the others."""
        accepted = _accepted(sockets or []) if self._drain_seconds else []
        for server in self.servers:
            server.close()
        for sock in sockets or []:
            sock.close()
        if self._drain_seconds:
            await self._drain(accepted)
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self._wait(lambda: self.server_state.connections or self.server_state.tasks)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        # The applications that listen hear of a disconnect before they are cancelled.
        await self._wait(lambda: self.server_state.connections)
        for task in list(self.server_state.tasks):
            task.cancel()
        await self._wait(lambda: self.server_state.tasks)

    async def _drain(self, accepted: list[socket.socket]) -> None:
        """Serve the connections that there are, and those just *accepted*, until their clients have let go of them.

        To close one that is idle would be no better than to cut it: its client may have just sent a request, of
        which it could not know whether it was carried out.
        """
        self._state.leaves = True
        for connection in self._state.connections:
            assert isinstance(connection, Connection)
            connection.leave()
        loop = asyncio.get_running_loop()
        for sock in accepted:
            with contextlib.suppress(OSError):  # its client has gone already
                await loop.connect_accepted_socket(self._protocol, sock)
        await self._wait(
            lambda: self._stops < 2 and (self.server_state.connections or self.server_state.tasks),
            self._drain_seconds,
            DRAIN_LOOK_SECONDS,
        )

    def _protocol(self) -> Connection:
        return Connection(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )

    async def _wait(
        self,
        is_busy: Callable[[], object],
        seconds: float = GRACE_SECONDS,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        # uvicorn tells nobody when a connection ends.
        while is_busy() and loop.time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(look_seconds)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            # uvicorn would print a traceback for each request that a shutdown cancels.
            if not self.should_exit:
                raise


def _accepted(listening: Iterable[socket.socket]) -> list[socket.socket]:
    """Return the connections that wait to be accepted: to close the listening socket would cut them."""
    accepted = []
    for sock in listening:
        with contextlib.suppress(OSError):  # there is none left, or no room for one
            while True:
                accepted.append(sock.accept()[0])
    return accepted


def url_of(sock: socket.socket) -> str:
    """Return the URL by which a client on this machine reaches the bound *sock*."""
    address, port = sock.getsockname()[:2]
    host = LOOPBACKS.get(address, address)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def nothing() -> None:
    """Do nothing at the end, because nothing is left to do."""


def run(
    main: Callable[[], Coroutine[Any, Any, None]],
    threads: ThreadPoolExecutor | None = None,
    end: End = nothing,
) -> None:
    """Run *main* on an event loop of its own, with *threads* for what may not hold it up, and then *end*.

    `asyncio.run` would wait for work that was handed to threads; a stopped server does not.
    """
    loop = uvloop.new_event_loop()
    if threads is not None:
        loop.set_default_executor(threads)
    task = loop.create_task(main())
    try:
        loop.run_until_complete(task)
    finally:
        try:
            loop.run_until_complete(_finish(task))
            loop.run_until_complete(end())
        finally:
            loop.close()


async def _finish(main: asyncio.Task[None]) -> None:
    # A SystemExit in the application breaks out of the loop; then *main* has yet to close its server.
    main.cancel()
    await asyncio.wait({main})
    # What the application started for itself.
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.wait({main, *tasks}, timeout=GRACE_SECONDS)
    await asyncio.get_running_loop().shutdown_asyncgens()
