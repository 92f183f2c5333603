"""Baselines: what is known, what is stale, and what cannot be read."""

import json
from dataclasses import replace

import pytest

from contracts.baseline import BaselineError, compared, read_baseline
from contracts.events import RuleBroken, RunFinished, ScriptDone
from contracts.outcome import is_bad
from contracts.reports.document import document
from tests.contracts.reports.conftest import STARTED, finished


@pytest.fixture
def baseline(tmp_path, report):
    """Return a function that writes the report, changed, and returns the file."""

    def write(**changes):
        found = document(report)
        found["failures"][0].update(changes)
        path = tmp_path / "report.json"
        path.write_text(json.dumps(found))
        return path

    return write


def test_failures_of_a_report_are_known_and_what_was_observed_is_not(baseline, broken):
    (known,) = read_baseline(baseline())
    assert known.place == broken.failure.place
    assert known.script.steps == broken.script.steps


def outcome(events):
    """Return what became of the baseline at the end of *events*."""
    last = events[-1]
    assert isinstance(last, RunFinished)
    assert last.compared is not None
    return last.compared


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", "not JSON; report.json of an earlier"),
        ("[" * 100_000, "not JSON"),
        ("[]", "has no failures"),
        ('{"failures": [1]}', "/failures/0 is no object"),
        ('{"failures": [{}]}', "/failures/0/rule is None and no text"),
    ],
)
def test_file_that_is_no_report_is_told(tmp_path, content, expected):
    path = tmp_path / "report.json"
    path.write_text(content)
    with pytest.raises(BaselineError, match=expected):
        read_baseline(path)


@pytest.mark.parametrize("script", [None, {"name": "x"}, 3])
def test_failure_without_a_script_is_told(baseline, script):
    with pytest.raises(BaselineError, match="/failures/0/script: not a script"):
        read_baseline(baseline(script=script))


def test_known_failure_that_fails_still_is_nothing_bad(baseline, broken, contract):
    known = read_baseline(baseline())
    events = [*compared([STARTED, broken, finished(contract)], known)]
    assert isinstance(events[1], RuleBroken)
    assert events[1].is_known
    assert outcome(events).still == known
    assert not is_bad(events)


def test_known_failure_elsewhere_in_a_list_is_the_same(broken):
    def at(pointer):
        verdict = replace(broken.failure.verdict, pointer=pointer)
        return replace(broken.failure, verdict=verdict).place

    assert at("/data/0/status") == at("/data/17/status")
    assert at("/data/0/status") != at("/data/0/error")


def test_known_failure_that_is_gone_is_bad(baseline, contract):
    known = read_baseline(baseline())
    events = [*compared([STARTED, finished(contract)], known)]
    assert outcome(events).stale == known
    assert is_bad(events)


@pytest.mark.parametrize(
    "more", [{"is_complete": False}, {"not_checked": {"JOB-FORWARD": "no time"}}]
)
def test_known_failure_that_was_not_tried_is_not_stale(baseline, contract, more):
    known = read_baseline(baseline())
    events = [*compared([STARTED, finished(contract, **more)], known)]
    assert outcome(events).untold == known
    assert not is_bad(events)


@pytest.mark.parametrize(
    ("done", "expected"), [((), "untold"), ((False,), "untold"), ((True,), "stale")]
)
def test_known_failure_of_a_live_api_is_stale_only_where_its_script_was_tried(
    baseline, contract, done, expected
):
    known = read_baseline(baseline())
    live = replace(STARTED, is_emulator=False)
    tried = [ScriptDone(script=known[0].script, number=1, is_whole=whole) for whole in done]
    told = outcome([*compared([live, *tried, finished(contract)], known)])
    assert getattr(told, expected) == known


def test_other_failure_beside_a_known_one_is_bad(baseline, broken, observed, contract):
    other = replace(broken, failure=replace(broken.failure, check="another_check"))
    events = [STARTED, broken, other, observed, finished(contract)]
    assert is_bad(compared(events, read_baseline(baseline())))


def test_what_is_only_observed_is_nothing_bad(observed, contract):
    assert not is_bad([STARTED, observed, finished(contract)])
