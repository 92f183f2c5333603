"""What a test says, once it is known what came of its rule."""

import pytest

from contracts.suite import test_contract as suite
from contracts.suite.outcome import Outcome, RuleOutcome
from tests.contracts.conftest import CONTRACT

RULE = CONTRACT.rules["HEALTH"]


def tell(**found):
    """Run the test of a rule of which that was found out; return its properties."""
    properties: list[tuple[str, object]] = []
    outcome = Outcome(rules={RULE.id: RuleOutcome(**found)})
    suite.test_rule(RULE, outcome, properties)
    return dict(properties)


def test_counts_are_recorded():
    properties = tell(accepting=3, refusing=4)
    assert (properties["accepting"], properties["refusing"]) == (3, 4)
    assert "observed" not in properties


def test_what_is_only_observed_is_a_warning_that_is_no_error():
    with pytest.warns(suite.ObservedWarning, match="seen once"):
        assert tell(observed="seen once")["observed"] == "seen once"


def test_rule_that_is_broken_fails():
    with pytest.raises(pytest.fail.Exception, match="expected 1"):
        tell(broken="expected 1")


def test_rule_that_was_not_checked_is_skipped():
    with pytest.raises(pytest.skip.Exception, match="no time"):
        tell(not_checked="no time")
