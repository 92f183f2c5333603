"""Every rule of the contract is asserted by a test that names it."""

import re
from pathlib import Path

from contracts.document import load

TESTS = Path(__file__).parent


def named():
    """Return the ids that the tests name, this file aside."""
    texts = (
        path.read_text(encoding="utf-8")
        for path in TESTS.rglob("test_*.py")
        if path != Path(__file__)
    )
    return {word for text in texts for word in re.findall(r"[A-Z0-9]+(?:-[A-Z0-9]+)*", text)}


def test_every_rule_has_a_test_that_names_it():
    missing = [rule for rule in load().rules if rule not in named()]

    assert missing == []
