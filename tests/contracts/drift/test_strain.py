import pytest

from contracts.drift.difference import Level
from contracts.drift.strain import LEAST, MOST, Direction, Strain, strain
from contracts.drift.values import ABSENT


@pytest.mark.parametrize("keyword", sorted(LEAST))
def test_lower_bound_narrows_upwards(keyword):
    assert strain(keyword, 5, 6) is Strain.NARROWER
    assert strain(keyword, 5, 4.5) is Strain.WIDER


@pytest.mark.parametrize("keyword", sorted(MOST))
def test_upper_bound_narrows_downwards(keyword):
    assert strain(keyword, 5, 4.5) is Strain.NARROWER
    assert strain(keyword, 5, 6) is Strain.WIDER


@pytest.mark.parametrize(
    ("keyword", "document", "live", "expected"),
    [
        ("pattern", ABSENT, "a", Strain.NARROWER),
        ("pattern", "a", ABSENT, Strain.WIDER),
        ("pattern", "a", "b", Strain.OTHER),
        ("minimum", 5, "6", Strain.OTHER),
        ("minimum", 5, True, Strain.OTHER),
        ("multipleOf", 2, 4, Strain.OTHER),
        ("uniqueItems", False, True, Strain.NARROWER),
        ("uniqueItems", True, False, Strain.WIDER),
        ("type", "number", "integer", Strain.NARROWER),
        ("type", "integer", "number", Strain.WIDER),
        ("type", "enum", "string", Strain.WIDER),
        ("type", "string", "number", Strain.OTHER),
        ("type", ["string"], ["null", "string"], Strain.WIDER),
        ("type", "string", 5, Strain.NARROWER),
    ],
)
def test_constraint_is_narrower_or_wider(keyword, document, live, expected):
    assert strain(keyword, document, live) is expected


@pytest.mark.parametrize(
    ("strained", "request_level", "response_level"),
    [
        (Strain.NARROWER, Level.BREAKING, Level.COMPATIBLE),
        (Strain.WIDER, Level.COMPATIBLE, Level.BREAKING),
        (Strain.OTHER, Level.BREAKING, Level.BREAKING),
    ],
)
def test_what_narrows_breaks_requests_and_what_widens_breaks_answers(
    strained, request_level, response_level
):
    assert strained.level(Direction.REQUEST) is request_level
    assert strained.level(Direction.RESPONSE) is response_level
