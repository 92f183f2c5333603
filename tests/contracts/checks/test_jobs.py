"""Checks of jobs: what is a little wrong is reported, what is right is not."""

import pytest

from tests.contracts.conftest import LIST, cancel, job, poll, submission, submitted

STATES = ["queued", "processing", "completed"]


@pytest.fixture
def told(story):
    """Tell of a poll of an accepted job, after polls of others if need be; return the rules broken."""
    story.accepts()

    def tell(body, *before, seconds=0.0):
        for earlier in before:
            assert not story.breaks(poll(), 200, earlier)
        story.at += seconds
        return {rule for _, rule in story.breaks(poll(), 200, body)}

    return tell


@pytest.mark.parametrize("status", STATES)
def test_sound_job_breaks_nothing(told, status):
    assert not told(job(status))


def test_job_may_live_its_life_and_stay(told):
    ended = job("completed")
    assert not told(ended, job("queued"), job("processing"), ended)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (job("succeeded"), "JOB-STATUS"),
        (job("paused"), "JOB-STATUS"),
        (job("cancelled"), "JOB-STATUS"),
        ({**job("queued"), "status": None}, "JOB-SHAPE"),
        (job("queued", progress="0"), "JOB-SHAPE"),
        (job("queued", progress=1.01), "JOB-PROGRESS"),
        (job("queued", progress=-0.01), "JOB-PROGRESS"),
        (job("processing", progress=1), "JOB-PROGRESS"),
        (job("completed", progress=0.99), "JOB-PROGRESS"),
        (job("queued", model="wan-2-5"), "JOB-SHAPE"),
        (job("queued", job_id="job_2"), "JOB-SHAPE"),
        (job("queued", created_at="2026-11-22T18:00:01.000Z"), "JOB-SHAPE"),
        (job("queued", created_at="today"), "JOB-SHAPE"),
        (job("processing", result=job("completed")["result"]), "JOB-RESULT"),
        (job("completed", result=None), "JOB-RESULT"),
        (job("completed", completed_at=None), "JOB-RESULT"),
        (job("processing", completed_at="2026-11-22T18:00:04.000Z"), "JOB-RESULT"),
        (job("completed", completed_at="2026-11-22T17:59:59.000Z"), "JOB-RESULT"),
        (job("completed", error=job("failed")["error"]), "JOB-RESULT"),
        (job("failed", error=None), "JOB-RESULT"),
    ],
)
def test_job_that_is_a_little_wrong_breaks_the_rule(told, body, rule):
    assert rule in told(body)


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (job("processing"), job("queued"), "JOB-FORWARD"),
        (job("completed"), job("processing"), "JOB-FORWARD"),
        (job("processing"), job("processing", progress=0.4), "JOB-PROGRESS"),
        (
            job("completed"),
            job("completed", completed_at="2026-11-22T18:00:05.000Z"),
            "JOB-TERMINAL",
        ),
        (job("completed"), job("failed"), "JOB-TERMINAL"),
    ],
)
def test_job_that_changes_as_it_must_not_breaks_the_rule(told, before, after, rule):
    assert rule in told(after, before)


def test_change_of_an_ended_job_is_told_by_its_place(story):
    story.accepts()
    story.tell(poll(), 200, job("completed"))
    later = job("completed", completed_at="2026-11-22T18:00:05.000Z")
    (found,) = [one for one in story.tell(poll(), 200, later) if one.verdict.rule == "JOB-TERMINAL"]
    assert found.verdict.pointer == "/completed_at"
    assert found.verdict.received == '"2026-11-22T18:00:05.000Z"'


def test_job_without_progress_is_judged_by_its_shape_alone(told):
    body = {name: value for name, value in job("queued").items() if name != "progress"}
    assert told(body) == {"JOB-SHAPE"}


def test_word_of_a_live_target_may_be_succeeded(live):
    live.accepts()
    assert not live.tell(poll(), 200, job("succeeded"))


def test_running_job_is_cancelled_by_a_cancel(story):
    story.accepts()
    assert not story.breaks(cancel(), 200, job("cancelled"))
    assert not story.breaks(poll(), 200, job("cancelled"))


def test_cancel_that_has_no_effect_breaks_its_rule(story):
    story.accepts()
    assert story.breaks(cancel(), 200, job("processing")) == {
        ("cancelled_job_is_cancelled", "JOB-CANCEL")
    }


def test_cancel_changes_nothing_of_an_ended_job(story):
    story.accepts()
    story.tell(poll(), 200, job("completed"))
    broken = story.breaks(cancel(), 200, job("cancelled"))
    assert ("terminal_job_never_changes", "JOB-CANCEL") in broken


@pytest.mark.parametrize("asked", [poll("job_9"), poll("job_1", "other"), cancel("job_1", "other")])
def test_job_that_the_account_does_not_have_is_404(story, asked):
    story.accepts()
    assert not story.breaks(asked, 404)
    assert ("unknown_job_is_404", "JOB-UNKNOWN") in story.breaks(asked, 200, job("queued"))


def test_job_that_is_lost_breaks_a_rule(story):
    story.accepts()
    assert story.breaks(poll(), 404) == {("unknown_job_is_404", "JOB-UNKNOWN")}


def test_ended_job_is_forgotten_after_an_hour_and_not_before(story):
    story.accepts()
    story.tell(poll(), 200, ended := job("completed"))
    story.at = 3599.0
    assert not story.breaks(poll(), 200, ended)
    assert ("ended_job_is_forgotten", "JOB-RETENTION") in story.breaks(poll(), 404)
    story.at = 3600.0
    assert not story.breaks(poll(), 404)
    assert ("ended_job_is_forgotten", "JOB-RETENTION") in story.breaks(poll(), 200, ended)


def test_nothing_is_said_of_a_job_that_ended_unseen_at_some_moment(story):
    story.accepts()
    story.at = 10.0
    story.tell(poll(), 200, ended := job("completed"))
    story.at = 3605.0  # an hour after it was seen to be accepted, and not yet after it was seen to have ended
    assert not story.breaks(poll(), 404)
    assert not story.breaks(poll(), 200, ended)


def test_nothing_is_said_of_a_job_that_may_be_forgotten(story):
    story.accepts()
    story.at = 3601.0
    assert not story.breaks(poll(), 404)
    assert not story.breaks(poll(key="other"), 404)


@pytest.mark.parametrize(("status", "body"), [(None, None), (429, None)])
def test_lost_answers_and_those_of_a_full_window_are_no_jobs(live, status, body):
    live.accepts()
    checks = {check for check, _ in live.breaks(poll(), status, body, retry_after="1")}
    assert checks <= {"rates_are_limited"}


def test_jobs_of_a_list_are_judged_like_polled_ones(story):
    story.accepts()
    body = {"object": "list", "data": [job("queued", progress=2)]}
    assert ("progress_grows_to_one", "JOB-PROGRESS") in story.breaks(LIST, 200, body)


def test_job_whose_submission_told_no_moment_may_have_any(story):
    answer = {name: value for name, value in submitted().items() if name != "created_at"}
    story.tell(submission(), 202, answer)
    assert not story.breaks(poll(), 200, job("queued"))
