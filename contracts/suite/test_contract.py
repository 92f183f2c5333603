"""One test for each rule of the contract; what it says was found out by the run that all of them share."""

import warnings

import pytest

from contracts.document import load
from contracts.rule import Rule
from contracts.suite.outcome import Outcome


class ObservedWarning(UserWarning):
    """A rule is broken in a way that is not held against the target, since no evidence vouches for it."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each rule, named by its id and marked with who vouches for it."""
    rules = [
        pytest.param(rule, id=rule.id, marks=getattr(pytest.mark, rule.provenance.value))
        for rule in load().rules.values()
    ]
    metafunc.parametrize("rule", rules)


def test_rule(rule: Rule, wan_outcome: Outcome, wan_properties: list[tuple[str, object]]) -> None:
    """The target keeps the rule, as far as the run could tell."""
    found = wan_outcome.rules[rule.id]
    wan_properties += [
        ("rule", rule.text),
        ("provenance", rule.provenance.value),
        ("accepting", found.accepting),
        ("refusing", found.refusing),
    ]
    if found.observed is not None:
        wan_properties.append(("observed", found.observed))
        _warn(found.observed)
    if found.broken is not None:
        pytest.fail(found.broken, pytrace=False)
    if found.not_checked is not None:
        pytest.skip(found.not_checked)


def _warn(observed: str) -> None:
    """Warn, also where the session makes warnings errors: what is only observed fails no test."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(observed, ObservedWarning, stacklevel=2)
