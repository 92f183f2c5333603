"""Checks of what jobs cost."""

import pytest

from tests.contracts.conftest import (
    LIST,
    URL,
    USAGE,
    cancel,
    event,
    get,
    job,
    poll,
    result,
    submission,
    submitted,
    usage_page,
)

FLASH = {"mode": "i2v", "image": "https://example.com/a.png", "flash_mode": True}


def rules(story, body):
    return {rule for _, rule in story.breaks(poll(), 200, body)}


@pytest.mark.parametrize(
    ("fields", "seconds", "amount"),
    [
        ({}, 5, 0.45),
        ({"resolution": "1080p", "duration": 15}, 15, 2.07),
        ({"duration": 5.5}, 5.5, 0.495),
        ({**FLASH}, 5, 0.225),
        ({**FLASH, "audio": False}, 5, 0.1125),
        ({"flash_mode": True}, 5, 0.45),
        ({"mode": "r2v", "image": FLASH["image"], "duration": 12}, 10, 0.9),
    ],
)
def test_price_is_the_rate_times_the_seconds(story, fields, seconds, amount):
    story.accepts(**fields)
    assert not rules(story, job("completed", result=result(seconds=seconds, amount=amount)))


@pytest.mark.parametrize(
    ("fields", "told", "rule"),
    [
        ({}, result(amount=0.46), "PRICE-STANDARD-720P"),
        ({}, result(amount=0.450001), "PRICE-STANDARD-720P"),
        ({}, result(amount="0.45"), "PRICE-STANDARD-720P"),
        ({"resolution": "1080p"}, result(amount=0.45), "PRICE-STANDARD-1080P"),
        ({**FLASH}, result(amount=0.45), "PRICE-FLASH-720P-AUDIO"),
        ({**FLASH, "audio": False}, result(amount=0.225), "PRICE-FLASH-720P-SILENT"),
        ({}, result(seconds=6), "PRICE-SECONDS"),
        ({}, result() | {"usage": None}, "PRICE-SECONDS"),
        ({"flash_mode": True}, result(amount=0.225), "FLASH-SCOPE"),
        ({"duration": 5.5}, result(seconds=5), "REQ-DURATION-FRACTION"),
        ({"mode": "r2v", "image": FLASH["image"], "duration": 12}, result(seconds=12), "R2V-CAP"),
        ({"image": FLASH["image"], "flash_mode": True}, result(amount=0.45), "MODE-AUTO"),
        ({**FLASH}, result(amount=0.45), "MODE-EXPLICIT"),
    ],
)
def test_price_that_is_a_little_wrong_breaks_the_rule(story, fields, told, rule):
    story.accepts(**fields)
    assert rule in rules(story, job("completed", result=told))


def test_live_api_need_not_tell_a_cost(live):
    live.accepts()
    usage = {"billable_units": 5, "billing_unit": "video-second"}
    found = live.tell(poll(), 200, job("completed", result=result() | {"usage": usage}))
    assert all(failure.is_observed for failure in found)


def test_job_that_was_not_seen_to_be_accepted_has_no_price(story):
    body = {"object": "list", "data": [job("completed", "job_9")]}
    assert not story.breaks(LIST, 200, body)


def test_failed_job_tells_no_result(story):
    story.accepts(image="bunny://nothing")
    told = job("failed", result=result())
    told["error"]["message"] = "InvalidURL: gone"
    assert rules(story, told) == {"JOB-RESULT", "PRICE-FAILED"}


@pytest.fixture
def ended(story):
    """Two jobs, the first completed and the second cancelled."""
    story.accepts("job_1")
    story.accepts("job_2")
    story.tell(poll("job_1"), 200, job("completed"))
    story.tell(cancel("job_2"), 200, job("cancelled", "job_2"))
    return story


CANCELLED = event("job_2", 0, status="error")


def test_each_job_that_ended_is_one_event(ended):
    assert not ended.breaks(USAGE, 200, usage_page(event("job_1"), CANCELLED))


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        ([event("job_1")], "USAGE"),
        ([event("job_1"), event("job_1"), CANCELLED], "PRICE-ONCE"),
        ([event("job_1", 0.5), CANCELLED], "PRICE-STANDARD-720P"),
        ([event("job_1"), event("job_2", 0.45, status="error")], "PRICE-FAILED"),
        ([event("job_1"), event("job_2", 0)], "USAGE"),
    ],
)
def test_events_that_are_a_little_wrong_break_the_rule(ended, events, rule):
    assert rule in {rule for _, rule in ended.breaks(USAGE, 200, usage_page(*events))}


@pytest.mark.parametrize(
    ("asked", "status", "page"),
    [
        (get("/v1/account/usage?limit=1"), 200, usage_page()),
        (USAGE, 200, usage_page(next_cursor="use_1")),
        (USAGE, 503, {}),
        (USAGE, None, None),
    ],
)
def test_nothing_is_missed_on_a_part_of_the_events(ended, asked, status, page):
    checks = {check for check, _ in ended.breaks(asked, status, page)}
    assert "usage_has_every_job_that_ended" not in checks


def test_money_that_nobody_spent_is_missed(story):
    story.tell(USAGE, 200, usage_page(balance=10))
    story.accepts()
    assert not story.breaks(USAGE, 200, usage_page(balance=9.55))
    lost = "usage_has_every_job_that_ended", "PRICE-ONCE"
    assert lost in story.breaks(USAGE, 200, usage_page(balance=9.54))


def test_job_that_had_to_be_refused_has_no_price(story):
    story.tell(submission(duration=99), 202, submitted())
    assert not story.breaks(poll(), 200, job("completed", result=result(amount=9)))
    assert not story.breaks(USAGE, 200, usage_page(event("job_1", 9)))


def test_events_on_a_part_of_the_pages_are_judged(ended):
    page = usage_page(event("job_1", 0.5), next_cursor="use_1")
    assert ("usage_has_every_job_that_ended", "PRICE-STANDARD-720P") in ended.breaks(
        USAGE, 200, page
    )


ANONYMOUS = {name: value for name, value in event().items() if name != "job_id"}


@pytest.mark.parametrize(
    ("urls", "observed"),
    [([URL], set()), (["https://cdn.example/other.mp4"], {"USAGE"}), (None, {"USAGE"})],
)
def test_event_of_a_live_api_that_names_no_job_is_told_by_its_video(live, urls, observed):
    live.accepts("job_1")
    live.tell(poll("job_1"), 200, job("completed"))
    found = live.tell(USAGE, 200, usage_page({**ANONYMOUS, "output_urls": urls}))
    assert {
        one.verdict.rule
        for one in found
        if one.is_observed and one.check == "usage_has_every_job_that_ended"
    } == observed
    assert all(one.is_observed for one in found if one.check == "usage_has_every_job_that_ended")
