"""A report: what came of all cases of one client."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath

from contracts.conformance import money
from contracts.conformance.baseline import Baseline
from contracts.conformance.case import Case
from contracts.conformance.level import Level
from contracts.conformance.result import Result, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What *results* came of *cases* of the client behind *adapter*, a command, in a run that began *at* a time.

    It took *seconds*, and *is_complete* if it was not cut short; it *is_selection* where only some of all cases were chosen. *baseline* is what was known before.
    """

    adapter: Sequence[str]
    at: datetime
    seconds: float
    cases: Sequence[Case]
    results: Sequence[Result]
    is_complete: bool = True
    is_selection: bool = False
    baseline: Baseline = field(default_factory=Baseline)

    @property
    def client(self) -> str:
        """A short name for the client: that of its adapter's folder and file."""
        path = PurePath(self.adapter[-1])
        return "/".join(part for part in (path.parent.name, path.name) if part)

    @property
    def bill(self) -> money.Bill:
        """The jobs that were made, against those that were needed."""
        return money.bill(self.results)

    @property
    def stale(self) -> tuple[str, ...]:
        """The ids of the cases that were known to fail, and passed."""
        passed = {result.case.id for result in self.results if result.state is State.PASSED}
        return tuple(sorted(passed & self.baseline.failing))

    def count(self, state: State, level: Level | None = None) -> int:
        """Return how many cases came out so, of all levels or of one."""
        states = Counter(
            result.state for result in self.results if level in {None, result.case.level}
        )
        return states[state]

    def is_bad(self, *, strict: bool) -> bool:
        """Tell whether the run is no good: a MUST failed, or with *strict* a SHOULD, the baseline is stale, or no case could be judged."""
        held = {Level.MUST, Level.SHOULD} if strict else {Level.MUST}
        failed = any(self.count(State.FAILED, level) for level in held)
        return bool(self.stale) or failed or self.is_unjudged

    @property
    def is_unjudged(self) -> bool:
        """Whether there are results, and all of them are that a case could not be judged."""
        return 0 < len(self.results) == self.count(State.SKIPPED)
