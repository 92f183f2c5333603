"""A run that many wait for happens once."""

import pytest

from contracts.suite.outcome import Outcome, RuleOutcome
from contracts.suite.sharing import BROKEN_OFF, once

OUTCOME = Outcome(rules={"HEALTH": RuleOutcome(accepting=2), "USAGE": RuleOutcome(broken="é")})


def never():
    raise AssertionError("run again")


def test_others_get_what_the_first_found_out(tmp_path):
    assert once(tmp_path / "run.json", lambda: OUTCOME) == OUTCOME
    assert once(tmp_path / "run.json", never) == OUTCOME


def test_error_is_found_out_once_too(tmp_path):
    failed = Outcome(error="nobody there")
    assert once(tmp_path / "run.json", lambda: failed) == failed
    assert once(tmp_path / "run.json", never) == failed


def test_run_that_broke_off_is_not_tried_again(tmp_path):
    def run():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        once(tmp_path / "run.json", run)
    assert once(tmp_path / "run.json", never) == BROKEN_OFF
