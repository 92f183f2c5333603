"""Checks of the list of an account's jobs."""

import pytest

from tests.contracts.conftest import LIST, get, job, poll

CHECK = "list_has_the_newest_jobs_of_the_account"


@pytest.fixture
def told(story):
    """Tell of a list after three submissions, one of them of another account; return the rules broken."""
    for number, key in enumerate(["main", "main", "other"], 1):
        story.accepts(f"job_{number}", key=key)

    def tell(*ids, target=LIST.target, status="queued", **changes):
        jobs = [job(status, one) for one in ids]
        body = {"object": "list", "data": jobs, **changes}
        return {rule for check, rule in story.breaks(get(target), 200, body) if check == CHECK}

    return tell


@pytest.mark.parametrize(
    ("ids", "query"),
    [
        (["job_2", "job_1"], ""),
        (["job_2"], "?limit=1"),
        ([], "?status=failed"),
        (["job_0", "job_2", "job_1"], ""),
    ],
)
def test_newest_jobs_first_break_nothing(told, ids, query):
    assert not told(*ids, target=f"/v1/jobs{query}")


@pytest.mark.parametrize(
    ("ids", "query", "rule"),
    [
        (["job_1", "job_2"], "", "JOB-LIST"),
        (["job_2"], "", "JOB-LIST"),
        (["job_2", "job_2", "job_1"], "", "JOB-LIST"),
        (["job_2", "job_1"], "?limit=1", "JOB-LIST"),
        (["job_1"], "?limit=1", "JOB-LIST"),
        (["job_2"], "?status=failed", "JOB-LIST"),
        (["job_3", "job_2", "job_1"], "", "JOB-UNKNOWN"),
    ],
)
def test_list_that_is_a_little_wrong_breaks_the_rule(told, ids, query, rule):
    assert rule in told(*ids, target=f"/v1/jobs{query}")


def test_list_is_said_to_be_one(told):
    assert told("job_2", "job_1", object="array") == {"JOB-LIST"}


def test_jobs_that_may_be_forgotten_may_be_left_out(story):
    story.accepts()
    story.at = 3600.0
    assert not story.breaks(LIST, 200, {"object": "list", "data": []})


def test_live_list_may_be_full_of_other_jobs(live):
    live.accepts()
    body = {"object": "list", "data": [job("queued", "job_0")]}
    assert not live.breaks(get("/v1/jobs?limit=1"), 200, body)


def test_job_is_not_left_out_for_a_newer_one_of_another_status(story):
    for number in (1, 2):
        story.accepts(f"job_{number}")
    story.tell(poll(), 200, job("completed"))
    story.tell(poll("job_2"), 200, job("queued", "job_2"))
    target = "/v1/jobs?status=completed&limit=1"
    assert (CHECK, "JOB-LIST") in story.breaks(get(target), 200, {"object": "list", "data": []})
    story.at = 1.0  # the other may be completed by now
    assert not story.breaks(get(target), 200, {"object": "list", "data": []})


def test_job_that_is_forgotten_is_in_no_list(story):
    story.accepts()
    story.tell(poll(), 200, job("completed"))
    story.at = 3600.0
    body = {"object": "list", "data": [job("completed")]}
    assert (CHECK, "JOB-RETENTION") in story.breaks(LIST, 200, body)


@pytest.mark.parametrize(("status", "body"), [(None, None), (200, b"x"), (500, {})])
def test_no_list_is_no_list(story, status, body):
    assert CHECK not in {check for check, _ in story.breaks(LIST, status, body)}


def test_job_that_comes_from_nowhere_breaks_the_rule(told):
    assert not told("job_0", "job_2", "job_1")
    assert not told("job_2", "job_1", "job_0")
    assert "JOB-LIST" in told("job_9", "job_2", "job_1", "job_0")


def test_older_jobs_may_come_up_behind_a_full_list(told):
    many = [f"job_{number:02}" for number in range(25)]
    assert not told("job_2", "job_1", *many[:23])
    assert not told("job_2", "job_1", *many[2:])
