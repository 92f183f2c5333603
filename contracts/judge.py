"""The judge: shows every exchange to every check, in order, and keeps what they find."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from contracts.exchange import Exchange, brief
from contracts.history import History
from contracts.rule import Live
from contracts.verdict import Verdict

Place = tuple[str, str, str, str]
# Where in a list something was is no part of what it was.
INDEX = re.compile(r"(?<=/)\d+(?=/|$)")
Check = Callable[[Exchange, History], Iterator[Verdict]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A rule that the target broke: the *verdict* of the *check*, on the *exchange* that shows it.

    *is_observed* tells that the rule, or this part of it, is not held against a live API: it is told only.
    """

    check: str
    verdict: Verdict
    exchange: Exchange
    is_observed: bool = False

    @property
    def place(self) -> Place:
        """What tells it from other failures."""
        verdict = self.verdict
        return place_of(self.check, verdict.rule, self.exchange.sent.operation, verdict.pointer)


def place_of(check: str, rule: str, operation: str, pointer: str) -> Place:
    """Return what tells one failure from another: who found it, the rule, and where it is broken."""
    return check, rule, operation, INDEX.sub("*", pointer)


@dataclass(slots=True)
class Coverage:
    """How often each rule was exercised: by requests that keep it, and by such as break it.

    *samples* are the first exchanges that did, by rule and whether they break it.
    """

    accepting: Counter[str] = field(default_factory=Counter)
    refusing: Counter[str] = field(default_factory=Counter)
    samples: dict[tuple[str, bool], Exchange] = field(default_factory=dict)

    def add(self, verdict: Verdict, exchange: Exchange) -> None:
        """Count *verdict*, which is of *exchange*."""
        counted = self.refusing if verdict.by_refusal else self.accepting
        counted[verdict.rule] += 1
        self.samples.setdefault((verdict.rule, verdict.by_refusal), exchange)

    def by_rule(self) -> dict[str, tuple[Exchange, ...]]:
        """Return for each rule the first exchanges that exercised it, with their bodies cut."""
        found: dict[str, tuple[Exchange, ...]] = {}
        for (rule, _), exchange in sorted(self.samples.items(), key=lambda one: one[0]):
            found[rule] = (*found.get(rule, ()), brief(exchange))
        return found

    def update(self, other: "Coverage") -> None:
        """Count all that *other* did."""
        self.accepting.update(other.accepting)
        self.refusing.update(other.refusing)
        self.samples = {**other.samples, **self.samples}


class Judge:
    """Judges the exchanges of a run, in the order in which they happened."""

    def __init__(self, history: History, checks: Sequence[Check]) -> None:
        """Judge by *checks*, which look at *history*; it takes in each exchange after they have seen it."""
        self.history = history
        self.coverage = Coverage()
        self._checks = checks

    def also(self, checks: Sequence[Check]) -> None:
        """Judge by *checks* from now on, too."""
        self._checks = (*self._checks, *checks)

    def judge(self, exchange: Exchange) -> list[Failure]:
        """Return what *exchange* breaks."""
        failures = []
        for check in self._checks:
            for verdict in check(exchange, self.history):
                self.coverage.add(verdict, exchange)
                if not verdict.is_kept:
                    failures.append(self._failure(check, verdict, exchange))
        self.history.take(exchange)
        return failures

    def _failure(self, check: Check, verdict: Verdict, exchange: Exchange) -> Failure:
        rule = self.history.contract.rules[verdict.rule]
        is_held = self.history.is_emulator or (rule.live is Live.ASSERT and not verdict.is_inferred)
        return Failure(
            check=check.__name__, verdict=verdict, exchange=exchange, is_observed=not is_held
        )
