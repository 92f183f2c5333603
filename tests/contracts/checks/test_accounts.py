"""Checks of keys, and of the service's health."""

import pytest

from tests.contracts.conftest import get, refusal

JOBS = "/v1/jobs"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (get(JOBS, None), "missing_api_key"),
        (get(JOBS, None, authorization="Bearer nonsense"), "invalid_api_key"),
        (get("/v1/models", None, x_api_key="nonsense"), "invalid_api_key"),
    ],
)
def test_bad_key_is_refused(story, asked, code):
    assert not story.breaks(asked, 401, refusal(code))
    assert story.breaks(asked, 401, refusal("job_not_found"))
    assert ("bad_keys_are_refused", "AUTH-KEY" if code[0] == "m" else "AUTH-FORM") in story.breaks(
        asked, 200, {"object": "list", "data": []}
    )


@pytest.mark.parametrize("target", ["/v1/models", "/livez", "/health", "/nothing"])
def test_key_that_nobody_asks_for_may_be_missing(story, target):
    body = b'{"object":"list","data":[],"status":"ok","service":"gateway"}'
    checks = {check for check, _ in story.breaks(get(target, None), 200, body)}
    assert "bad_keys_are_refused" not in checks


def test_code_without_a_key_is_not_held_against_a_live_api(live):
    (found,) = live.tell(get(JOBS, None), 401, refusal("invalid_api_key"))
    assert found.is_observed


def test_good_key_is_let_in(story):
    assert story.breaks(get("/v1/jobs"), 401, refusal("invalid_api_key")) == {
        ("good_keys_are_let_in", "AUTH-KEY")
    }


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("/livez", b'{"status":"ok"}'),
        ("/health", b'{"service":"gateway","status":"ok","checked_at":1,"workers":{}}'),
    ],
)
def test_service_is_well(story, target, body):
    check = "service_tells_that_it_is_well", "HEALTH"
    assert not story.breaks(get(target, None), 200, body)
    assert story.breaks(get(target, None), 503, body) == {check}
    assert story.breaks(get(target, None), 200, body.replace(b":", b": ")) == {check}


def test_lost_answer_breaks_nothing(story):
    assert not story.breaks(get(JOBS, None), None)
    assert not story.breaks(get("/livez", None), None)


def test_form_of_health_is_not_held_against_a_live_api(story, live):
    body = b'{"service":"gateway","status":null,"checked_at":1,"workers":{}}'
    assert story.breaks(get("/health", None), 200, body)
    (found,) = live.tell(get("/health", None), 200, body)
    assert found.is_observed
