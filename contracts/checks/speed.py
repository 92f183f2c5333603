"""How long a flash job takes."""

from collections.abc import Iterator

from contracts.checks.told import Body, seen_jobs
from contracts.exchange import Exchange
from contracts.expectation.outcome import Accepted
from contracts.history import History
from contracts.reading import moment, status_of
from contracts.seen import COMPLETED, Job
from contracts.verdict import Verdict, holds

FLASH = "flash_mode"


def flash_job_finishes_sooner(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """FLASH-FASTER: a flash job finishes sooner than the same standard job with the same seed."""
    for body, job in seen_jobs(exchange, history):
        seconds = _seconds(body)
        if seconds is None or "seed" not in job.fields:
            continue
        for other in history.jobs.values():
            standard = _seconds(other.last or {})
            if standard and _is_flash(job) and not _is_flash(other) and _rest(job) == _rest(other):
                yield holds(
                    "FLASH-FASTER",
                    kept=seconds < standard,
                    pointer="/completed_at",
                    expected=f"less than the {standard} s of {other.id}",
                    received=seconds,
                )


def _seconds(body: Body) -> float | None:
    """Return how long the job of *body* took, None unless it is completed."""
    begun, ended = moment(body.get("created_at")), moment(body.get("completed_at"))
    if status_of(body) not in COMPLETED or begun is None or ended is None:
        return None
    return (ended - begun).total_seconds()


def _is_flash(job: Job) -> bool:
    return isinstance(job.outcome, Accepted) and job.outcome.bill.rate.flash


def _rest(job: Job) -> Body:
    return {name: value for name, value in job.fields.items() if name != FLASH}
