"""A report: what the events of a run add up to."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts.document import Contract
from contracts.events import Event, KnownFailure, OpinionGiven, RuleBroken, RunFinished, RunStarted
from contracts.exchange import Exchange
from contracts.rule import Rule

CUT_SHORT = "the run was cut short before it could tell"


class State(StrEnum):
    """How a rule came out of a run; *OBSERVED* was broken in a way that is not held against the target.

    *KNOWN* was broken only in ways that an earlier run knew.
    """

    BROKEN = "broken"
    KNOWN = "known"
    OBSERVED = "observed"
    KEPT = "kept"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """What a run found out about *rule*: how often it was exercised, how it was broken, or why it was not checked."""

    rule: Rule
    accepting: int
    refusing: int
    broken: tuple[RuleBroken, ...]
    observed: tuple[RuleBroken, ...]
    not_checked: str | None

    @property
    def news(self) -> tuple[RuleBroken, ...]:
        """How it was broken in ways that no earlier run knew."""
        return tuple(broken for broken in self.broken if not broken.is_known)

    @property
    def state(self) -> State:
        """How it came out."""
        if self.broken:
            return State.BROKEN if self.news else State.KNOWN
        if self.observed:
            return State.OBSERVED
        return State.KEPT if self.not_checked is None else State.NOT_CHECKED


@dataclass(slots=True, kw_only=True)
class Report:
    """Takes in the events that follow *started*, which came *at* a time; what does not come is left out.

    A run that is cut short has no end.
    """

    contract: Contract
    at: datetime
    started: RunStarted
    broken: list[RuleBroken] = field(default_factory=list)
    finished: RunFinished | None = None
    opinion: OpinionGiven | None = None

    def take(self, event: Event) -> None:
        """Take in *event*."""
        if isinstance(event, RuleBroken):
            self.broken.append(event)
        elif isinstance(event, OpinionGiven):
            self.opinion = event
        elif isinstance(event, RunFinished):
            self.finished = event

    @property
    def is_complete(self) -> bool:
        """Whether everything was tried that was planned."""
        return self.finished is not None and self.finished.is_complete

    @property
    def exchanges(self) -> list[Exchange]:
        """All exchanges of the run; of one that was cut short only those that show a failure."""
        if self.finished is not None:
            return [*self.finished.exchanges]
        return [exchange for broken in self.broken for exchange in broken.history]

    @property
    def left_out(self) -> int:
        """How many exchanges there were that nobody kept."""
        return 0 if self.finished is None else self.finished.calls - len(self.finished.exchanges)

    @property
    def stale(self) -> Sequence[KnownFailure]:
        """The failures of an earlier run that are gone."""
        return (
            ()
            if self.finished is None or self.finished.compared is None
            else self.finished.compared.stale
        )

    def results(self) -> list[RuleResult]:
        """Return what came of each rule, in the order of the contract."""
        return [self._result(rule) for rule in self.contract.rules.values()]

    def families(self) -> Iterator[tuple[str, list[RuleResult]]]:
        """Yield each section of the contract with what came of its rules."""
        sections: dict[str, list[RuleResult]] = {}
        for result in self.results():
            sections.setdefault(result.rule.section, []).append(result)
        yield from sections.items()

    def _result(self, rule: Rule) -> RuleResult:
        found = [broken for broken in self.broken if broken.failure.verdict.rule == rule.id]
        held = tuple(broken for broken in found if not broken.failure.is_observed)
        finished = self.finished
        reason = CUT_SHORT if finished is None else finished.not_checked.get(rule.id)
        return RuleResult(
            rule=rule,
            accepting=0 if finished is None else finished.accepting.get(rule.id, 0),
            refusing=0 if finished is None else finished.refusing.get(rule.id, 0),
            broken=held,
            observed=tuple(broken for broken in found if broken.failure.is_observed),
            not_checked=None if found else reason,
        )


def reported(
    events: Iterable[Event], contract: Contract, at: datetime, tell: Callable[[Report], object]
) -> Iterator[Event]:
    """Pass *events* on, of a run that begins *at* a time; once they end, however they do, *tell* what they add up to."""
    report: Report | None = None
    try:
        for event in events:
            if isinstance(event, RunStarted):
                report = Report(contract=contract, at=at, started=event)
            elif report is not None:
                report.take(event)
            yield event
    finally:
        if report is not None:
            tell(report)


def count(results: Iterable[RuleResult], state: State) -> int:
    """Return how many of *results* have *state*."""
    return sum(result.state is state for result in results)
