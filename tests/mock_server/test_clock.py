import re
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from mock_server.clock import (
    EPOCH,
    LATEST_AT,
    SECOND,
    Clock,
    ClockMode,
    Steady,
    microseconds,
    system_now,
    timestamp,
)

NOON = 1_795_370_400 * SECOND
MOVES = st.integers(0, 10**9)


class Hand:
    """The machine's time, moved by hand."""

    def __init__(self, at=NOON):
        self.at = at

    def __call__(self):
        return self.at


class AnyClock(RuleBasedStateMachine):
    """A clock never goes back, whatever is done to it and to the machine's clock."""

    def __init__(self):
        super().__init__()
        self.hand = Hand()
        self.clock = Clock(Steady(self.hand), ClockMode.REAL)
        self.seen = NOON

    def look(self):
        now = self.clock.now()
        assert now >= self.seen
        self.seen = now
        return now

    @rule(by=MOVES)
    def machine_goes_on(self, by):
        before = self.look()
        self.hand.at += by
        assert self.look() <= before + by
        assert self.clock.mode is not ClockMode.MANUAL or self.look() == before

    @rule(by=MOVES)
    def machine_goes_back(self, by):
        self.hand.at -= by
        self.look()

    @rule(by=MOVES)
    def machine_goes_back_unseen(self, by):
        self.hand.at -= by

    @rule(mode=st.sampled_from(ClockMode))
    def enter(self, mode):
        before = self.look()
        self.clock.enter(mode)
        assert self.clock.mode is mode
        assert self.look() == before

    @rule(seconds=st.decimals(0, 1000, places=6))
    def advance(self, seconds):
        before = self.look()
        self.clock.advance(seconds)
        self.seen = before + int(seconds * SECOND)
        assert self.look() == self.seen

    @rule(by=st.integers(-(10**9), 10**9))
    def move_to(self, by):
        before = self.look()
        self.clock.move_to(before + by)
        self.seen = max(before, before + by)
        self.look()

    @rule(by=MOVES)
    def move_unseen(self, by):
        self.seen += by
        self.clock.move_to(self.seen)


TestAnyClock = AnyClock.TestCase
TestAnyClock.settings = settings(max_examples=60)


def test_entering_manual_stops_and_leaving_goes_on_from_there():
    hand = Hand()
    clock = Clock(hand, ClockMode.REAL)

    clock.enter(ClockMode.MANUAL)
    hand.at += 5 * SECOND
    assert clock.now() == NOON
    clock.enter(ClockMode.REAL)
    hand.at += 2 * SECOND
    assert clock.now() == NOON + 2 * SECOND


@pytest.mark.parametrize("mode", ClockMode)
def test_advancing_works_in_every_mode(mode):
    clock = Clock(Hand(), mode)

    clock.advance(300)

    assert clock.now() == NOON + 300 * SECOND


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        (-1, "-1 is not a number of seconds from 0 up"),
        (float("nan"), "nan is not a number of seconds from 0 up"),
        (Decimal("inf"), "Infinity is not a number of seconds from 0 up"),
        (10**12, "1000000000000 seconds lead beyond the year 9989"),
        (Decimal("1e1000000"), "1E+1000000 seconds lead beyond the year 9989"),
    ],
)
def test_seconds_that_cannot_be_are_refused(seconds, message):
    clock = Clock(Hand(), ClockMode.MANUAL)

    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        clock.advance(seconds)

    assert clock.now() == NOON


def test_clock_stops_where_timestamps_would_end():
    clock = Clock(Hand(), ClockMode.MANUAL)

    clock.move_to(LATEST_AT + 1)
    clock.advance(0)

    assert timestamp(clock.now()) == "9990-01-01T00:00:00.000Z"
    with pytest.raises(ValueError, match="lead beyond"):
        clock.advance(1)


@given(st.decimals(0, 10**9) | st.floats(0, 10**9))
def test_seconds_become_microseconds_rounded_half_up(seconds):
    assert microseconds(seconds) == floor(Fraction(seconds) * SECOND + Fraction(1, 2))


@given(st.integers(0, LATEST_AT))
def test_timestamp_is_the_moment_in_utc_cut_to_milliseconds(at):
    text = timestamp(at)

    assert text.endswith("Z")
    assert len(text) == len("2026-11-22T18:00:00.000Z")
    assert (datetime.fromisoformat(text) - EPOCH).total_seconds() == pytest.approx(
        at // 1000 / 1000, abs=1e-4
    )


def test_system_time_is_in_microseconds():
    assert NOON / 100 < system_now() < LATEST_AT
