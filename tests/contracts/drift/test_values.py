import pytest

from contracts.drift.values import ABSENT, names, printable, same, shown


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (5, 5.0, True),
        (1, True, False),
        (True, True, True),
        (0, False, False),
        ("5", 5, False),
        ([1, {"a": 2}], [1.0, {"a": 2}], True),
        ([1], [True], False),
        ([1], [1, 2], False),
        ({"a": 1}, {"a": 1, "b": None}, False),
        (None, ABSENT, False),
        (ABSENT, ABSENT, True),
    ],
)
def test_values_are_compared_as_json(one, other, expected):
    assert same(one, other) is expected


def test_names_of_both_sides_come_once_and_in_order():
    assert names({"b": 1, "a": 2}, {"c": 3, "a": 4}) == ["b", "a", "c"]


def test_value_is_shown_as_json():
    assert shown({"name": "é", "at": None}) == '{"name": "é", "at": null}'
    assert shown(ABSENT) == "nothing"


def test_long_value_is_cut():
    assert len(shown("x" * 10_000)) < 300


def test_terminal_is_told_nothing_to_obey():
    assert printable("a\x1b[2Jb\u202e\n\x9b") == "a\\x1b[2Jb\\u202e\\n\\x9b"
