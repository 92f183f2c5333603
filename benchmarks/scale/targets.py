"""What is aimed at, and whether it was met."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.scale.subject import Asked

Rounds = Sequence[Asked]
Found = Mapping[str, Rounds]
"""The rounds of one question, by the names of the subjects."""

LEAST_OF_MEMORY = {"sqlite": 0.4, "redis": 0.3}
LEAST_OF_ONE = 1.7
APART = ", accounts apart"
TWO = {f"{kind}, 2 processes{apart}": kind for kind in LEAST_OF_MEMORY for apart in ("", APART)}


@dataclass(frozen=True, kw_only=True)
class Aim:
    """A ratio, round by round, and the *least* that its median is to be."""

    name: str
    ratios: Sequence[float]
    least: float

    @property
    def is_met(self) -> bool:
        """Whether it is as much."""
        return statistics.median(self.ratios) >= self.least


def aims(polls: Found, submits: Found) -> Sequence[Aim]:
    """Return what is aimed at of *polls* and *submits*."""
    memory = submits["memory"]
    found = []
    for name, least in LEAST_OF_MEMORY.items():
        shared = submits[name]
        rates = [
            one.load.per_second / other.load.per_second
            for one, other in zip(shared, memory, strict=True)
        ]
        found.append(Aim(name=f"submit, {name} to memory, requests/s", ratios=rates, least=least))
        found.append(
            Aim(
                name=f"submit, {name} to memory, by CPU",
                ratios=by_cpu(shared, memory),
                least=least,
            )
        )
    for question, rounds in (("poll", polls), ("submit", submits)):
        for two, one in TWO.items():
            ratios = [2 * ratio for ratio in by_cpu(rounds[two], rounds[one])]
            found.append(
                Aim(name=f"{question}, {two}: to one, by CPU", ratios=ratios, least=LEAST_OF_ONE)
            )
    return found


def by_cpu(ours: Rounds, theirs: Rounds) -> Sequence[float]:
    """Return how much *ours* can do on a core beside *theirs*, round by round."""
    pairs = zip(ours, theirs, strict=True)
    return [other.load.cpu_micros / one.load.cpu_micros for one, other in pairs]
