"""What downloads leave in memory: a hundred thousand that were read, and fifty that nobody reads."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.download import video
from benchmarks.figures import BenchmarkError, Figure
from benchmarks.load import Target, press
from benchmarks.plan import Plan
from benchmarks.servers import HOST, Server, long, running

DOWNLOADS = 100_000
AT_MOST_MB = 5.0
SLOW = 50
SLOW_AT_MOST_KB = 100.0
ROUND_SECONDS = 10


def measure(_plan: Plan) -> Iterator[Figure]:
    with running(long()) as server:
        small = Target(server=server, path=video(server, "1.mp4"))
        press(small, seconds=1)  # what the first downloads load is not the others'
        before, count = server.resident_bytes, 0
        while count < DOWNLOADS:
            count += press(small, seconds=ROUND_SECONDS).requests
        growth = server.resident_bytes - before
        yield Figure(
            name=f"memory of {count:,} downloads",
            unit="MB",
            ours=[growth / 1e6],
            at_most=AT_MOST_MB,
        )
        yield from _slow(server)


def _slow(server: Server) -> Iterator[Figure]:
    path = video(server, "10.mp4")
    with ExitStack() as stack:
        _stalled(server, path, stack)  # makes the video
        before, kernel = server.resident_bytes, _socket_bytes()
        for _ in range(SLOW):
            _stalled(server, path, stack)
        growth, kernel = server.resident_bytes - before, _socket_bytes() - kernel
    name = "memory of a client that does not read"
    yield Figure(name=name, unit="kB", ours=[growth / SLOW / 1e3], at_most=SLOW_AT_MOST_KB)
    yield Figure(name=f"{name}, in the kernel", unit="kB", ours=[kernel / SLOW / 1e3])


def _stalled(server: Server, path: str, stack: ExitStack) -> None:
    """Ask for *path*, and look at the first bytes of the answer only."""
    sock = stack.enter_context(socket.create_connection((HOST, server.port), timeout=30))
    sock.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
    first = sock.recv(12, socket.MSG_PEEK | socket.MSG_WAITALL)
    if first != b"HTTP/1.1 200":
        raise BenchmarkError(f"a download was answered with {first!r}")


def _socket_bytes() -> int:
    """Return what the kernel holds for all TCP connections of the machine."""
    sockets = Path("/proc/net/sockstat").read_text()
    pages = sockets.partition("\nTCP:")[2].partition(" mem ")[2].split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
