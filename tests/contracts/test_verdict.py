"""What a verdict shows of what was expected and received."""

from contracts.verdict import equal, holds


def test_long_values_are_shown_where_they_differ():
    found = equal("A", "", "x" * 300 + "a" + "y" * 300, "x" * 300 + "b" + "y" * 300)
    assert found.expected.startswith("…" + "x" * 20 + "a")
    assert found.received.startswith("…" + "x" * 20 + "b")
    assert found.received.endswith("…")


def test_value_that_goes_on_is_shown_where_the_other_ends():
    found = equal("A", "", "x" * 300, "x" * 301)
    assert (found.expected[1:], found.received[1:]) == ("x" * 20 + '"', "x" * 21 + '"')


def test_long_values_that_differ_soon_are_shown_from_their_start():
    found = equal("A", "", ["a" * 300], ["b" * 300])
    assert found.expected == '["' + "a" * 198 + "…"


def test_short_values_are_shown_whole():
    found = equal("A", "", 1, True)
    assert (found.is_kept, found.expected, found.received) == (False, "1", "true")


def test_nothing_is_shown_of_what_is_kept():
    assert equal("A", "", 1, 1).received == ""
    assert holds("A", kept=True, expected="one", received=1).received == ""
