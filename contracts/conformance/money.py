"""The money line: the jobs that a client had made, against those that a careful one needs."""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.conformance import fixes
from contracts.conformance.case import Case, Finding
from contracts.conformance.level import Level
from contracts.conformance.result import Result, State

CASE = Case(
    id="money-jobs",
    family="money",
    level=Level.MUST,
    rules=("PRICE-ONCE",),
    text="Over the whole run no more jobs are made than were needed.",
    why="Each job is charged: this is the share of the bill that buys nothing.",
    fix=fixes.LOOK_FIRST,
    oracle=(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """How many jobs were *made* and how many *needed*; *wasted* is what the others cost, in US dollars."""

    made: int
    needed: int
    wasted: float


def bill(results: Iterable[Result]) -> Bill:
    """Return the bill of *results*: a case where fewer jobs are made than needed saves nothing for another."""
    tried = [result for result in results if result.trial is not None]
    jobs = [(result.case.needs, result.trial.jobs) for result in tried if result.trial is not None]
    return Bill(
        made=sum(len(made) for _, made in jobs),
        needed=sum(min(needs, len(made)) for needs, made in jobs),
        wasted=sum(job["price"]["amount"] for needs, made in jobs for job in made[needs:]),
    )


def result(results: Iterable[Result]) -> Result:
    """Return what came of the case of money, by what came of the others."""
    found = bill(results)
    if not found.made:
        reason = "no job was made in any of the other cases"
        return Result(case=CASE, state=State.SKIPPED, reason=reason)
    if found.made <= found.needed:
        return Result(case=CASE, state=State.PASSED)
    received = f"{found.made} jobs: US$ {found.wasted:.2f} for nothing"
    finding = Finding(expected=f"{found.needed} jobs", received=received)
    return Result(case=CASE, state=State.FAILED, findings=(finding,))
