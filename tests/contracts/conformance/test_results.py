"""What comes of cases: states, money and baselines."""

import json
from dataclasses import replace

import pytest

from contracts.conformance import money
from contracts.conformance.baseline import Baseline, ReportError, read_baseline
from contracts.conformance.result import State, judged
from contracts.conformance.said import Said
from tests.contracts.conformance.conftest import CASES, JOB, entry, trial

PLAIN, JITTER = CASES["request-plain"], CASES["poll-jitter"]
HUNG = {"said": None, "trouble": "it hung"}


@pytest.mark.parametrize(
    ("case", "changes", "state"),
    [
        (PLAIN, {}, State.PASSED),
        (PLAIN, HUNG, State.FAILED),
        (PLAIN, {"said": Said(outcome="skipped", message="no pictures")}, State.SKIPPED),
        (PLAIN, {"said": Said(outcome="skipped")}, State.SKIPPED),
        (JITTER, {}, State.SKIPPED),
        (JITTER, HUNG, State.FAILED),
        (PLAIN, {"jobs": [], "video": None, "saved": None}, State.FAILED),
    ],
)
def test_trial_is_judged(case, changes, state):
    result = judged(case, trial(entry(), entry("submit"), **changes))
    assert result.state is state
    assert (result.reason is not None) == (state is State.SKIPPED)


def test_jobs_that_nobody_needed_are_counted():
    good = judged(PLAIN, trial(entry("submit")))
    twice = judged(PLAIN, trial(jobs=[JOB, JOB]))
    none = judged(CASES["submit-400"], trial(jobs=[]))
    assert money.result([good, none]).state is State.PASSED
    found = money.result([good, twice, none])
    assert (found.state, found.findings[0].received) == (
        State.FAILED,
        "3 jobs: US$ 0.45 for nothing",
    )
    assert money.result([none]).state is State.SKIPPED


def test_failure_that_is_known_is_known():
    failed = judged(PLAIN, trial(**HUNG))
    assert Baseline(frozenset({"request-plain"})).applied(failed).state is State.KNOWN
    assert Baseline().applied(failed).state is State.FAILED
    passed = judged(PLAIN, trial(entry("submit")))
    assert Baseline(frozenset({"request-plain"})).applied(passed).state is State.PASSED


def test_baseline_has_what_failed_and_what_was_known(tmp_path):
    states = {"a": "failed", "b": "passed", "c": "known", "d": "skipped"}
    cases = [
        {"id": id_, "family": "x", "level": "MUST", "state": one} for id_, one in states.items()
    ]
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"client": "x", "cases": cases}))
    assert read_baseline(path).failing == {"a", "c"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"cases": []}',
        '{"client": "x", "cases": [5]}',
        '{"client": "x", "cases": [{"id": 5}]}',
        '{"client": "x", "cases": [{"id": "a", "family": "b", "level": "MUST", "state": "zzz"}]}',
    ],
)
def test_anything_else_is_no_baseline(tmp_path, text):
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(ReportError, match="would do"):
        read_baseline(path)
    with pytest.raises(ReportError, match="No such file"):
        read_baseline(tmp_path / "nothing.json")


def test_every_case_can_be_read_about():
    assert len(CASES) > 45
    for case in CASES.values():
        assert case.text.endswith(".")
        assert case.why.endswith(".")
        assert case.fix.example
        assert replace(case, id="x").id == "x"
