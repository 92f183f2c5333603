"""The tally of a run: what its drivers did together."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from contracts.driver import Driver
from contracts.exchange import Exchange, brief
from contracts.judge import Coverage

# Exchanges beyond so many are judged and counted, and not kept.
MOST_KEPT = 10_000


@dataclass(slots=True)
class Tally:
    """What the drivers of a run did together."""

    coverage: Coverage = field(default_factory=Coverage)
    exchanges: list[Exchange] = field(default_factory=list)
    calls: int = 0
    jobs: int = 0

    def add(self, driver: Driver) -> None:
        """Count what *driver* did."""
        self.coverage.update(driver.judge.coverage)
        self.keep(driver.recording.take())
        self.calls += driver.recording.count
        self.jobs += len(driver.judge.history.jobs)

    def keep(self, exchanges: Sequence[Exchange]) -> None:
        """Keep *exchanges*, as far as there is room, with their bodies cut."""
        room = MOST_KEPT - len(self.exchanges)
        self.exchanges += map(brief, exchanges[:room])
