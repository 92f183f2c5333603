"""Emulators that are ended in turn behind nginx lose nothing, and what would be lost is seen."""

import signal

import pytest

from benchmarks.rolling.__main__ import as_lines, rolled
from benchmarks.rolling.books import MICRO, Money, owed
from benchmarks.rolling.fleet import BALANCE, Stop
from benchmarks.rolling.trial import Plan, refused
from benchmarks.rolling.visitor import Seen, Told

PRICE = 690_000
TERM, KILL = (Stop(0, number, 10.0, 10.5) for number in (signal.SIGTERM, signal.SIGKILL))


def jobs(*statuses):
    return [{"price": {"amount": PRICE / MICRO}, "status": status} for status in statuses]


def money(spent):
    return Money(int(BALANCE) * MICRO - spent, 0, spent)


def test_nothing_is_lost_where_emulators_are_ended_in_turn(tool):
    tool("nginx")

    outcome = rolled(Plan(kind="sqlite", number=signal.SIGTERM, emulators=2, clients=4))

    assert not outcome.problems
    assert len(outcome.stops) == 2
    assert [*as_lines(outcome)][-1] == "  ok"


@pytest.mark.parametrize(
    ("status", "began", "ended", "stop", "is_excused"),
    [
        (502, 9.0, 10.2, KILL, True),
        (0, 10.4, 11.0, KILL, True),
        (502, 9.0, 10.2, TERM, False),
        (502, 10.6, 11.0, KILL, False),
        (502, 9.0, 9.9, KILL, False),
        (500, 9.0, 10.2, KILL, False),
    ],
)
def test_only_what_was_under_way_in_a_killed_emulator_may_fail(
    status, began, ended, stop, is_excused
):
    seen = Seen("submit", status, is_wanted=False, began=began, ended=ended)

    assert bool(refused([seen], [stop])) is not is_excused


def test_what_was_wanted_is_no_problem():
    assert not refused([Seen("submit", 202, is_wanted=True, began=1, ended=2)], [TERM])


@pytest.mark.parametrize(
    ("spent", "unanswered", "is_right"),
    [(PRICE, 0, True), (2 * PRICE, 0, False), (0, 0, False), (2 * PRICE, 1, True)],
)
def test_what_is_paid_is_what_was_accepted(spent, unanswered, is_right):
    told = Told("one", unanswered=unanswered)

    assert (not owed(told, jobs("completed", "cancelled"), money(spent))) is is_right


def test_money_that_vanished_is_seen():
    (problem,) = owed(Told("one"), jobs("completed"), Money(0, 0, PRICE))

    assert problem.endswith(f"are left of what it had, {BALANCE} dollars")
