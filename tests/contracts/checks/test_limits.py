"""Checks of rates and of credit."""

import pytest

from contracts.exchange import json_request
from tests.contracts.conftest import (
    USAGE,
    cancel,
    get,
    job,
    poll,
    refusal,
    submission,
    submitted,
    usage_page,
)

LOOK = get("/v1/models/wan-0")
GONE = refusal("model_not_found")
FULL = refusal("rate_limit_exceeded")
POOR = refusal("insufficient_credits")


def terms(story, balance="unlimited", rpm=0):
    sent = json_request("control", "PATCH", "/_mock/account", {"balance": balance, "rpm": rpm})
    assert not story.tell(sent, 200, {"account": "m", "balance": balance, "rpm": rpm})


def rules(found):
    return {
        rule for check, rule in found if check in {"rates_are_limited", "poor_accounts_are_refused"}
    }


@pytest.fixture
def full(story):
    """An account of 2 requests a minute that has sent 2, at 0 s and at 10.5 s."""
    terms(story, rpm=2)
    assert not story.breaks(LOOK, 404, GONE)
    story.at = 10.5
    assert not story.breaks(LOOK, 404, GONE)
    story.at = 20.0
    return story


def test_full_window_is_429_and_tells_when_the_next_passes(full):
    assert not full.breaks(LOOK, 429, FULL, retry_after="51")
    assert full.counted("LIMIT-RPM")[1] == 5


@pytest.mark.parametrize(
    ("status", "body", "after"),
    [(404, GONE, ""), (429, FULL, "50"), (429, FULL, "52"), (429, FULL, "soon"), (429, GONE, "51")],
)
def test_full_window_that_is_told_wrongly_breaks_the_rule(full, status, body, after):
    assert rules(full.breaks(LOOK, status, body, retry_after=after)) == {"LIMIT-RPM"}


def test_window_slides(full):
    full.at = 60.0
    assert not full.breaks(LOOK, 404, GONE)
    assert rules(full.breaks(LOOK, 404, GONE)) == {"LIMIT-RPM"}


def test_refused_requests_count(full):
    full.tell(LOOK, 429, FULL, retry_after="51")
    full.at = 61.0
    assert not full.breaks(LOOK, 429, FULL, retry_after="19")


def test_429_within_the_limit_breaks_the_rule(full):
    full.at = 60.0
    assert rules(full.breaks(LOOK, 429, FULL, retry_after="1")) == {"LIMIT-RPM"}


def test_rates_that_nobody_told_of_are_not_counted(story, live):
    assert not story.breaks(LOOK, 429, FULL, retry_after="60")
    assert rules(story.breaks(LOOK, 429, FULL, retry_after="61")) == {"LIMIT-RPM"}
    assert not live.breaks(LOOK, 404, GONE)


def test_other_accounts_and_keyless_requests_do_not_count(full):
    assert not full.breaks(get(LOOK.target, "other"), 404, GONE)
    assert not full.breaks(get(LOOK.target, None), 404, GONE)
    assert not full.breaks(get(LOOK.target), None)


def test_price_above_the_balance_is_402(story):
    terms(story, balance=0.449999)
    assert not story.breaks(submission(), 402, POOR)
    assert rules(story.breaks(submission(), 202, submitted())) == {"CREDIT"}


@pytest.mark.parametrize("body", [{**POOR, "job_id": "job_1"}, GONE])
def test_refusal_for_credit_that_is_a_little_wrong_breaks_the_rule(story, body):
    terms(story, balance=0.4)
    assert rules(story.breaks(submission(), 402, body)) == {"CREDIT"}


def test_balance_that_just_does_is_held(story):
    terms(story, balance=0.45)
    assert rules(story.breaks(submission(), 402, POOR)) == {"CREDIT"}
    story.accepts()
    assert not story.breaks(submission(), 402, POOR)
    assert rules(story.breaks(submission(), 202, submitted("job_2"))) == {"CREDIT"}


def test_hold_of_a_cancelled_job_is_given_back(story):
    terms(story, balance=0.45)
    story.accepts()
    story.tell(cancel(), 200, job("cancelled"))
    assert rules(story.breaks(submission(), 402, POOR)) == {"CREDIT"}


def test_completed_job_is_paid_for(story):
    terms(story, balance=0.45)
    story.accepts()
    story.tell(poll(), 200, job("completed"))
    assert rules(story.breaks(submission(), 202, submitted("job_2"))) == {"CREDIT"}


def test_job_that_is_being_cancelled_may_have_given_back_its_hold(story):
    terms(story, balance=0.45)
    story.accepts()
    story.tell(cancel(), 200, job("processing"))
    assert not story.breaks(submission(), 402, POOR)
    assert not story.breaks(submission(), 202, submitted("job_2"))


def test_usage_page_tells_the_balance_anew(story):
    terms(story, balance=0.45)
    story.accepts()
    story.tell(cancel(), 200, job("cancelled"))
    story.tell(USAGE, 200, usage_page(balance=0.2))
    assert not story.breaks(submission(), 402, POOR)


def test_unlimited_balance_and_a_job_of_unknown_price_leave_it_open(story):
    terms(story)
    assert not rules(story.breaks(submission(), 402, POOR))
    terms(story, balance=0.1)
    story.tell(submission(duration=99), 202, submitted("job_9"))
    assert not rules(story.breaks(submission(), 202, submitted()))


@pytest.mark.parametrize("status", [None, 429])
def test_answer_to_nobody_says_nothing_of_credit(story, status):
    terms(story, balance=0.1)
    broken = story.breaks(submission(), status, FULL, retry_after="1")
    assert not {check for check, _ in broken} - {"rates_are_limited"}
