"""From SIGTERM to the end of the process, while clients are connected."""

import contextlib
import http.client
import socket
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

from benchmarks import client
from benchmarks.figures import Figure
from benchmarks.plan import Plan
from benchmarks.servers import HOST, Server, bare, ours, running

AT_MOST_MS = 100.0

Hold = Callable[[Server, contextlib.ExitStack], object]


def measure(plan: Plan) -> Iterator[Figure]:
    emulator, limit = ours(latency="instant"), bare("livez")
    idle, loading = [], []
    for _ in range(plan.rounds):
        idle.append((_stop(emulator, hold_idle), _stop(limit, hold_idle)))
        loading.append(_stop(emulator, hold_download))
    yield Figure(
        name="stop, idle connections",
        unit="ms",
        ours=[first for first, _ in idle],
        bare=[second for _, second in idle],
        at_most=AT_MOST_MS,
    )
    yield Figure(name="stop, a download half-way", unit="ms", ours=loading, at_most=AT_MOST_MS)


def hold_idle(server: Server, stack: contextlib.ExitStack) -> None:
    """Keep a connection that was answered, and one that has sent half a request."""
    kept = http.client.HTTPConnection(HOST, server.port, timeout=10)
    stack.callback(kept.close)
    kept.request("GET", "/livez")
    kept.getresponse().read()
    half = stack.enter_context(socket.create_connection((HOST, server.port)))
    half.sendall(b"POST /v1/videos/generations HTTP/1.1\r\nHost: localhost\r\nContent-Le")


def hold_download(server: Server, stack: contextlib.ExitStack) -> None:
    """Keep a download of which the first bytes were read."""
    parts = urlsplit(client.video_url(server.url, duration=15))
    sock = stack.enter_context(socket.socket())
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect((HOST, server.port))
    sock.sendall(
        f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
    )
    sock.recv(1000)


def _stop(command: Sequence[str], hold: Hold) -> float:
    with running(command) as server, contextlib.ExitStack() as stack:
        hold(server, stack)
        return server.stop() * 1000
