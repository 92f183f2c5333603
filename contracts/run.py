"""A run: the sweep, the state machine, then a second opinion; each new failure is shown again by itself, and made as short as it gets."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.deadline import Deadline
from contracts.document import Contract
from contracts.driver import ENDS, Driver
from contracts.events import Event, OpinionGiven, RuleBroken, RunFinished, RunStarted, ScriptDone
from contracts.judge import Failure, Place
from contracts.machine import Histories, explore, script_of
from contracts.opinion import NAME
from contracts.script import Script
from contracts.shortening import OpenDriver, shortest
from contracts.sweep.scripts import LEFT_OUT
from contracts.tally import Tally

if TYPE_CHECKING:
    from contracts.opinion.opinion import SecondOpinion

SWEEP, BASELINE, MACHINE, OPINION = "sweep", "baseline", "state machine", "schemathesis"
# How much of the time that is left one failure may take, so that a bad target is not known by its first failures alone.
SHARE = 0.1
NEVER_REACHED = "no request of this run exercised it"
OUT_OF_TIME = "the run was over before its turn came"
CUT_SHORT = "all that was to come when the run was cut short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How much a run tries: *examples* histories of *steps* steps, within *seconds* in all.

    With *is_brief* as few scripts as exercise every rule that all of them do.
    Schemathesis draws *opinions* requests for an operation, twice; without any it is not asked.
    """

    name: str
    examples: int
    steps: int
    seconds: float
    is_brief: bool = False
    opinions: int = 0


PROFILES = {
    "smoke": Profile(name="smoke", examples=0, steps=0, seconds=10, is_brief=True),
    "default": Profile(name="default", examples=60, steps=30, seconds=60, opinions=5),
    "deep": Profile(name="deep", examples=2000, steps=60, seconds=900, opinions=200),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run does: *scripts* in their order, and a state machine by *profile* from *seed*.

    *known* are scripts that showed failures once; each is tried on accounts that nobody has used.
    """

    target: str
    is_emulator: bool
    scripts: Sequence[Script]
    profile: Profile
    seed: int
    known: Sequence[Script] = ()


class Run:
    """Checks a target. *open_driver* gives a driver with accounts that nobody has used."""

    def __init__(
        self,
        contract: Contract,
        plan: Plan,
        open_driver: Callable[[], Driver],
        *,
        clock: Callable[[], float] = time.monotonic,
        deadline: Deadline | None = None,
        is_plain: bool = False,
    ) -> None:
        """Carry out *plan* until *deadline*; without one it has the time of its profile, by *clock*.

        *is_plain* asks for failures as they were found: not shown again by itself, nor made short by its script.
        """
        self._contract = contract
        self._plan = plan
        self._open = open_driver
        self._clock = clock
        self._is_plain = is_plain
        self._deadline = deadline
        self._is_over: Callable[[], bool] = lambda: False
        self._left: Callable[[], float] = lambda: 0.0
        self._not_reached: list[str] = []
        self._sweep: Driver | None = None
        self._latest: Driver | None = None
        self._tally = Tally()
        self._known: set[Place] = set()

    def events(self) -> Iterator[Event]:
        """Yield what happens.

        Raises:
            TargetError: the target is gone; what is known by then is told before.
            ControlError: it does not let itself be controlled any more; so it is here.
        """
        plan = self._plan
        deadline = self._deadline or Deadline(plan.profile.seconds, clock=self._clock)
        self._is_over, self._left = deadline.is_over, deadline.left
        yield RunStarted(
            target=plan.target,
            is_emulator=plan.is_emulator,
            seed=plan.seed,
            profile=plan.profile.name,
            scripts=len(plan.scripts),
        )
        end: BaseException | None = None
        try:
            yield from self._engines(plan)
        except ENDS as error:
            self._not_reached.append(CUT_SHORT)
            end = error
        yield self._finished(deadline.passed())
        if end is not None:
            raise end

    def _engines(self, plan: Plan) -> Iterator[Event]:
        yield from self._sweep_through(plan.scripts)
        for script in plan.known:
            again = self._second_opinion().open if script.name == NAME else self._driver
            yield from self._tried(again, script, BASELINE, again)
        if plan.profile.examples:
            yield from self._explore()
        if plan.profile.opinions:
            yield from self._ask()

    def _sweep_through(self, scripts: Sequence[Script]) -> Iterator[Event]:
        self._sweep = driver = self._open()
        for number, script in enumerate(scripts, 1):
            yield from self._tried(lambda: driver, script, SWEEP, self._driver)
            self._tally.keep(driver.recording.take())
            if not self._is_over():
                yield ScriptDone(script=script, number=number)

    def _tried(
        self, open_driver: OpenDriver, script: Script, engine: str, again: OpenDriver
    ) -> Iterator[RuleBroken]:
        """Yield what *script* finds on a driver; one that there is no time to finish is told of as not reached."""
        if self._is_over():
            self._not_reached.append(script.name)
            return
        driver, end = open_driver(), None
        try:
            failures = driver.run(script)
        except ENDS as error:
            failures, end = driver.take(), error
        if self._is_over():
            self._not_reached.append(script.name)
        yield from self._told([(one, script) for one in failures], engine, again, end=end)

    def _explore(self) -> Iterator[Event]:
        profile = self._plan.profile
        histories = Histories(seed=self._plan.seed, examples=profile.examples, steps=profile.steps)
        for model in self._contract.models.values():
            explored = explore(
                self._driver, model, histories, is_over=self._is_over, known=self._known
            )
            if self._is_over():
                self._not_reached.append(f"{MACHINE} of {model.id}")
            found = [
                (one, script_of(broken)) for broken in explored.broken for one in broken.failures
            ]
            yield from self._told(found, MACHINE, self._driver, end=explored.end)

    def _ask(self) -> Iterator[Event]:
        """Ask Schemathesis, if there is time for that."""
        if self._is_over():
            self._not_reached.append(OPINION)
            return
        opinion = self._second_opinion()
        for found in opinion.findings(self._is_over):
            if isinstance(found, OpinionGiven):
                yield found
            else:
                shown = [(one, found.script) for one in found.failures]
                yield from self._told(shown, OPINION, opinion.open)

    def _second_opinion(self) -> "SecondOpinion":
        from contracts.opinion.opinion import SecondOpinion  # noqa: PLC0415 - loading it takes long

        plan = self._plan
        return SecondOpinion(
            self._driver, self._contract, seed=plan.seed, examples=plan.profile.opinions
        )

    def _driver(self) -> Driver:
        """Return a fresh driver; the one before it is done with, and not kept."""
        if self._latest is not None:
            self._tally.add(self._latest)
        self._latest = self._open()
        return self._latest

    def _told(
        self,
        found: Sequence[tuple[Failure, Script]],
        engine: str,
        again: OpenDriver,
        *,
        end: BaseException | None = None,
    ) -> Iterator[RuleBroken]:
        """Yield the failures of *found*, each with what led to it, of which nobody has been told: one for each place.

        They come with the shortest script that shows them by itself, if one does. Then raise *end*, what has ended the
        run, or what ends it meanwhile; from there on nothing is shown again.
        """
        for failure, script in found:
            if failure.place in self._known:
                continue
            self._known.add(failure.place)
            share = Deadline(self._left() * SHARE, clock=self._clock)
            shown = None
            try:
                if end is None and not self._is_plain:
                    shown = shortest(script, failure, again, is_over=share.is_over)
            except ENDS as error:
                end = error
            yield RuleBroken(
                failure=failure if shown is None else shown.failure,
                script=script if shown is None else shown.script,
                history=(failure.exchange,) if shown is None else shown.history,
                engine=engine,
                is_reproduced=shown is not None,
                is_out_of_time=end is not None or share.is_over(),
            )
        if end is not None:
            raise end

    def _finished(self, seconds: float) -> RunFinished:
        tally = self._tally
        for driver in (self._sweep, self._latest):
            if driver is not None:
                tally.add(driver)
        coverage, is_complete = tally.coverage, not self._not_reached
        reason = NEVER_REACHED if is_complete else OUT_OF_TIME
        seen = coverage.accepting.keys() | coverage.refusing.keys()
        rules = [rule for rule in self._contract.rules if rule not in seen]
        return RunFinished(
            accepting=dict(coverage.accepting),
            refusing=dict(coverage.refusing),
            not_checked={rule: LEFT_OUT.get(rule, reason) for rule in rules},
            calls=tally.calls,
            jobs=tally.jobs,
            seconds=seconds,
            is_complete=is_complete,
            exchanges=tally.exchanges,
            not_reached=tuple(self._not_reached),
            samples=coverage.by_rule(),
        )
