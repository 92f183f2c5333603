"""The emulators: processes that share a state, and can be ended and started again one by one."""

import asyncio
import contextlib
import signal
import subprocess
import time
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.figures import BenchmarkError
from benchmarks.servers import HOST, STOP_SECONDS, Server, free_port, ours, spawned

LATENCY = "0.5"
BALANCE = "1000000"
DRAIN_SECONDS = 5  # longer than nginx keeps an idle connection


class Stop(NamedTuple):
    """The end of one emulator: from the signal *number* at *begun* until it was gone at *ended*, by the perf counter."""

    place: int
    number: int
    begun: float
    ended: float

    @property
    def is_killed(self) -> bool:
        """Whether it was killed, and could not end what was under way."""
        return self.number == signal.SIGKILL


class Fleet:
    """*count* emulators of the state *place*; use it as a context manager."""

    def __init__(self, place: str, count: int) -> None:
        """Start none yet."""
        common = [*ours(latency=LATENCY), "--balance", BALANCE, "--state", place]
        self._command = [*common, "--drain", str(DRAIN_SECONDS)]
        self.ports: Sequence[int] = [free_port() for _ in range(count)]
        self._running: list[tuple[Server, contextlib.ExitStack]] = []

    @property
    def addresses(self) -> Sequence[str]:
        """Where they are, each as HOST:PORT."""
        return [f"{HOST}:{port}" for port in self.ports]

    def __enter__(self) -> "Fleet":
        """Start them all."""
        try:
            for port in self.ports:
                self._running.append(self._spawned(port))
            for server, _ in self._running:
                server.wait()
        except BaseException:
            self._stop_all()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop those that run."""
        self._stop_all()

    async def restart(self, place: int, number: int) -> Stop:
        """Send the signal *number* to one of them, and start it again when it has gone; return once it answers.

        Raises:
            BenchmarkError: it does not end, or not start.
        """
        server, stack = self._running[place]
        begun = time.perf_counter()
        server.process.send_signal(number)
        try:
            await asyncio.to_thread(server.process.wait, DRAIN_SECONDS + STOP_SECONDS)
        except subprocess.TimeoutExpired as error:
            name = signal.Signals(number).name
            raise BenchmarkError(f"an emulator goes on after {name}") from error
        stop = Stop(place, number, begun, time.perf_counter())
        stack.close()
        self._running[place] = self._spawned(self.ports[place])
        await asyncio.to_thread(self._running[place][0].wait)
        return stop

    def _spawned(self, port: int) -> tuple[Server, contextlib.ExitStack]:
        stack = contextlib.ExitStack()
        return stack.enter_context(spawned(self._command, port=port)), stack

    def _stop_all(self) -> None:
        for server, _ in self._running:
            server.process.kill()
        for _, stack in self._running:
            stack.close()
