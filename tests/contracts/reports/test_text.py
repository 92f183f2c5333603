"""The report on a terminal and in a log, to the letter."""

import io
import os
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.events import OpinionGiven
from contracts.reports.text import print_text
from tests.contracts.reports.conftest import AT, STARTED, breaks, finished, submitted

FOLDER = Path(__file__).parent / "snapshots"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def printed(contract):
    """Return a function that gives what is printed of events."""

    def run(events, stream=None, **more):
        stream = stream or io.StringIO()
        assert [*print_text(events, stream, contract, AT, **more)] == [*events]
        return stream.getvalue()

    return run


def snapshot(name, text):
    """Compare *text* with a file, or make the file where there is none; RENEW=1 makes it anew."""
    path = FOLDER / name
    if os.environ.get("RENEW"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_report_of_a_broken_api(printed, events):
    snapshot("broken.txt", printed(events, files=lambda number: [f"replay-{number}.sh"]))


def test_report_of_an_api_that_keeps_the_contract(printed, contract):
    snapshot("kept.txt", printed([STARTED, finished(contract, is_complete=True)]))


def test_report_of_a_run_that_was_cut_short(printed, broken):
    snapshot("cut.txt", printed([STARTED, broken]))


def test_terminal_gets_a_bar_and_colours(printed, events):
    text = printed(events, Terminal())

    assert "Checking  [" in text
    assert "100%" in text
    assert "\x1b[31mJOB-FORWARD (" in text
    assert "\x1b[33mREQ-MODEL (" in text


def test_bar_is_not_full_while_steps_are_tried_in_any_order(printed, events):
    text = printed(events[:-1], Terminal())

    assert "Checking in any order" in text
    assert "100%" not in text


def test_run_that_breaks_off_is_told_all_the_same(contract, broken):
    def events():
        yield STARTED
        yield broken
        raise ConnectionError

    stream = io.StringIO()
    with pytest.raises(ConnectionError):
        [*print_text(events(), stream, contract, AT)]

    assert "The run ended before everything was tried." in stream.getvalue()


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_run_that_never_began_is_not_told(printed, broken, stream):
    assert printed([], stream) == ""
    assert printed([broken], stream) == ""


def test_live_run_tells_what_it_may_have_cost(printed, contract):
    text = printed([STARTED, finished(contract, cost=1_350_000)])

    assert text.endswith("4,321 calls, 12 jobs, 1.5 s, US$ 1.3500 at the most.\n")


def test_target_cannot_move_the_cursor(printed, contract):
    history = [submitted({"prompt": "a"})]
    history[0] = history[0].__class__(
        sent=history[0].sent, answer=None, trouble="\x1b[2J\ud800\nok"
    )
    text = printed([STARTED, breaks("JOB-SUBMIT", history)])

    assert r"no answer: \x1b[2J\ud800\nok" in text
    assert "\x1b" not in text


def test_report_of_a_run_against_a_baseline(printed, broken, contract, stale):
    known = replace(broken, is_known=True)
    snapshot("baseline.txt", printed([STARTED, known, finished(contract, compared=stale)]))


def test_why_nobody_tried_again_is_told(printed, broken, contract):
    once = replace(broken, is_reproduced=False, not_replayed="it makes a job")
    text = printed([STARTED, once, finished(contract, notes=("not seen to end: job_1",))])
    assert "  Not tried again: it makes a job.\n" in text
    assert "\nNote: not seen to end: job_1\n" in text


def test_report_of_a_run_that_ran_out_of_time(printed, broken, contract):
    late = replace(broken, is_out_of_time=True)
    left = tuple(f"script {number}" for number in range(20))
    end = finished(contract, is_complete=False, not_reached=left)
    snapshot("late.txt", printed([STARTED, late, replace(late, is_reproduced=False), end]))
    few = printed([STARTED, finished(contract, not_reached=left[:2])])
    assert "Not reached in time: script 0; script 1\n" in few


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            OpinionGiven(cases=1200, dropped=3),
            "Second opinion by Schemathesis: 1,200 requests, 3 left out.",
        ),
        (
            OpinionGiven(trouble="no OpenAPI document is served"),
            "No second opinion by Schemathesis: no OpenAPI document is served.",
        ),
    ],
)
def test_second_opinion_is_told(printed, contract, given, line):
    told = printed([STARTED, given, finished(contract, is_complete=True)])
    assert line in told.splitlines()
