"""From the start to the first answer, from SIGTERM to the end, and the memory in between."""

import time
from collections.abc import Iterator

from benchmarks.figures import BenchmarkError
from benchmarks.peers.field import Field
from benchmarks.peers.peer import Peer
from benchmarks.peers.result import Result

COLUMNS = ("first answer, ms", "exit, ms", "idle, MB")


def measure(field: Field) -> Iterator[Result]:
    lives: dict[str, list[tuple[float, float, float]]] = {name: [] for name in field.peers}
    problems: dict[str, str] = {}
    for _ in range(field.plan.rounds):
        for name, peer in field.peers.items():
            if name in problems:
                continue
            try:
                lives[name].append(_live(field, peer))
            except BenchmarkError as error:
                problems[name] = str(error)
    rows = {
        name: [*zip(*lived, strict=True)] for name, lived in lives.items() if name not in problems
    }
    yield Result(
        title="Start and exit", subject="server", columns=COLUMNS, rows=rows, problems=problems
    )


def _live(field: Field, peer: Peer) -> tuple[float, float, float]:
    begun = time.perf_counter()
    with peer.running(field.cache, field.recording) as server:
        started = time.perf_counter() - begun
        held = server.resident_bytes
        stopped = server.stop()
    return started * 1e3, stopped * 1e3, held / 1e6
