"""Differences between two values of JSON are told by their places."""

import pytest

from contracts.checks.changes import ABSENT, changes


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1, "b": [1, {"c": None}]}, {"a": 1, "b": [1, {"c": None}]}, []),
        ({"a": 1}, {"a": 2}, [("/a", 1, 2)]),
        ({"a": None}, {}, [("/a", None, ABSENT)]),
        ({}, {"a/b": 0}, [("/a~1b", ABSENT, 0)]),
        ([1, [2, 3]], [1, [2, 4]], [("/1/1", 3, 4)]),
        ([1], [1, 2], [("", [1], [1, 2])]),
        ({"a": 1}, {"a": True}, [("/a", 1, True)]),
        ({"a": {}}, {"a": []}, [("/a", {}, [])]),
    ],
)
def test_each_place_that_differs_is_told(before, after, expected):
    assert [*changes(before, after)] == expected
