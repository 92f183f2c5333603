"""A run against a live API: phase by phase, in real time, within its budget; nothing is left running."""

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress

from contracts.checks.catalogue import CHECKS
from contracts.document import Contract
from contracts.driver import ENDS
from contracts.events import Event, RuleBroken, RunFinished, RunStarted, ScriptDone
from contracts.exchange import MAIN, Exchange, brief
from contracts.history import History
from contracts.judge import Failure, Judge, Place
from contracts.live.course import Course, halves
from contracts.live.custody import Custody
from contracts.live.patience import OutOfTimeError, PatientDriver
from contracts.live.plan import LivePlan, Phase, list_price
from contracts.live.reasons import OUT_OF_TIME, reasons
from contracts.money.guard import Guard
from contracts.money.ledger import Ledger
from contracts.passing import Passing
from contracts.script import OnJob, Step
from contracts.target import TargetError
from contracts.transport import Transport

ENGINE = "live"
COSTLY = "it makes a job, which would have to be paid once more"
LEFT = "left"
CUT_SHORT = "the run was cut short"
# How long a run that is over may still take to cancel its jobs: one window of the rate, and a little.
GRACE_SECONDS = 90.0


class LiveRun:
    """Carries out *plan* over *transport*, within the budget of *ledger*, for *seconds* at the most."""

    def __init__(
        self,
        contract: Contract,
        plan: LivePlan,
        transport: Transport,
        ledger: Ledger,
        time: Passing,
        *,
        seconds: float = math.inf,
    ) -> None:
        """Let time pass as *time* does."""
        self._contract = contract
        self._plan = plan
        self._ledger = ledger
        self._time = time
        self._guard = Guard(transport, ledger, contract)
        left_over = [held.job_id for held in ledger.left_over]
        self._custody = Custody(self._guard, contract, left_over)
        history = History(contract, contract.policies_with({}), is_emulator=False)
        self._begun = time.now()
        self._driver = PatientDriver(
            self._custody,
            Judge(history, CHECKS),
            time,
            ends=self._begun + seconds,
            window=contract.api.limits.rate_window_seconds,
        )
        self._done = 0
        self._known: set[Place] = set()
        self._shortages: dict[str, str] = {}
        self._exchanges: list[Exchange] = []
        self._notes: list[str] = [*plan.notes]

    def events(self) -> Iterator[Event]:
        """Yield what happens. However it ends, what may still be running is cancelled if the API lets it.

        Raises:
            LedgerError: the ledger cannot be written to any more.
            TargetError: the target is gone; what is known by then is told before.
        """
        yield RunStarted(
            target=self._plan.url,
            is_emulator=False,
            seed=0,
            profile=self._plan.profile,
            scripts=self._plan.scripts,
        )
        end: BaseException | None = None
        try:
            self._clear()
            for phase in self._plan.phases:
                yield from self._phase(phase)
        except OutOfTimeError:
            self._notes.append(OUT_OF_TIME)
        except ENDS as error:
            self._notes.append(CUT_SHORT)
            end = error
        finally:
            self._driver.extend(GRACE_SECONDS)
            with suppress(OutOfTimeError, TargetError):
                self._clear()
        yield self._finished(is_cut_short=end is not None)
        if end is not None:
            raise end

    def _phase(self, phase: Phase) -> Iterator[Event]:
        """Carry out *phase*: jobs are all submitted first, so that they run side by side."""
        courses = [Course(script) for script in phase.scripts]
        if phase.accepts:
            for course in courses:
                course.shortage = self._guard.shortage(list_price(course.script, self._contract))
                yield from self._go(course, phase, halves(course.script)[0])
        for course in courses:
            steps = halves(course.script)[1] if phase.accepts else course.script.steps
            yield from self._go(course, phase, steps)
            self._done += 1
            is_whole = course.shortage is None
            yield ScriptDone(script=course.script, number=self._done, is_whole=is_whole)

    def _go(self, course: Course, phase: Phase, steps: Sequence[Step]) -> Iterator[Event]:
        """Carry out *steps* of *course*; what was found is told even where the run ends meanwhile."""
        end = None if course.shortage is not None else self._end_of(course, steps)
        is_free = not phase.accepts and not course.has_surprised
        for failure in self._fresh(course.found):
            again, over = Course(course.script), end
            if is_free and end is None:
                over = self._end_of(again, again.script.steps)
                end = (
                    None if isinstance(over, OutOfTimeError) else over
                )  # other scripts may wait less
            yield _broken(failure, course, again, is_free=is_free, is_over=over is not None)
        course.found.clear()
        if course.shortage is not None:
            for rule in course.script.rules:
                self._shortages.setdefault(rule, course.shortage)
        self._exchanges += map(brief, course.exchanges)
        if end is not None:
            raise end

    def _end_of(self, course: Course, steps: Sequence[Step]) -> BaseException | None:
        """Carry out *steps* of *course*, and cancel what surprises; return what has ended the run meanwhile, if anything."""
        try:
            course.go(self._driver, steps)
            self._cancel_surprises(course)
        except (OutOfTimeError, *ENDS) as error:
            return error
        return None

    def _fresh(self, failures: Sequence[Failure]) -> Iterator[Failure]:
        for failure in failures:
            if failure.place not in self._known:
                self._known.add(failure.place)
                yield failure

    def _cancel_surprises(self, course: Course) -> None:
        """Cancel what *course* had accepted against all expectation."""
        surprises = [*self._custody.surprises]
        self._custody.surprises.clear()
        course.has_surprised = bool(surprises)
        for job_id in surprises:
            self._cancel(job_id)

    def _clear(self) -> None:
        """Cancel every job that may be running."""
        for job_id in [*self._custody.running]:
            self._cancel(job_id)

    def _cancel(self, job_id: str) -> None:
        key = self._custody.running.get(job_id, MAIN)
        self._driver.step(OnJob(operation="cancel", job=LEFT, key=key), {LEFT: job_id})

    def _finished(self, *, is_cut_short: bool) -> RunFinished:
        coverage, overcharge = self._driver.judge.coverage, self._guard.overcharge
        is_complete = self._done == self._plan.scripts and overcharge is None
        notes = [*self._notes, *([overcharge] if overcharge else [])]
        if self._custody.running:
            notes.append(f"not seen to end: {', '.join(self._custody.running)}")
        cost = self._guard.exposure
        self._exchanges += map(brief, self._driver.recording.take())
        if overcharge is None and not is_cut_short and not self._custody.running:
            self._ledger.close()  # else the next run has what is open to look after
        seen = coverage.accepting.keys() | coverage.refusing.keys()
        return RunFinished(
            accepting=dict(coverage.accepting),
            refusing=dict(coverage.refusing),
            not_checked=reasons(self._contract, seen, self._shortages, is_complete=is_complete),
            calls=self._driver.recording.count,
            jobs=len(self._driver.judge.history.jobs),
            seconds=self._time.now() - self._begun,
            is_complete=is_complete,
            exchanges=self._exchanges,
            cost=cost,
            notes=(*notes,),
            samples=coverage.by_rule(),
        )


def _broken(
    failure: Failure, course: Course, again: Course, *, is_free: bool, is_over: bool
) -> RuleBroken:
    """Return *failure*, found on *course*, with what shows it: *again* is the same once more, as far as it went.

    That is nowhere where it costs, and may be where the run *is_over*.
    """
    shown = next((one for one in again.found if one.place == failure.place), None)
    return RuleBroken(
        failure=shown or failure,
        script=course.script,
        history=again.until(shown) if shown else course.until(failure),
        engine=ENGINE,
        is_reproduced=shown is not None,
        is_out_of_time=is_free and is_over,
        not_replayed=again.shortage or ("" if is_free else COSTLY),
    )
