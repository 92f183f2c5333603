"""The state machine: several accounts that submit, poll, list, cancel, download and let time pass, in any order."""

from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, Verbosity, seed as seeded, settings, strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    rule,
    run_state_machine_as_test,
)

from contracts.driver import ENDS, Driver
from contracts.exchange import MAIN, OTHER
from contracts.judge import Failure, Place
from contracts.model import Model
from contracts.script import Download, OnJob, Script, Step, Submit, Wait
from contracts.strategies import calls, submissions

ACCOUNTS = (MAIN, OTHER)
SECONDS = st.sampled_from([0.1, 0.5, 1.0, 4.0, 30.0, 3599.0, 3601.0])


class BrokenError(Exception):
    """A step of the machine broke the contract: the *failures*, and the *steps* that led there."""

    def __init__(self, failures: list[Failure], steps: tuple[Step, ...]) -> None:
        """Keep what was found."""
        super().__init__(failures[0].verdict.rule)
        self.failures = failures
        self.steps = steps


class _EndError(BaseException):
    """Ends all histories at once: Hypothesis keeps trying after an exception of any other kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Histories:
    """What the machine tries: *examples* histories of up to *steps* steps, drawn by *seed*."""

    seed: int
    examples: int
    steps: int


@dataclass(slots=True)
class Explored:
    """What came of histories: those that have *broken* the contract, and what has put an *end* to all of them, if anything."""

    broken: list[BrokenError] = field(default_factory=list)
    end: BaseException | None = None


def explore(
    open_driver: Callable[[], Driver],
    model: Model,
    histories: Histories,
    *,
    is_over: Callable[[], bool],
    known: Set[Place] = frozenset(),
) -> Explored:
    """Let the machine run *histories*; return those that break the contract, the shortest first.

    *open_driver* gives each history accounts of its own; one goes on where what it breaks is *known*. Once *is_over*,
    nothing is sent any more, and what there is so far has to do; so it has where the target does not do the same
    thing twice, or is gone, or somebody interrupts.
    """
    found = Explored()
    fields = {
        "open_driver": staticmethod(open_driver),
        "model": model,
        "is_over": staticmethod(is_over),
        "known": frozenset(known),
        "found": found,
    }
    # Hypothesis asks the class, not whoever runs it, for a seed.
    machine = seeded(histories.seed)(type("Clients", (_Clients,), fields))
    # Hypothesis calls it flaky, too, when a history ends earlier than the same one did before.
    try:
        with suppress(BrokenError, Flaky, _EndError):
            run_state_machine_as_test(machine, settings=_settings(histories))
    except KeyboardInterrupt as interrupt:
        found.end = interrupt
    found.broken.reverse()  # of histories that are as long as each other the last one is the simplest
    found.broken.sort(key=lambda broken: len(broken.steps))
    return found


def _settings(histories: Histories) -> settings:
    return settings(
        max_examples=histories.examples,
        stateful_step_count=histories.steps,
        deadline=None,
        database=None,
        print_blob=False,
        verbosity=Verbosity.quiet,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[*HealthCheck],
        report_multiple_bugs=False,
    )


class _Clients(RuleBasedStateMachine):
    """Clients of one target; every exchange is judged."""

    open_driver: Callable[[], Driver]
    model: Model
    is_over: Callable[[], bool]
    known: Set[Place]
    found: Explored

    jobs = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        if self.is_over():
            raise _EndError
        with self.ending():
            self.driver = self.open_driver()
        self.done: list[Step] = []
        self.names: dict[str, str] = {}

    def do(self, step: Step) -> None:
        if self.is_over():
            raise _EndError
        self.done.append(step)
        with self.ending():
            found = self.driver.step(step, self.names)
        failures = [failure for failure in found if failure.place not in self.known]
        if failures:
            self.found.broken.append(BrokenError(failures, (*self.done,)))
            raise self.found.broken[-1]

    @contextmanager
    def ending(self) -> Iterator[None]:
        """End everything where the target turns out to be gone, or somebody interrupts."""
        try:
            yield
        except ENDS as error:
            self.found.end = error
            raise _EndError from error

    @rule(target=jobs, data=st.data(), key=st.sampled_from(ACCOUNTS))
    def submit(self, data: st.DataObject, key: str) -> str:
        name = f"job{len(self.done)}"
        self.do(Submit(fields=data.draw(submissions(self.model)), job=name, key=key))
        return name

    @rule(job=jobs, key=st.sampled_from([MAIN, MAIN, MAIN, OTHER]))
    def poll(self, job: str, key: str) -> None:
        self.do(OnJob(operation="job", job=job, key=key))

    @rule(job=jobs, key=st.sampled_from([MAIN, MAIN, OTHER]))
    def cancel(self, job: str, key: str) -> None:
        self.do(OnJob(operation="cancel", job=job, key=key))

    @rule(job=jobs)
    def download(self, job: str) -> None:
        self.do(Download(job=job))

    @rule(seconds=SECONDS)
    def wait(self, seconds: float) -> None:
        self.do(Wait(seconds=seconds))

    @rule(call=calls(ACCOUNTS))
    def call(self, call: Step) -> None:
        self.do(call)


def script_of(broken: BrokenError) -> Script:
    """Return the history that led to *broken* as a script."""
    rules = tuple(dict.fromkeys(failure.verdict.rule for failure in broken.failures))
    return Script(name="a history", rules=rules, steps=broken.steps)
