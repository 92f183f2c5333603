import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest


def test_clock_is_advanced(account, api):
    begun = account.clock.now
    job_id = api.job_id()
    assert api.poll(job_id).json()["status"] == "queued"

    account.clock.advance(300)

    assert account.clock.now - begun == timedelta(seconds=300)
    assert api.poll(job_id).json()["status"] == "completed"


def test_moments_are_in_utc(account):
    account.clock.mode = "real"

    assert account.clock.now.tzinfo is UTC
    assert abs(datetime.now(UTC) - account.clock.now) < timedelta(minutes=1)


def test_mode_can_be_set(account):
    account.clock.mode = "skip"

    assert account.clock.mode == "skip"


def test_unknown_mode_is_told(account):
    with pytest.raises(ValueError, match='mode: "sundial" is not one of real, manual, skip'):
        account.clock.mode = "sundial"


@pytest.mark.parametrize("seconds", [-1, math.nan, math.inf, Decimal("1e30"), "1", None, True])
def test_clock_cannot_be_advanced_by_anything_else(account, seconds):
    with pytest.raises(ValueError, match=r"seconds|NaN|Infinity"):
        account.clock.advance(seconds)


def test_parts_of_a_second_count(account):
    begun = account.clock.now
    account.clock.advance(Decimal("0.25"))
    account.clock.advance(0.5)

    assert account.clock.now - begun == timedelta(milliseconds=750)


def test_repr_has_mode_and_time(account):
    now = account.clock.now.strftime("%Y-%m-%dT%H:%M:%S")

    assert repr(account.clock).startswith(f"<MockClock manual {now}.")
