"""Checks of query parameters."""

import pytest

from tests.contracts.conftest import event, get, refusal, usage_page

CHECK = "bad_queries_are_refused"


def rules(found):
    return {rule for check, rule in found if check == CHECK}


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ("/v1/jobs?limit=0", "JOB-LIST"),
        ("/v1/jobs?limit=101", "JOB-LIST"),
        ("/v1/jobs?limit=x", "JOB-LIST"),
        ("/v1/jobs?limit=", "JOB-LIST"),
        ("/v1/jobs?limit=%C2%B2", "JOB-LIST"),
        ("/v1/jobs?status=done", "JOB-LIST"),
        ("/v1/account/usage?limit=201", "USAGE"),
        ("/v1/account/usage?status=failed", "USAGE"),
        ("/v1/account/usage?before=", "USAGE"),
        ("/v1/account/usage?from=0", "USAGE"),
        ("/v1/account/usage?to=2026-11-22T18:00:00", "USAGE"),
        ("/v1/files/sign", "OUT-URL"),
        ("/v1/files/sign?file_id=", "OUT-URL"),
    ],
)
def test_bad_parameter_is_refused(story, target, rule):
    assert not story.breaks(get(target), 400, refusal())
    assert rules(story.breaks(get(target), 200, {"data": []})) == {rule}


@pytest.mark.parametrize(
    "target",
    ["/v1/jobs?limit=1", "/v1/jobs?limit=100&status=failed", "/v1/account/usage?model=x&limit=200"],
)
def test_good_parameter_is_not(story, target):
    assert not rules(story.breaks(get(target), 200, usage_page()))
    assert rules(story.breaks(get(target), 400, refusal()))


@pytest.mark.parametrize("status", [None, 401, 429])
def test_answers_about_the_caller_tell_nothing(live, status):
    assert not rules(live.breaks(get("/v1/jobs?limit=0"), status, {}, retry_after="1"))


def test_event_that_nobody_was_told_of_is_refused(story):
    page = "/v1/account/usage?before="
    assert not story.breaks(get("/v1/account/usage"), 200, usage_page(event()))
    assert not story.breaks(get(f"{page}use_job_1"), 200, usage_page())
    assert not story.breaks(get(f"{page}use_other"), 400, refusal())
    assert rules(story.breaks(get(f"{page}use_other"), 200, usage_page())) == {"USAGE"}
    assert rules(story.breaks(get(f"{page}use_job_1"), 400, refusal())) == {"USAGE"}


def test_moment_with_a_zone_is_taken(story):
    target = "/v1/account/usage?from=2026-11-22T18:00:00Z&to=2026-11-22T18:00:00%2B01:00"
    assert not rules(story.breaks(get(target), 200, usage_page()))
