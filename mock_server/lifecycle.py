"""The state of a job at a moment: a pure function, so nothing has to move a job along."""

from enum import StrEnum
from typing import NamedTuple

from mock_server.jobs import Job

STEPS = 10_000
TENTH = STEPS // 10


class Status(StrEnum):
    """The wire's word for where a job is."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


TERMINAL = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})


class JobState(NamedTuple):
    """Where a job is at a moment; *steps* is its progress in steps of 1/10000."""

    status: Status
    steps: int

    @property
    def visible(self) -> tuple[Status, int]:
        """What a client that looks at status and whole tenths of progress can tell apart."""
        return self.status, self.steps // TENTH


def state_at(job: Job, now: int) -> JobState:
    """Return the state of *job* at the moment *now* (rules JOB-STATUS, JOB-FORWARD, JOB-PROGRESS)."""
    if job.cancelled_at is not None and now >= job.cancelled_at:
        return JobState(Status.CANCELLED, _running(job, job.cancelled_at).steps)
    if now - job.submitted_at < job.plan.ends_after:
        return _running(job, now)
    if job.plan.error is not None:
        return JobState(Status.FAILED, min(job.plan.reach, STEPS - 1))
    return JobState(Status.COMPLETED, STEPS)


def _running(job: Job, now: int) -> JobState:
    plan = job.plan
    elapsed = now - job.submitted_at - plan.starts_after
    if elapsed < 0:
        return JobState(Status.QUEUED, 0)
    steps = plan.reach * elapsed // max(plan.ends_after - plan.starts_after, 1)
    return JobState(Status.PROCESSING, min(steps, plan.reach, STEPS - 1))


def next_change(job: Job, now: int) -> int | None:
    """Return the moment after *now* at which the visible state next changes, None for a terminal job.

    Visible changes are the start, each tenth of progress, and the end.
    """
    state = state_at(job, now)
    if state.status in TERMINAL:
        return None
    plan = job.plan
    starts_at = job.submitted_at + plan.starts_after
    if state.status is Status.QUEUED:
        return min(starts_at, job.ended_at)
    wanted = (state.steps // TENTH + 1) * TENTH
    if wanted >= plan.reach:
        return job.ended_at
    takes = -(-wanted * (plan.ends_after - plan.starts_after) // plan.reach)
    return min(starts_at + takes, job.ended_at)
