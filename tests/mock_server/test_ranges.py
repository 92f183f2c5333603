"""Rule OUT-DOWNLOAD: which bytes a Range header asks for."""

import pytest
from hypothesis import given, strategies as st

from mock_server.ranges import UnsatisfiableError, read_range

SIZES = st.integers(1, 1000)
PLACES = st.integers(0, 1200)


@given(SIZES, PLACES, PLACES)
def test_single_range_is_from_first_to_last_within_the_file(size, first, last):
    content = range(size)
    wanted = [byte for byte in content if first <= byte <= last]
    try:
        found = read_range(f"bytes={first}-{last}", size)
    except UnsatisfiableError:
        assert first <= last
        assert wanted == []
    else:
        assert (found is None) == (last < first)
        assert found is None or [*content[slice(*found)]] == wanted


@given(SIZES, st.integers(0, 999))
def test_open_range_goes_to_the_end(size, first):
    if first < size:
        assert read_range(f"bytes={first}-", size) == (first, size)
    else:
        with pytest.raises(UnsatisfiableError):
            read_range(f"bytes={first}-", size)


@given(SIZES, st.integers(1, 1200))
def test_suffix_is_the_end_of_the_file(size, suffix):
    assert read_range(f"bytes=-{suffix}", size) == (max(size - suffix, 0), size)


def test_last_0_bytes_are_none():
    with pytest.raises(UnsatisfiableError, match="lies outside of the 10 bytes"):
        read_range("bytes=-0", 10)


@pytest.mark.parametrize("header", ["BYTES=0-4", " bytes=0-4 ", "bytes = 0 - 4", "Bytes=000-0004"])
def test_spelling_that_makes_no_difference(header):
    assert read_range(header, 10) == (0, 5)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=4-2",
        "bytes=0-1,3-4",
        "seconds=0-4",
        "bytes=0x1-4",
        "bytes=--1",
        "bytes=٣-٤",
    ],
)
def test_what_is_malformed_or_unknown_is_ignored(header):
    assert read_range(header, 10) is None


@pytest.mark.parametrize("digits", [18, 19, 5000])
def test_numbers_of_any_length_are_read(digits):
    assert read_range(f"bytes=0-{'9' * digits}", 10) == (0, 10)
    with pytest.raises(UnsatisfiableError):
        read_range(f"bytes={'9' * digits}-", 10)


@given(st.text())
def test_any_text_is_read_or_ignored(text):
    try:
        found = read_range(text, 10)
    except UnsatisfiableError:
        return
    assert found is None or 0 <= found[0] < found[1] <= 10
