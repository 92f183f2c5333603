"""From the start of the process to the first 200."""

import time
from collections.abc import Iterator, Sequence

from benchmarks.figures import BenchmarkError, Figure
from benchmarks.plan import Plan
from benchmarks.servers import bare, ours, spawned

STARTS = 7
AT_MOST_MS = 600.0


def measure(plan: Plan) -> Iterator[Figure]:
    starts = max(STARTS, plan.rounds)
    emulator, limit = ours(latency="quick"), bare("livez")
    _start(emulator), _start(limit)  # the first of a run reads its files from the disk
    pairs = [(_start(emulator), _start(limit)) for _ in range(starts)]
    yield Figure(
        name="start to first 200",
        unit="ms",
        ours=[first for first, _ in pairs],
        bare=[second for _, second in pairs],
        at_most=AT_MOST_MS,
    )


def _start(command: Sequence[str]) -> float:
    begun = time.perf_counter()
    with spawned(command) as server:
        status = server.wait(path="/livez")
        taken = time.perf_counter() - begun
    if status != 200:
        raise BenchmarkError(f"GET /livez was answered with {status}")
    return taken * 1000
