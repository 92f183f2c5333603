"""Patterns of JSON Schema: white space is that of ECMA-262."""

import jsonschema_rs
import pytest

from contracts.expectation.patterns import compiled, validator_for

PATTERNS = (r"\S", r"\s", r"^[^\s/]")
DOUBTFUL = [*map(chr, [*range(0x21), 0x7F, 0x85, 0xA0, 0x1680, 0x180E, 0x200B, 0x2028, 0xFEFF])]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_pattern_means_what_it_means_to_another_reader(pattern):
    other = jsonschema_rs.Draft202012Validator({"pattern": pattern})
    ours = validator_for({"pattern": pattern})
    assert [ours.is_valid(one) for one in DOUBTFUL] == [other.is_valid(one) for one in DOUBTFUL]


def test_escaped_bracket_and_backslash_are_no_bracket_and_no_class():
    assert compiled(r"^[\s\]x]\\s$").fullmatch("\ufeff\\s")
    assert compiled(r"^[\s\]x]\\s$").fullmatch("]\\s")


def test_pattern_says_nothing_of_what_is_no_string():
    assert validator_for({"pattern": "x"}).is_valid(5)
    (error,) = validator_for({"pattern": "x"}).iter_errors("y")
    assert error.message == "'y' does not match 'x'"
