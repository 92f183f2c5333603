"""An emulator in the process of its tests: made and started, then stopped."""

import time
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.plan import Plan
from mock_server import WanMock

CYCLES = 20
AT_MOST_MS = 50.0


def measure(plan: Plan) -> Iterator[Figure]:
    _cycle()  # the first of a process fills its caches
    cycles = [_cycle() for _ in range(max(CYCLES, plan.rounds))]
    for name, samples in zip(("start", "stop"), zip(*cycles, strict=True), strict=True):
        yield Figure(name=f"WanMock, {name}", unit="ms", ours=samples, at_most=AT_MOST_MS)


def _cycle() -> tuple[float, float]:
    begun = time.perf_counter()
    mock = WanMock().start()
    started = time.perf_counter()
    mock.stop()
    stopped = time.perf_counter()
    return (started - begun) * 1000, (stopped - started) * 1000
