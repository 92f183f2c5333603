"""The state of a job at a moment: a pure function, so nothing has to move a job along."""

from enum import StrEnum
from typing import NamedTuple

from mock_server.jobs import Job, Plan

STEPS = 10_000
TENTH = STEPS // 10


class Status(StrEnum):
    """The wire's word for where a job is."""

    QUEUED = "queued"
    PROCESSING = "processing"
    PAUSED = "paused"
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
    if now < job.ended_at:
        return _running(job.plan, now - job.submitted_at)
    return JobState(
        _outcome(job), end_steps(job.plan) if job.early_end is None else job.early_end.steps
    )


def _outcome(job: Job) -> Status:
    if job.is_cancelled:
        return Status.CANCELLED
    return Status.COMPLETED if job.error is None else Status.FAILED


def end_steps(plan: Plan) -> int:
    """Return how far progress is at the end of *plan*: all the way exactly when the job completes."""
    is_completed = plan.error is None and not plan.is_cancelled
    return STEPS if is_completed else min(plan.reach, STEPS - 1)


def _running(plan: Plan, elapsed: int) -> JobState:
    """Return the state of a job *elapsed* microseconds after its submission, before its end."""
    if elapsed < plan.starts_after:
        return JobState(Status.QUEUED, 0)
    reached = min(plan.reach, STEPS - 1)
    if elapsed >= plan.progress_ends_after:
        return JobState(Status.PAUSED if plan.pauses else Status.PROCESSING, reached)
    takes = plan.progress_ends_after - plan.starts_after
    steps = plan.reach * (elapsed - plan.starts_after) // takes
    return JobState(Status.PROCESSING, min(steps, reached))


def next_change(job: Job, now: int) -> int | None:
    """Return the moment after *now* at which the visible state next changes, None if it never does again.

    Visible changes are the start, each tenth of progress, a pause, and the end.
    """
    state = state_at(job, now)
    if state.status in TERMINAL:
        return None
    plan = job.plan
    if state.status is Status.QUEUED:
        return min(job.submitted_at + plan.starts_after, job.ended_at)
    changes = [] if job.never_ends else [job.ended_at]
    wanted = (state.steps // TENTH + 1) * TENTH
    if wanted <= min(plan.reach, STEPS - 1):
        takes = plan.progress_ends_after - plan.starts_after
        reached_after = plan.starts_after - (-wanted * takes // plan.reach)
        changes.append(job.submitted_at + reached_after)
    if plan.pauses and state.status is Status.PROCESSING:
        changes.append(job.submitted_at + plan.progress_ends_after)
    return min(changes, default=None)
