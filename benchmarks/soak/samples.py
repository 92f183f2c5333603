"""How the server is doing, looked at again and again while clients keep it busy."""

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.figures import BenchmarkError
from benchmarks.servers import Server
from benchmarks.soak.tally import Tally

EVERY_SECONDS = 1.0
TAIL = 0.99


@dataclass(frozen=True, kw_only=True)
class Latency:
    """Milliseconds that answers took since the look before: the *median*, and the 99th percentile."""

    median: float
    tail: float


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The server at *seconds* after the beginning.

    *memory* is resident, in bytes; *cpu* the share of one processor since the look before. *jobs* were made
    so far, and *kept* belong to accounts that are still there. None of an operation means that nobody asked.
    """

    seconds: float
    memory: int
    descriptors: int
    threads: int
    cpu: float
    jobs: int
    kept: int
    poll: Latency | None
    submit: Latency | None


class Sampler:
    """Takes samples of *server*, whose clients write down in *tally* what they see."""

    def __init__(self, server: Server, tally: Tally) -> None:
        self._server = server
        self._tally = tally
        tally.taken()  # before anybody looked
        self._begun = self._looked = perf_counter()
        self._cpu = server.cpu_seconds
        self.samples: list[Sample] = []

    async def watch(self) -> None:
        """Take a sample every second, until it is cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            self.samples.append(self.sample())

    def sample(self) -> Sample:
        """Look at the server now.

        Raises:
            BenchmarkError: it has ended.
        """
        status = self._server.process.poll()
        if status is not None:
            raise BenchmarkError(f"the emulator ended with status {status}")
        now, cpu, taken = perf_counter(), self._server.cpu_seconds, self._tally.taken()
        share = (cpu - self._cpu) / (now - self._looked)
        self._looked, self._cpu = now, cpu
        process = Path(f"/proc/{self._server.process.pid}")
        return Sample(
            seconds=now - self._begun,
            memory=self._server.resident_bytes,
            descriptors=len([*(process / "fd").iterdir()]),
            threads=len([*(process / "task").iterdir()]),
            cpu=share,
            jobs=self._tally.jobs,
            kept=self._tally.kept,
            poll=latency(taken.get("poll", ())),
            submit=latency(taken.get("submit", ())),
        )


def latency(milliseconds: Sequence[float]) -> Latency | None:
    """Return the latency that *milliseconds* show, None where there are none."""
    if not milliseconds:
        return None
    ordered = sorted(milliseconds)
    return Latency(
        median=statistics.median_low(ordered), tail=ordered[int(TAIL * (len(ordered) - 1))]
    )
