"""A run: the sweep, the state machine, then a second opinion; each new failure is shown again by itself, and made as short as it gets."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from contracts.document import Contract
from contracts.driver import Driver
from contracts.events import Event, OpinionGiven, RuleBroken, RunFinished, RunStarted, ScriptDone
from contracts.exchange import Exchange
from contracts.judge import Coverage, Failure
from contracts.machine import Extent, explore, script_of
from contracts.script import Script
from contracts.shortening import OpenDriver, shortest
from contracts.sweep.scripts import LEFT_OUT

SWEEP, MACHINE, OPINION = "sweep", "state machine", "schemathesis"
NEVER_REACHED = "no request of this run exercised it"
OUT_OF_TIME = "the time was over before its turn came"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How much a run tries: *examples* histories of *steps* steps, within *seconds* in all.

    Schemathesis draws *opinions* requests for an operation, twice; without any it is not asked.
    """

    name: str
    examples: int
    steps: int
    seconds: float
    opinions: int = 0


PROFILES = {
    "smoke": Profile(name="smoke", examples=0, steps=0, seconds=10),
    "default": Profile(name="default", examples=60, steps=30, seconds=60, opinions=5),
    "deep": Profile(name="deep", examples=2000, steps=60, seconds=900, opinions=200),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run does: *scripts* in their order, and a state machine by *profile* from *seed*."""

    target: str
    is_emulator: bool
    scripts: Sequence[Script]
    profile: Profile
    seed: int


class Run:
    """Checks a target. *open_driver* gives a driver with accounts that nobody has used."""

    def __init__(
        self,
        contract: Contract,
        plan: Plan,
        open_driver: Callable[[], Driver],
        *,
        clock: Callable[[], float] = time.monotonic,
        is_plain: bool = False,
    ) -> None:
        """Carry out *plan*; *clock* tells when its time is over.

        *is_plain* asks for failures as they were found: neither shown again nor made short, which takes longest.
        """
        self._contract = contract
        self._plan = plan
        self._open = open_driver
        self._clock = clock
        self._is_plain = is_plain
        self._sweep: Driver | None = None
        self._latest: Driver | None = None
        self._tally = Tally()
        self._known: set[tuple[str, str, str]] = set()

    def events(self) -> Iterator[Event]:
        """Yield what happens."""
        plan, begun = self._plan, self._clock()
        ends = begun + plan.profile.seconds
        yield RunStarted(
            target=plan.target,
            is_emulator=plan.is_emulator,
            seed=plan.seed,
            profile=plan.profile.name,
            scripts=len(plan.scripts),
        )
        done = 0
        self._sweep = driver = self._open()
        for number, script in enumerate(plan.scripts, 1):
            if self._clock() >= ends:
                break
            for failure in self._fresh(driver.run(script)):
                yield self._broken(failure, script, SWEEP)
            done = number
            yield ScriptDone(script=script, number=number)
        if done == len(plan.scripts) and plan.profile.examples:
            yield from self._explore(ends)
        if done == len(plan.scripts) and plan.profile.opinions:
            yield from self._ask(ends)
        yield self._finished(begun, is_complete=done == len(plan.scripts))

    def _explore(self, ends: float) -> Iterator[Event]:
        extent = Extent(
            seed=self._plan.seed,
            examples=self._plan.profile.examples,
            steps=self._plan.profile.steps,
            shrinks=not self._is_plain,
        )
        for model in self._contract.models.values():
            broken = explore(self._driver, model, extent, is_over=lambda: self._clock() >= ends)
            if broken is not None:
                script = script_of(broken)
                for failure in self._fresh(broken.failures):
                    yield self._broken(failure, script, MACHINE)

    def _ask(self, ends: float) -> Iterator[Event]:
        from contracts.opinion.opinion import SecondOpinion  # noqa: PLC0415 - loading it takes long

        opinion = SecondOpinion(
            self._driver,
            self._contract,
            seed=self._plan.seed,
            examples=self._plan.profile.opinions,
        )
        for found in opinion.findings(lambda: self._clock() >= ends):
            if isinstance(found, OpinionGiven):
                yield found
            else:
                for failure in self._fresh(found.failures):
                    yield self._broken(failure, found.script, OPINION, opinion.open)

    def _driver(self) -> Driver:
        """Return a fresh driver; the one before it is done with, and not kept."""
        if self._latest is not None:
            self._tally.add(self._latest)
        self._latest = self._open()
        return self._latest

    def _fresh(self, failures: Sequence[Failure]) -> Iterator[Failure]:
        """Yield those that nobody has been told of: one for each check, rule and place."""
        for failure in failures:
            known = failure.check, failure.verdict.rule, failure.verdict.pointer
            if known not in self._known:
                self._known.add(known)
                yield failure

    def _broken(
        self, failure: Failure, script: Script, engine: str, open_driver: OpenDriver | None = None
    ) -> RuleBroken:
        """Return *failure* with the shortest script that shows it by itself, if one does."""
        shown = None if self._is_plain else shortest(script, failure, open_driver or self._driver)
        return RuleBroken(
            failure=failure if shown is None else shown.failure,
            script=script if shown is None else shown.script,
            history=(failure.exchange,) if shown is None else shown.history,
            engine=engine,
            is_reproduced=shown is not None,
        )

    def _finished(self, begun: float, *, is_complete: bool) -> RunFinished:
        tally = self._tally
        for driver in (self._sweep, self._latest):
            if driver is not None:
                tally.add(driver)
        coverage = tally.coverage
        reason = NEVER_REACHED if is_complete else OUT_OF_TIME
        seen = coverage.accepting.keys() | coverage.refusing.keys()
        rules = [rule for rule in self._contract.rules if rule not in seen]
        return RunFinished(
            accepting=dict(coverage.accepting),
            refusing=dict(coverage.refusing),
            not_checked={rule: LEFT_OUT.get(rule, reason) for rule in rules},
            calls=len(tally.exchanges),
            jobs=tally.jobs,
            seconds=self._clock() - begun,
            is_complete=is_complete,
            exchanges=tally.exchanges,
        )


@dataclass(slots=True)
class Tally:
    """What the drivers of a run did together."""

    coverage: Coverage = field(default_factory=Coverage)
    exchanges: list[Exchange] = field(default_factory=list)
    jobs: int = 0

    def add(self, driver: Driver) -> None:
        """Count what *driver* did."""
        self.coverage.accepting.update(driver.judge.coverage.accepting)
        self.coverage.refusing.update(driver.judge.coverage.refusing)
        self.exchanges += driver.recording.exchanges
        self.jobs += len(driver.judge.history.jobs)
