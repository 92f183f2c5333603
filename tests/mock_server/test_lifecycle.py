from decimal import Decimal

import pytest
from hypothesis import example, given, strategies as st

from contracts.document import load
from mock_server.jobs import NEVER, EarlyEnd, Frame, Job, JobError, Plan
from mock_server.lifecycle import STEPS, TERMINAL, Status, end_steps, next_change, state_at
from mock_server.planning import rerouted
from mock_server.pricing import Quote
from mock_server.scenarios.lifecycle import SCENARIOS

CONTRACT = load()
WAN, UPSTREAM = CONTRACT.models["wan-2-6"], CONTRACT.api.errors["upstream_error"]
QUOTE = Quote(rate=WAN.rates[0], seconds=Decimal(5), price_micros=450_000)
FRAME = Frame(width=1280, height=720, frames=150, has_sound=True)
ERROR = JobError(code="upstream_error", type="upstream_error", message="InternalError.Algo: no")
SUBMITTED_AT = 1_000
ORDER = [*Status]


def job(ends_after, *, starts_after=0, reach=STEPS, error=None, stopped=None, **more):
    """A job that a cancel has *stopped* at that moment with its progress, unless that is None."""
    plan = Plan(starts_after=starts_after, ends_after=ends_after, reach=reach, error=error, **more)
    made = Job(
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
    )
    if stopped is None:
        return made
    early_end = EarlyEnd(stopped, state_at(made, stopped).steps, is_cancelled=True)
    return made._replace(early_end=early_end)


@st.composite
def plans(draw, longest=200):
    """Any plan: of a job that completes, fails, is cancelled or never ends, with a halt or a pause or without."""
    ends_after = draw(st.integers(0, longest) | st.integers(0, 2))
    starts_after = draw(st.integers(0, ends_after))
    error = draw(st.none() | st.just(ERROR))
    is_cancelled = error is None and draw(st.booleans())
    halts_after = draw(st.none() | st.integers(starts_after, ends_after))
    is_short = error is not None or is_cancelled or halts_after is not None
    reaches = st.sampled_from([0, 1000, 9900, STEPS]) | st.integers(0, STEPS)
    never_ends = halts_after is not None and error is None and draw(st.booleans())
    return Plan(
        starts_after=starts_after,
        ends_after=NEVER if never_ends else ends_after,
        reach=draw(reaches) if is_short else STEPS,
        error=error,
        is_cancelled=is_cancelled,
        halts_after=halts_after,
        pauses=halts_after is not None and draw(st.booleans()),
    )


@st.composite
def jobs(draw, longest=200):
    """Any job, also one that somebody ended at any moment before its end."""
    plan = draw(plans(longest))
    planned = job(0)._replace(plan=plan)
    at = SUBMITTED_AT + draw(st.integers(0, longest))
    if at >= planned.ended_at or draw(st.booleans()):
        return planned
    steps = state_at(planned, at).steps
    early_end = draw(
        st.sampled_from(
            [
                EarlyEnd(at, steps, is_cancelled=True),
                EarlyEnd(at, steps, ERROR),
                EarlyEnd(at, end_steps(plan), plan.error, plan.is_cancelled),
            ]
        )
    )
    return planned._replace(early_end=early_end)


def last(job, longest=200):
    """A moment after everything that happens to *job*."""
    return SUBMITTED_AT + longest + 2 if job.never_ends else job.ended_at + 2


def states(job):
    """The state at each moment from before the submission to after the end."""
    return [state_at(job, now) for now in range(SUBMITTED_AT - 2, last(job))]


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


@given(jobs().filter(lambda job: not job.never_ends), st.integers(0, 10**15))
def test_terminal_job_never_changes(job, later):
    """JOB-TERMINAL."""
    at_end = state_at(job, job.ended_at)

    assert at_end.status in TERMINAL
    assert state_at(job, job.ended_at + later) == at_end
    assert state_at(job, job.ended_at - 1).status not in TERMINAL


@given(jobs())
def test_job_ends_as_planned_or_as_somebody_ended_it(job):
    """JOB-STATUS and PRICE-FAILED."""
    told = job.early_end or job.plan
    end = state_at(job, last(job)).status

    if job.never_ends:
        assert end in {Status.QUEUED, Status.PROCESSING, Status.PAUSED}
    elif told.is_cancelled:
        assert end is Status.CANCELLED
    else:
        assert end is (Status.COMPLETED if told.error is None else Status.FAILED)
        assert job.is_charged is (end is Status.COMPLETED)


@given(jobs().filter(lambda job: job.early_end is not None))
def test_a_job_that_somebody_ends_was_as_planned_until_then(job):
    """JOB-CANCEL and JOB-PROGRESS."""
    planned, at = job._replace(early_end=None), job.ended_at

    assert state_at(job, at - 1) == state_at(planned, at - 1)
    if job.is_cancelled and job.early_end.steps != end_steps(job.plan):
        assert state_at(job, at).steps == state_at(planned, at).steps


@given(jobs(longest=60), st.integers(-2, 62))
@example(job(1), -1)
@example(job(100, stopped=SUBMITTED_AT + 55), 52)
@example(job(50, starts_after=20, stopped=SUBMITTED_AT + 10), 5)
@example(job(3, starts_after=1, reach=999, error=ERROR), 1)
@example(job(50, reach=5000, halts_after=30, pauses=True), 30)
@example(job(NEVER, reach=5000, halts_after=30), 29)
@example(job(NEVER, reach=5500, halts_after=30), 29)
def test_next_change_is_the_first_visible_one_after_now(job, after):
    now = SUBMITTED_AT + after
    seen = state_at(job, now).visible
    moments = range(now + 1, last(job, 62) + 2)
    changes = [moment for moment in moments if state_at(job, moment).visible != seen]

    assert next_change(job, now) == (changes[0] if changes else None)


@given(
    st.integers(0, 3) | st.integers(0, 10**15),
    st.none() | st.integers(0, STEPS),
    st.sampled_from([None, *(scenario for scenario in SCENARIOS if scenario.name != "stuck")]),
    st.integers(0, 100),
)
@example(0, None, None, 0)
@example(1, None, None, 0)
def test_client_that_only_polls_sees_the_end_at_its_12th_poll_at_the_latest(
    ends_after, fails_at, scenario, start
):
    """As a skipping clock has it: a poll that would repeat the last answer goes to the next visible change."""
    error = None if fails_at is None else ERROR
    reach = STEPS if error is None else fails_at
    polled = job(ends_after, starts_after=ends_after // 10, reach=reach, error=error)
    if scenario is not None:
        polled = polled._replace(plan=rerouted(polled.plan, scenario.course, WAN, UPSTREAM))
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
    ("stopped", "ended_at"), [(None, SUBMITTED_AT + 10), (SUBMITTED_AT + 3, SUBMITTED_AT + 3)]
)
def test_job_ends_with_its_plan_or_when_it_is_cancelled(stopped, ended_at):
    assert job(10, stopped=stopped).ended_at == ended_at
