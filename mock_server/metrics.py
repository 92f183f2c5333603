"""What the emulator counts of its requests: plain numbers, cheap to keep, told as Prometheus has them when asked."""

from bisect import bisect_left
from collections import Counter

from mock_server.scenarios.catalogue import SCENARIOS

# Upper bounds of the buckets: seconds as people read them, nanoseconds as they are compared.
BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5, 30)
FAULT = "fault"  # what did something to an answer where no scenario did
_BOUNDS = [round(bound * 1e9) for bound in BUCKETS]


class Tally:
    """How many requests of a kind there were, by the bucket of how long they took, and how long all of them took."""

    __slots__ = ("buckets", "nanoseconds")

    def __init__(self) -> None:
        """Begin with none."""
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.nanoseconds = 0


class Metrics:
    """Counts of everything since the start; operations and statuses are few, so the numbers are too."""

    def __init__(self) -> None:
        """Begin with none."""
        self.tallies: dict[tuple[str | None, int | None], Tally] = {}
        self.struck: Counter[str] = Counter()

    def count(self, operation: str | None, status: int | None, took: int) -> None:
        """Count a request of *operation* that was answered with *status*, None for not at all, in *took* nanoseconds."""
        tally = self.tallies.get((operation, status))
        if tally is None:
            tally = self.tallies[operation, status] = Tally()
        tally.buckets[bisect_left(_BOUNDS, took)] += 1
        tally.nanoseconds += took

    def strike(self, by: str) -> None:
        """Count that a scenario or a fault, named *by*, did something to an answer; of faults there may be any number."""
        self.struck[by if by in SCENARIOS else FAULT] += 1
