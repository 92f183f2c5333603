"""The judge: shows every exchange to every check, in order, and keeps what they find."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from contracts.exchange import Exchange
from contracts.history import History
from contracts.rule import Live
from contracts.verdict import Verdict

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


@dataclass(slots=True)
class Coverage:
    """How often each rule was exercised: by requests that keep it, and by such as break it."""

    accepting: Counter[str] = field(default_factory=Counter)
    refusing: Counter[str] = field(default_factory=Counter)

    def add(self, verdict: Verdict) -> None:
        """Count *verdict*."""
        counted = self.refusing if verdict.by_refusal else self.accepting
        counted[verdict.rule] += 1


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
                self.coverage.add(verdict)
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
