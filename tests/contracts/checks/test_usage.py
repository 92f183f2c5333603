"""Checks of the usage page's form."""

import pytest

from tests.contracts.conftest import USAGE, event, get, job, poll, result, usage_page

OLDER = "2026-11-22T18:00:00.000Z"
CHECK = ("usage_page_has_the_published_form", "USAGE")


def test_sound_page_breaks_nothing(story):
    assert not story.breaks(USAGE, 200, usage_page(event("a"), event("b", created_at=OLDER)))


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("", usage_page(event("a", created_at=OLDER), event("b"))),
        ("?limit=1", usage_page(event("a"), event("b"))),
        ("?status=error", usage_page(event("a"))),
        ("", usage_page(data={})),
        ("", usage_page(event("a", cost=5))),
        ("", usage_page(balance=1, next_cursor=5)),
    ],
)
def test_page_that_is_a_little_wrong_breaks_the_rule(story, query, page):
    assert CHECK in story.breaks(get(f"{USAGE.target}{query}"), 200, page)


def test_limit_that_is_none_bounds_nothing(story):
    found = story.breaks(get(f"{USAGE.target}?limit=x"), 200, usage_page(event("a")))
    assert CHECK not in found


def test_page_is_of_the_model_that_was_asked_for(story):
    target = f"{USAGE.target}?model=wan-0"
    assert CHECK in story.breaks(get(target), 200, usage_page(event("a")))
    assert not story.breaks(get(target), 200, usage_page())


def test_page_of_a_model_has_the_events_of_its_jobs(story):
    story.accepts()
    story.tell(poll(), 200, job("completed"))
    found = story.breaks(get(f"{USAGE.target}?model=wan-2-6"), 200, usage_page())
    assert ("usage_has_every_job_that_ended", "USAGE") in found
    assert not story.breaks(get(f"{USAGE.target}?model=wan-0"), 200, usage_page())


def test_page_of_a_status_has_as_many_events_as_there_are_jobs(story):
    for name, status in (("job_1", "cancelled"), ("job_2", "completed")):
        story.accepts(name)
        story.tell(poll(name), 200, job(status, name))
    target = f"{USAGE.target}?status=error&limit=1"
    assert CHECK in story.breaks(get(target), 200, usage_page())
    free = event("job_1", 0.0, status="error")
    assert CHECK not in story.breaks(get(target), 200, usage_page(free))
    before = f"{USAGE.target}?status=error&before=use_job_1"
    assert CHECK not in story.breaks(get(before), 200, usage_page())


@pytest.mark.parametrize("status", [None, 500])
def test_no_page_is_no_page(story, status):
    assert CHECK not in story.breaks(USAGE, status, {})


def test_pages_have_no_event_of_another_account(story):
    story.accepts(key="other")
    told = usage_page(event("job_1"))
    assert ("usage_has_every_job_that_ended", "USAGE") in story.breaks(USAGE, 200, told)


def test_job_that_is_an_event_has_ended(story):
    story.accepts()
    assert not story.breaks(poll(), 200, job("processing"))
    story.breaks(USAGE, 200, usage_page(event("job_1")))
    assert story.breaks(poll(), 200, job("processing")) == {("booked_job_has_ended", "USAGE")}
    assert not story.breaks(poll(), 200, job("completed", result=result()))
