import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import example, given, strategies as st

from mock_server.strict_json import JsonError, StrictJsonError, parse

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)
NEAR_JSON = st.text(st.sampled_from('[]{}",:0123456789eE+-.\\udD8caftrnlsINyi \n'), max_size=40)


def read(text, max_depth=64):
    return parse(text.encode(), max_depth=max_depth)


@given(VALUES, st.booleans())
def test_agrees_with_the_standard_reader_on_ordinary_json(value, ascii_only):
    """REQ-JSON."""
    text = json.dumps(value, ensure_ascii=ascii_only)

    assert read(text) == json.loads(text, parse_float=Decimal)


@given(st.binary() | NEAR_JSON.map(str.encode) | st.binary().map(lambda raw: b'["' + raw))
@example(b"1e9999999999999999999")
@example(b"-0e-9999999999999999999")
@example(b'{"a": [NaN]}')
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
def test_never_raises_anything_but_its_two_errors(raw):
    with suppress(JsonError):
        parse(raw, max_depth=64)


@given(NEAR_JSON)
@example("[1,]")
@example('{"a":1,"a":2}')
@example("1e99999")
def test_accepts_nothing_that_the_standard_reader_refuses(text):
    """REQ-JSON."""
    try:
        value = read(text)
    except JsonError:
        return
    assert value == json.loads(text, parse_float=Decimal)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1, "a": 1}', 'the body has the key "a" twice'),
        ('{"a": {"b": 1, "c": 2, "b": 3}}', 'the body has the key "b" twice'),
        (r'{"a": 1, "\u0061": 2}', 'the body has the key "a" twice'),
        ("[NaN]", "the body has NaN, which is not a JSON number"),
        ("Infinity", "the body has Infinity, which is not a JSON number"),
        ("-Infinity", "the body has -Infinity, which is not a JSON number"),
        (r'["\ud800"]', r"the body has a lone surrogate: '\ud800'"),
        (r'["ok \udc00 ok"]', r"the body has a lone surrogate: '\udc00'"),
        (r'{"a": {"\ud83d": 1}}', r"the body has a lone surrogate: '\ud83d'"),
        ("[" * 65 + "]" * 65, "the body is nested deeper than 64 levels"),
        ('{"a":' * 65 + "1" + "}" * 65, "the body is nested deeper than 64 levels"),
        ("[" * 100_000, "the body is nested deeper than 64 levels"),
        ("1" * 5000, "the body has a number of 5000 characters; 4300 is the most"),
        ("0." + "1" * 4998, "the body has a number of 5000 characters; 4300 is the most"),
        ("1e4300", "the body has the number 1e4300, which would take more than 4300 digits"),
        ("1e-4300", "the body has the number 1e-4300, which would take"),
        ("1e9999999999999999999", "the body has the number 1e99999"),
    ],
)
def test_what_only_lenient_readers_accept_is_refused(text, message):
    """REQ-STRICT."""
    with pytest.raises(StrictJsonError) as caught:
        read(text)

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b"[1,]",
        b"01",
        b"nan",
        b"\xef\xbb\xbf{}",
        b"\xff",
        b'"\xed\xa0\x80"',
        b"{} {}",
    ],
)
def test_what_is_not_json_in_utf_8_breaks_another_rule(raw):
    """REQ-JSON, not REQ-STRICT."""
    with pytest.raises(JsonError) as caught:
        parse(raw, max_depth=64)

    assert not isinstance(caught.value, StrictJsonError)


def test_place_of_a_mistake_is_told():
    with pytest.raises(JsonError, match=r"Expecting value at line 2, column 6$"):
        read('{\n"a": }')


@pytest.mark.parametrize(
    "text", ["[" * 64 + "]" * 64, '{"a":' * 64 + "1" + "}" * 64, '"' + "[{" * 99 + '"']
)
def test_64_levels_are_accepted_and_brackets_in_strings_are_no_levels(text):
    """REQ-STRICT."""
    assert read(text) == json.loads(text)


@given(VALUES, st.integers(0, 5))
def test_depth_counts_arrays_and_objects(value, max_depth):
    """REQ-STRICT."""

    def depth(value):
        inner = (
            value.values()
            if isinstance(value, dict)
            else value
            if isinstance(value, list)
            else None
        )
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    try:
        read(json.dumps(value), max_depth)
    except StrictJsonError:
        assert depth(value) > max_depth
    else:
        assert depth(value) <= max_depth


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("5.10", Decimal("5.10")),
        ("-0", 0),
        ("123456789012345678901234567890", Decimal("123456789012345678901234567890")),
        ("0.1" + "0" * 400 + "1", Decimal("0.1" + "0" * 400 + "1")),
        ("1e4299", Decimal("1e4299")),
        ("1" * 4300, Decimal("1" * 4300)),
        (r'"\ud83d\ude00"', "\N{GRINNING FACE}"),
    ],
)
def test_no_digit_is_lost(text, value):
    assert str(read(text)) == str(value)
