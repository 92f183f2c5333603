"""What to run for so many requests per second, computed from what one costs."""

import statistics

from benchmarks.peers.result import Result, Samples
from benchmarks.scale.targets import Found

POLLS = 10  # for each submission
RATES = (1_000, 100_000)
BUSY = 0.7  # how much of a core is to be used
MICROS = 1e6


def needed(polls: Found, submits: Found) -> Result:
    """Return how many cores each state needs, of emulators and of Redis, for one submission and ten polls of it."""
    rows: dict[str, list[Samples]] = {}
    for name in polls:
        emulator, redis = (
            (POLLS * poll + submit) / (POLLS + 1)
            for poll, submit in zip(_costs(polls, name), _costs(submits, name), strict=True)
        )
        cores = [(rate * emulator / MICROS / BUSY,) for rate in RATES]
        most = (MICROS * BUSY / redis,) if redis else ()
        rows[name] = [(MICROS * BUSY / emulator,), *cores, most]
    return Result(
        title=f"What is needed, for {POLLS} polls a submission, {BUSY:.0%} of each core used",
        subject="state",
        columns=(
            "requests/s a core",
            *(f"cores for {rate:,}/s" for rate in RATES),
            "requests/s that one Redis can take",
        ),
        rows=rows,
    )


def _costs(found: Found, name: str) -> tuple[float, float]:
    """Return the median processor time of a request, in µs: the emulators' and that of Redis."""
    rounds = found[name]
    return (
        statistics.median(one.load.cpu_micros for one in rounds),
        statistics.median(one.redis_micros for one in rounds),
    )
