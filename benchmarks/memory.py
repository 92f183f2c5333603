"""What a finished job leaves in memory."""

import json
import re
import socket
from collections.abc import Iterable, Iterator

from benchmarks.client import EXAMPLE, HEADERS
from benchmarks.figures import BenchmarkError, Figure
from benchmarks.plan import Plan
from benchmarks.servers import HOST, Server, bare, ours, running

JOBS = 100_000
BATCH = 100  # requests sent before the first of them is answered
AT_MOST_MB = 70.0  # 600 bytes a job beyond the request, of which the prompt is kept

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


def measure(_plan: Plan) -> Iterator[Figure]:
    with running(bare("livez")) as limit:
        least = limit.resident_bytes / 1e6
    with running(ours(latency="instant")) as server:
        finish_jobs(server, BATCH)  # what the first jobs load is not theirs
        before = server.resident_bytes / 1e6
        finish_jobs(server, JOBS)
        after = server.resident_bytes / 1e6
    growth = after - before
    yield Figure(name="memory at the start", unit="MB", ours=[before], bare=[least])
    yield Figure(name=f"memory of {JOBS:,} jobs", unit="MB", ours=[growth], at_most=AT_MOST_MB)
    yield Figure(name="memory of a job", unit="kB", ours=[growth / JOBS * 1000])
    yield Figure(name="memory at the end", unit="MB", ours=[after])


def finish_jobs(server: Server, count: int) -> None:
    """Submit *count* jobs, and look at each once so that it ends."""
    body = json.dumps(EXAMPLE).encode()
    with socket.create_connection((HOST, server.port), timeout=60) as sock:
        for _ in range(count // BATCH):
            submitted = _ask(sock, [_request("POST", "/v1/videos/generations", body)] * BATCH)
            paths = [f"/v1/jobs/{json.loads(answer)['job_id']}" for answer in submitted]
            states = [
                json.loads(shown) for shown in _ask(sock, (_request("GET", path) for path in paths))
            ]
            if any(state["status"] != "completed" for state in states):
                raise BenchmarkError("a job of an instant server did not complete")


def _request(method: str, path: str, body: bytes = b"") -> bytes:
    headers = {"Host": HOST, **HEADERS, "Content-Length": str(len(body))}
    lines = [
        f"{method} {path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers.items()),
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + body


def _ask(sock: socket.socket, requests: Iterable[bytes]) -> list[bytes]:
    requests = list(requests)
    sock.sendall(b"".join(requests))
    received, bodies = b"", list[bytes]()
    while len(bodies) < len(requests):
        head, blank, rest = received.partition(b"\r\n\r\n")
        length = LENGTH.search(head + b"\r\n")
        if not blank or length is None or len(rest) < int(length[1]):
            more = sock.recv(1 << 20)
            if not more:
                raise BenchmarkError("the server closed the connection")
            received += more
            continue
        if not head.startswith(b"HTTP/1.1 20"):
            raise BenchmarkError(f"an answer was {head.splitlines()[0].decode()}")
        bodies.append(rest[: int(length[1])])
        received = rest[int(length[1]) :]
    return bodies
