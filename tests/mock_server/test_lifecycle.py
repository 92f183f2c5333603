from decimal import Decimal

import pytest
from hypothesis import example, given, strategies as st

from contracts.document import load
from mock_server.jobs import Frame, Job, JobError, Plan
from mock_server.lifecycle import STEPS, TERMINAL, Status, next_change, state_at
from mock_server.pricing import Quote

WAN = load().models["wan-2-6"]
QUOTE = Quote(rate=WAN.rates[0], seconds=Decimal(5), price_micros=450_000)
FRAME = Frame(width=1280, height=720, frames=150, has_sound=True)
ERROR = JobError(code="upstream_error", type="upstream_error", message="InternalError.Algo: no")
SUBMITTED_AT = 1_000
ORDER = [Status.QUEUED, Status.PROCESSING, Status.COMPLETED, Status.FAILED, Status.CANCELLED]


def job(ends_after, *, starts_after=0, reach=STEPS, error=None, cancelled_at=None):
    plan = Plan(starts_after=starts_after, ends_after=ends_after, reach=reach, error=error)
    return Job(
        id="job_1",
        model="wan-2-6",
        mode="t2v",
        prompt="sunrise",
        seed=1,
        submitted_at=SUBMITTED_AT,
        base_url="http://127.0.0.1:8026",
        quote=QUOTE,
        frame=FRAME,
        plan=plan,
        cancelled_at=cancelled_at,
    )


@st.composite
def jobs(draw, longest=200):
    """Any job: completing, failing anywhere, and cancelled at any moment before its end."""
    ends_after = draw(st.integers(0, longest) | st.integers(0, 2))
    starts_after = draw(st.integers(0, ends_after))
    error = draw(st.none() | st.just(ERROR))
    reach = (
        STEPS
        if error is None
        else draw(st.sampled_from([0, 1000, 9900, STEPS]) | st.integers(0, STEPS))
    )
    cancels = st.none() if ends_after == 0 else st.none() | st.integers(0, ends_after - 1)
    cancelled = draw(cancels)
    cancelled_at = None if cancelled is None else SUBMITTED_AT + cancelled
    return job(
        ends_after, starts_after=starts_after, reach=reach, error=error, cancelled_at=cancelled_at
    )


def states(job):
    """The state at each moment from before the submission to after the end."""
    return [
        state_at(job, now)
        for now in range(SUBMITTED_AT - 2, SUBMITTED_AT + job.plan.ends_after + 4)
    ]


@given(jobs())
def test_status_never_goes_back(job):
    """JOB-FORWARD and JOB-STATUS."""
    found = [ORDER.index(state.status) for state in states(job)]

    assert found == sorted(found)


@given(jobs())
def test_progress_never_falls_and_is_1_exactly_when_completed(job):
    """JOB-PROGRESS."""
    found = states(job)

    assert [state.steps for state in found] == sorted(state.steps for state in found)
    assert all(0 <= state.steps <= STEPS for state in found)
    assert all((state.steps == STEPS) is (state.status is Status.COMPLETED) for state in found)


@given(jobs(), st.integers(0, 10**15))
def test_terminal_job_never_changes(job, later):
    """JOB-TERMINAL."""
    at_end = state_at(job, job.ended_at)

    assert at_end.status in TERMINAL
    assert state_at(job, job.ended_at + later) == at_end
    assert state_at(job, job.ended_at - 1).status not in TERMINAL


@given(jobs())
def test_job_ends_as_planned(job):
    """JOB-STATUS."""
    end = state_at(job, job.ended_at).status

    if job.cancelled_at is not None:
        assert end is Status.CANCELLED
    else:
        assert end is (Status.COMPLETED if job.plan.error is None else Status.FAILED)


@given(jobs().filter(lambda job: job.cancelled_at is not None))
def test_cancelling_at_any_moment_freezes_the_progress(job):
    """JOB-CANCEL and JOB-PROGRESS."""
    uncancelled = job._replace(cancelled_at=None)

    assert state_at(job, job.cancelled_at).steps == state_at(uncancelled, job.cancelled_at).steps
    assert state_at(job, job.cancelled_at - 1) == state_at(uncancelled, job.cancelled_at - 1)


@given(jobs(longest=60), st.integers(-2, 62))
@example(job(1), -1)
@example(job(100, cancelled_at=SUBMITTED_AT + 55), 52)
@example(job(50, starts_after=20, cancelled_at=SUBMITTED_AT + 10), 5)
@example(job(3, starts_after=1, reach=999, error=ERROR), 1)
def test_next_change_is_the_first_visible_one_after_now(job, after):
    now = SUBMITTED_AT + after
    seen = state_at(job, now).visible
    moments = range(now + 1, SUBMITTED_AT + job.plan.ends_after + 5)
    changes = [moment for moment in moments if state_at(job, moment).visible != seen]

    assert next_change(job, now) == (changes[0] if changes else None)


@given(
    st.integers(0, 3) | st.integers(0, 10**15),
    st.sampled_from([0, 0.1, 0.5]),
    st.none() | st.integers(0, STEPS),
    st.integers(0, 100),
)
@example(0, 0.1, None, 0)
@example(1, 0.1, None, 0)
def test_client_that_only_polls_sees_the_end_at_its_12th_poll_at_the_latest(
    ends_after, share, fails_at, start
):
    """As a skipping clock has it: a poll that would repeat the last answer goes to the next visible change."""
    starts_after = round(ends_after * share)
    error = None if fails_at is None else ERROR
    polled = job(
        ends_after,
        starts_after=starts_after,
        reach=STEPS if error is None else fails_at,
        error=error,
    )
    now, shown = SUBMITTED_AT + start * ends_after // 100, None
    for _ in range(12):
        if state_at(polled, now).visible == shown:
            now = next_change(polled, now) or now
        shown = state_at(polled, now).visible

    assert state_at(polled, now).status in TERMINAL


@pytest.mark.parametrize(
    ("elapsed", "status", "steps"),
    [
        (0, Status.QUEUED, 0),
        (99, Status.QUEUED, 0),
        (100, Status.PROCESSING, 0),
        (550, Status.PROCESSING, 5000),
        (999, Status.PROCESSING, 9988),
        (1000, Status.COMPLETED, STEPS),
    ],
)
def test_job_goes_from_queued_over_processing_to_completed(elapsed, status, steps):
    """JOB-STATUS and JOB-PROGRESS."""
    assert state_at(job(1000, starts_after=100), SUBMITTED_AT + elapsed) == (status, steps)


def test_job_that_fails_at_its_very_end_stays_below_1():
    """JOB-PROGRESS."""
    assert state_at(job(10, error=ERROR), SUBMITTED_AT + 10) == (Status.FAILED, STEPS - 1)


@pytest.mark.parametrize(
    ("cancelled_at", "ended_at"), [(None, SUBMITTED_AT + 10), (SUBMITTED_AT + 3, SUBMITTED_AT + 3)]
)
def test_job_ends_with_its_plan_or_when_it_is_cancelled(cancelled_at, ended_at):
    assert job(10, cancelled_at=cancelled_at).ended_at == ended_at
