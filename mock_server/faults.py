"""The faults of an account: which of its next requests go wrong, and how often that was so already."""

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from mock_server.actions import Action
from mock_server.draw import draw, fraction
from mock_server.scenarios.catalogue import SCENARIOS, together
from mock_server.scenarios.scenario import Kind, Strike

EVERY = "*"
MOST_FAULTS = 1000
MOST_PROMPTS = 10_000  # of those that are counted; then the ones seen first are forgotten

PromptKey = tuple[str, bytes]


class TooManyError(ValueError):
    """The account has as many faults as it may have."""


class FaultTerms(NamedTuple):
    """What is asked of a fault: an *action* on requests of *operation*, or a *scenario* on submissions.

    The first *after* requests are spared, then each is struck with *probability*, until *times* were (None: for ever).
    *seed* and the number of the request decide; *told* is how the action was spelled.
    """

    operation: str | None = None
    after: int = 0
    times: int | None = None
    probability: int | float = 1  # and told as it was spelled, in every process
    seed: int = 0
    action: Action | None = None
    scenario: str | None = None
    told: Any = None


class Fault:
    """What is asked of it, its id, and how many requests it has *seen* and *struck*."""

    __slots__ = ("id", "seen", "struck", "terms")

    def __init__(self, fault_id: str, terms: FaultTerms) -> None:
        """Begin with no request seen."""
        self.id = fault_id
        self.terms = terms
        self.seen = 0
        self.struck = 0

    @property
    def is_healed(self) -> bool:
        """Whether it strikes no more."""
        return self.terms.times is not None and self.struck >= self.terms.times

    def see(self) -> bool:
        """Take note of a request that it may strike, and tell whether it is its turn."""
        terms = self.terms
        self.seen += 1
        if self.is_healed or self.seen <= terms.after:
            return False
        return terms.probability >= 1 or fraction(draw(terms.seed, self.seen)) < terms.probability


class Struck(NamedTuple):
    """What strikes a request: *by* is the name of the scenario or the id of the fault."""

    by: str
    action: Action


class _OnJob:
    """A scenario that strikes requests about one job."""

    __slots__ = ("name", "seen", "strike")

    def __init__(self, name: str, strike: Strike) -> None:
        self.name = name
        self.strike = strike
        self.seen = 0


class Faults:
    """The faults of one account, and the scenarios that strike requests about its jobs.

    As long as it *is_idle* there is nothing to look for.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self.is_idle = True
        self._posted = 0
        self._faults: dict[str, Fault] = {}
        self._on_jobs: dict[tuple[str, str], _OnJob] = {}
        self._prompts: dict[PromptKey, int] = {}

    def add(self, terms: FaultTerms) -> Fault:
        """Return the new fault that does what is asked for.

        Raises:
            TooManyError: the account has too many.
        """
        if len(self._faults) >= MOST_FAULTS:
            raise TooManyError(f"the account has {MOST_FAULTS} faults already")
        self._posted += 1
        fault = Fault(f"fault_{self._posted}", terms)
        self._faults[fault.id] = fault
        self.is_idle = False
        return fault

    def __iter__(self) -> Iterator[Fault]:
        """Yield the faults, healed ones included, in the order in which they were added."""
        return iter(self._faults.values())

    def fault(self, fault_id: str) -> Fault | None:
        """Return the fault *fault_id*."""
        return self._faults.get(fault_id)

    def remove(self, fault_id: str) -> bool:
        """Take the fault *fault_id* away, and tell whether it was there."""
        is_there = self._faults.pop(fault_id, None) is not None
        self._rest()
        return is_there

    def clear(self) -> None:
        """Take all faults away; scenarios of jobs stay."""
        self._faults.clear()
        self._rest()

    def _rest(self) -> None:
        self.is_idle = not self._faults and not self._on_jobs

    def strike(self, operation: str) -> Struck | None:
        """Return what strikes the next request of *operation*: of the faults whose turn it is, the first."""
        found: Fault | None = None
        for fault in self._faults.values():
            terms = fault.terms
            if terms.operation in {operation, EVERY} and fault.see() and found is None:
                found = fault
        if found is None:
            return None
        found.struck += 1
        assert found.terms.action is not None
        return Struck(found.id, found.terms.action)

    def acting(self, named: tuple[str, ...], default: str | None) -> tuple[str, ...]:
        """Return the scenarios that act on the next submission, one of a kind.

        Those that its prompt has *named* come first, then those of the faults, then the account's *default*.
        """
        if not (named or default or self._faults):
            return ()  # as nearly always
        posted = [fault.terms.scenario for fault in self._due()]
        return together(*named, *posted, default)

    def _due(self) -> Iterator[Fault]:
        return (fault for fault in self if fault.terms.scenario and not fault.is_healed)

    def strike_submission(
        self, names: tuple[str, ...], named: tuple[str, ...], prompt: str
    ) -> Struck | None:
        """Return what strikes the submission of *prompt* on which the scenarios *names* act.

        Its prompt had *named* some of them itself. `acted` counts it.
        """
        name = _of_submissions(names)
        if name is None:
            return None
        strike = SCENARIOS[name].strike
        assert strike is not None
        if self._is_posted(name, named):
            return _struck(name, strike, 1)  # a fault strikes the next ones, whatever their prompts
        return _struck(name, strike, self._prompts.get(_key(name, prompt), 0) + 1)

    def acted(self, names: tuple[str, ...], named: tuple[str, ...], prompt: str) -> None:
        """Count a submission of *prompt* on which the scenarios *names* acted, some of them *named* by it."""
        name = _of_submissions(names)
        if name is not None and not self._is_posted(name, named):
            self._count(_key(name, prompt))
        left = {name for name in names if name not in named}
        for fault in [*self._due()]:
            fault.seen += 1
            if fault.terms.scenario in left:
                left.remove(fault.terms.scenario)
                fault.struck += 1

    def _is_posted(self, name: str, named: tuple[str, ...]) -> bool:
        """Tell whether it is a fault that has the scenario *name* act, and not a prompt that *named* it."""
        return name not in named and any(fault.terms.scenario == name for fault in self._due())

    def _count(self, key: PromptKey) -> None:
        if key not in self._prompts and len(self._prompts) >= MOST_PROMPTS:
            del self._prompts[next(iter(self._prompts))]
        self._prompts[key] = self._prompts.get(key, 0) + 1

    def watch(self, job_id: str, names: tuple[str, ...]) -> None:
        """Let those of the scenarios *names* strike that strike requests about the job *job_id*."""
        for name in names:
            scenario = SCENARIOS[name]
            if scenario.strike is not None and scenario.kind is not Kind.SUBMIT:
                self._on_jobs[scenario.strike.operation, job_id] = _OnJob(name, scenario.strike)
                self.is_idle = False

    def strike_on_job(self, operation: str, job_id: str, *, is_head: bool) -> Struck | None:
        """Return what strikes the next request of *operation* about the job *job_id*.

        A HEAD is not counted, and struck only where all requests are.
        """
        watched = self._on_jobs.get((operation, job_id))
        if watched is None:
            return None
        last = watched.strike.last
        if is_head:
            return Struck(watched.name, watched.strike.action) if last is None else None
        watched.seen += 1
        if watched.seen == last:
            del self._on_jobs[operation, job_id]
            self._rest()
        return _struck(watched.name, watched.strike, watched.seen)


def _struck(name: str, strike: Strike, number: int) -> Struck | None:
    """Return the strike of the scenario *name* on the request *number* of those that it may strike."""
    last = number if strike.last is None else strike.last
    return Struck(name, strike.action) if strike.first <= number <= last else None


def _key(name: str, prompt: str) -> PromptKey:
    """Return what the submissions of *prompt* under the scenario *name* are counted by."""
    return name, hashlib.sha256(prompt.encode()).digest()


def _of_submissions(names: tuple[str, ...]) -> str | None:
    """Return the one of the scenarios *names* that strikes submissions."""
    return next((name for name in names if SCENARIOS[name].kind is Kind.SUBMIT), None)
