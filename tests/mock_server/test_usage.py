from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from contracts.document import load
from mock_server.jobs import EarlyEnd, Frame, Job, JobError, Plan
from mock_server.pricing import Quote
from mock_server.problems import InvalidRequest
from mock_server.usage import usage_page

WAN = load().models["wan-2-6"]
ERROR = JobError(code="upstream_error", type="upstream_error", message="InternalError.Algo: no")
ENTIRE = {"limit": 100, "before": None, "from": None, "to": None, "model": None, "status": None}
FIRST = Job(
    id="job_0",
    model="wan-2-6",
    mode="t2v",
    prompt="sunrise",
    seed=1,
    submitted_at=0,
    base_url="",
    quote=Quote(rate=WAN.rates[0], seconds=Decimal(5), price_micros=450_000),
    frame=Frame(width=1280, height=720, frames=150, has_sound=True),
    plan=Plan(starts_after=0, ends_after=0, reach=10_000),
)
# One job a second; every third one fails.
ENDED = [
    FIRST._replace(
        id=f"job_{number}",
        submitted_at=number * 1_000_000,
        plan=FIRST.plan._replace(error=ERROR if number % 3 == 0 else None),
    )
    for number in range(10)
]


def page(**query):
    jobs, more = usage_page(ENDED, {**ENTIRE, **query})
    return [int(job.id.removeprefix("job_")) for job in jobs], more


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
        ({"before": "use_3"}, [2, 1, 0]),
        ({"from": 7_000_000}, [9, 8, 7]),
        ({"to": 2_000_000}, [1, 0]),
        ({"from": 2_000_000, "to": 2_000_001}, [2]),
        ({"status": "error"}, [9, 6, 3, 0]),
        ({"status": "success", "before": "use_5"}, [4, 2, 1]),
        ({"model": "another"}, []),
        ({"model": "wan-2-6", "to": 1}, [0]),
    ],
)
def test_page_has_what_the_query_asks_for_newest_first(query, numbers):
    """USAGE."""
    assert page(**query) == (numbers, False)


def test_cancelled_job_is_an_error():
    """USAGE."""
    cancelled = FIRST._replace(early_end=EarlyEnd(0, 0, is_cancelled=True))

    assert usage_page([cancelled], {**ENTIRE, "status": "error"}) == ([cancelled], False)


@given(st.integers(1, 12), st.sampled_from([None, "error", "success"]))
def test_pages_together_are_everything_once(limit, status):
    """USAGE."""
    seen, before, more = [], None, True
    while more:
        numbers, more = page(limit=limit, before=before, status=status)
        assert len(numbers) == limit or not more
        assert numbers
        seen += numbers
        before = f"use_{seen[-1]}"

    assert seen == page(status=status)[0]


@pytest.mark.parametrize("before", ["use_10", "job_3", ""])
def test_unknown_cursor_is_refused(before):
    """USAGE."""
    with pytest.raises(InvalidRequest) as caught:
        page(before=before)

    (violation,) = caught.value.violations
    assert (violation.rule, violation.pointer) == ("USAGE", "/before")
    assert f'"{before}" is not an event of this account' in violation.message
