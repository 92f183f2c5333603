"""A state that is new: a file, or a Redis of its own."""

import contextlib
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import BenchmarkError
from benchmarks.servers import HOST, LOOK_SECONDS, START_SECONDS, Server, free_port, launched

KINDS = ("memory", "sqlite", "redis")


@dataclass(frozen=True, kw_only=True)
class State:
    """Where accounts are kept, as ``--state`` takes it; *server* is the process that keeps them, if there is one."""

    place: str
    server: Server | None = None

    @property
    def cpu_seconds(self) -> float:
        """The processor time of that process."""
        return 0.0 if self.server is None else self.server.cpu_seconds


@contextlib.contextmanager
def opened(kind: str) -> Iterator[State]:
    """Yield a new state of *kind*, which goes afterwards.

    Raises:
        BenchmarkError: Redis is not installed, or does not start.
    """
    if kind == "memory":
        yield State(place=kind)
        return
    with tempfile.TemporaryDirectory(prefix="wan-mock-") as folder:
        if kind == "sqlite":
            yield State(place=f"sqlite:{folder}/state.db")
            return
        with _redis(Path(folder)) as server:
            yield State(place=f"redis://{HOST}:{server.port}/0", server=server)


@contextlib.contextmanager
def _redis(folder: Path) -> Iterator[Server]:
    """Run Redis as it is deployed, with its file in *folder*."""
    if shutil.which("redis-server") is None:
        raise BenchmarkError("redis-server is not installed; apt-get install redis-server would do")
    port = free_port()
    command = ["redis-server", "--bind", HOST, "--port", str(port), "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "yes", "--appendfsync", "everysec"]
    with launched(command, port=port) as server:
        _await(server)
        yield server


def _await(server: Server) -> None:
    deadline = time.perf_counter() + START_SECONDS
    while time.perf_counter() < deadline:
        with (
            contextlib.suppress(OSError),
            socket.create_connection((HOST, server.port), timeout=START_SECONDS) as sock,
        ):
            sock.sendall(b"PING\r\n")
            if sock.recv(16) == b"+PONG\r\n":
                return
        time.sleep(LOOK_SECONDS)
    raise BenchmarkError(f"Redis did not answer within {START_SECONDS:.0f} s")
