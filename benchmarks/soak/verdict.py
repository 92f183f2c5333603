"""Whether the emulator stayed flat, which means all of this:

- Memory: a line (Theil and Sen's, the median of all slopes) through the resident memory less what the jobs
  kept account for, over all but the first fifth of the run, rises by `MOST_GROWTH_MB` at most from one end to the other.
- Descriptors: once all clients have left, `MOST_DESCRIPTORS_LEFT` more than before they came at most.
- Latency: the 99th percentiles of polls and of submissions, second by second, have a median over the last fifth of
  the run that is `MOST_TAIL_RATIO` times that over the second fifth at most, or under `FAST_MS`.
- Answers: each had the status that its request asked for, and the emulator said nothing on its standard error.

Before the run begins, more videos are fetched than the emulator keeps. A run of fewer jobs than some tens of thousands is
not yet warm after its first fifth all the same: what the first uploads and mistakes need is loaded late, and journals fill.
"""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from benchmarks.soak.samples import Latency, Sample
from benchmarks.soak.traffic import Run

# The accounts are as large as they get, and the journals full, well before.
WARM_UP = 0.2
# What a finished job takes, measured by `python -m benchmarks memory`.
JOB_BYTES = 730
# Accounts are forgotten in lumps, and the allocator gives back what it likes: some megabytes to and fro.
# A leak of ten bytes in each of the five million requests of half an hour would be three times as much.
MOST_GROWTH_MB = 16.0
# The pipes of a process that looks at media and waits for more.
MOST_DESCRIPTORS_LEFT = 8
# On a shared machine the neighbours alone make some seconds twice as slow as others.
MOST_TAIL_RATIO = 2.0
# So fast that a ratio tells of the machine's other work alone.
FAST_MS = 10.0
MOST_POINTS = 400  # of a line; its slopes are their pairs


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that is asked of a run: what was *found*, and the *bound* that it shall keep."""

    name: str
    found: str
    bound: str
    is_met: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """Where a value goes: *slope* a second, through *level* at the second nought."""

    slope: float
    level: float

    def at(self, seconds: float) -> float:
        return self.level + self.slope * seconds


def checks(run: Run) -> tuple[Check, ...]:
    """Return everything that is asked of *run*, which has five samples at least."""
    return (
        _memory(run.samples),
        _descriptors(run.before, run.after),
        _latency("polls", run.samples, lambda sample: sample.poll),
        _latency("submissions", run.samples, lambda sample: sample.submit),
        _answers(run.tally.unexpected.total()),
    )


def own_memory(sample: Sample) -> float:
    """Return the megabytes that the jobs kept do not account for."""
    return (sample.memory - sample.kept * JOB_BYTES) / 1e6


def judged(samples: Sequence[Sample]) -> Sequence[Sample]:
    """Return the *samples* behind the warm-up."""
    return samples[int(len(samples) * WARM_UP) :]


def memory_line(samples: Sequence[Sample]) -> Line:
    """Return where the memory of *samples* goes, in megabytes."""
    step = -(-len(samples) // MOST_POINTS)
    return line([(sample.seconds, own_memory(sample)) for sample in samples[::step]])


def line(points: Sequence[tuple[float, float]]) -> Line:
    """Return Theil and Sen's line through *points*, which a few outliers do not bend."""
    slope = statistics.median(
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for earlier, later in combinations(points, 2)
    )
    return Line(slope=slope, level=statistics.median(y - slope * x for x, y in points))


def _memory(samples: Sequence[Sample]) -> Check:
    later = judged(samples)
    slope = memory_line(later).slope
    growth = slope * (later[-1].seconds - later[0].seconds)
    return Check(
        name="memory less that of kept jobs, after the first fifth",
        found=f"{growth:+.1f} MB ({slope * 3600:+.0f} MB an hour)",
        bound=f"≤ {MOST_GROWTH_MB:+.0f} MB",
        is_met=growth <= MOST_GROWTH_MB,
    )


def _descriptors(before: Sample, after: Sample) -> Check:
    left = after.descriptors - before.descriptors
    return Check(
        name="descriptors once all clients have left",
        found=f"{left:+d} ({before.descriptors} before)",
        bound=f"≤ {MOST_DESCRIPTORS_LEFT:+d}",
        is_met=left <= MOST_DESCRIPTORS_LEFT,
    )


def _latency(name: str, samples: Sequence[Sample], of: Callable[[Sample], Latency | None]) -> Check:
    fifth = len(samples) // 5
    early, late = (_tail(part, of) for part in (samples[fifth : 2 * fifth], samples[-fifth:]))
    return Check(
        name=f"99th percentile of {name}, last fifth against second",
        found=f"{late:.1f} ms, {early:.1f} ms",
        bound=f"≤ {MOST_TAIL_RATIO:.0f} times, or {FAST_MS:.0f} ms",
        is_met=late <= max(FAST_MS, MOST_TAIL_RATIO * early),
    )


def _tail(samples: Sequence[Sample], of: Callable[[Sample], Latency | None]) -> float:
    tails = [found.tail for sample in samples if (found := of(sample)) is not None]
    return statistics.median(tails) if tails else float("inf")


def _answers(unexpected: int) -> Check:
    return Check(
        name="answers that nobody had asked for",
        found=f"{unexpected:,}",
        bound="0",
        is_met=unexpected == 0,
    )
