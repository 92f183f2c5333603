"""What an action makes of an answer, and how a fault call spells it."""

from decimal import Decimal

import pytest

from mock_server.action_fields import ActionError, parse_action, plain
from mock_server.actions import Action, apply
from mock_server.answers import Answer
from mock_server.wire import Ending, Wire

PAGE = Answer(200, b'{"a": 1}', headers=(("etag", '"x"'), ("x-a", "1")))
VIDEO = Answer(200, bytes(1000), "video/mp4", (("accept-ranges", "bytes"),))


def test_answer_stays_as_it_is_without_anything_to_do():
    assert apply(PAGE, Action()) == PAGE


def test_status_and_body_are_replaced_and_the_type_stays():
    assert apply(VIDEO, Action(status=206, body=b"x")) == VIDEO._replace(status=206, body=b"x")


def test_headers_are_set_and_taken_away_whatever_their_case():
    answer = PAGE._replace(headers=(("ETag", '"x"'), ("X-A", "1"), ("x-b", "2")))
    struck = apply(answer, Action(headers={"etag": None, "x-a": "3", "content-type": "text/html"}))

    assert struck.headers == (("x-b", "2"), ("x-a", "3"))
    assert struck.content_type == "text/html"


def test_length_is_told_also_without_a_type():
    struck = apply(PAGE, Action(headers={"content-type": None}))

    assert struck.content_type is None
    assert struck.headers[-1] == ("content-length", "8")


@pytest.mark.parametrize("status", [204, 304])
def test_status_without_a_body_has_none(status):
    struck = apply(PAGE, Action(status=status))

    assert (struck.status, struck.body, struck.content_type) == (status, b"", None)
    assert "content-length" not in dict(struck.headers)


def test_answer_without_a_body_becomes_one_with_a_type():
    unchanged = Answer(304, content_type=None)

    assert apply(unchanged, Action(status=200, body=b"{}")) == Answer(200, b"{}")


def test_half_of_the_body_is_sent_or_all_of_it_is_a_half():
    assert apply(VIDEO, Action(is_halved=True)).wire == Wire(sent_bytes=500)
    assert apply(VIDEO, Action(reset="body")).wire == Wire(sent_bytes=500, ending=Ending.RESET)
    assert apply(VIDEO, Action(malformed="body")) == VIDEO._replace(body=bytes(500))


@pytest.mark.parametrize(
    ("action", "wire"),
    [
        (Action(reset=True), Wire(ending=Ending.RESET, is_silent=True)),
        (Action(drop=True), Wire(ending=Ending.DROP, is_silent=True)),
        (Action(malformed=True), Wire(ending=Ending.DROP, is_garbage=True)),
        (Action(reset="body", truncate_bytes=3), Wire(sent_bytes=3, ending=Ending.RESET)),
        (Action(truncate_bytes=3), Wire(sent_bytes=3)),
        (Action(delay_seconds=2), Wire(delay_seconds=2)),
        (Action(drip_bytes_per_second=5), Wire(bytes_per_second=5)),
    ],
)
def test_what_happens_on_the_wire(action, wire):
    assert apply(VIDEO, action).wire == wire


def test_several_actions_on_one_answer_add_up():
    lost = apply(VIDEO, Action(drop=True, delay_seconds=1))
    both = apply(lost, Action(delay_seconds=2, truncate_bytes=7, drip_bytes_per_second=5))

    assert both.wire == Wire(
        delay_seconds=3, bytes_per_second=5, sent_bytes=7, ending=Ending.DROP, is_silent=True
    )
    assert not both.wire.has_status


def test_every_range_of_a_corrupt_file_has_the_same_bytes_changed():
    whole = bytes(apply(VIDEO, Action(corrupts=True)).body)
    part = VIDEO._replace(body=bytes(700), headers=(("content-range", "bytes 300-999/1000"),))

    assert [place for place, byte in enumerate(whole) if byte] == [*range(36, 1000, 37)]
    assert bytes(apply(part, Action(corrupts=True)).body) == whole[300:]


# As a fault call spells it


def test_all_fields_are_read():
    spelled = {
        "status": 200,
        "body": {"a": 1},
        "headers": {"X-A": "1", "etag": None},
        "delay_seconds": 0.5,
        "reset": "body",
        "truncate_bytes": 0,
        "drip_bytes_per_second": 10,
        "malformed": "body",
        "drop": None,
    }

    assert parse_action(spelled) == Action(
        status=200,
        body=b'{"a":1}',
        headers={"x-a": "1", "etag": None},
        delay_seconds=0.5,
        reset="body",
        truncate_bytes=0,
        drip_bytes_per_second=10,
        malformed="body",
    )
    assert parse_action({"body": "text", "reset": False}) == Action(body=b"text")


@pytest.mark.parametrize(
    ("spelled", "name", "words"),
    [
        (None, None, "null is not an object of status, body, headers"),
        ([], None, "[] is not an object"),
        ({}, None, "does nothing; one of status, body"),
        ({"reset": False, "drop": False, "status": None}, None, "does nothing"),
        ({"code": "x"}, "code", "is not known; status, body"),
        ({"status": 199}, "status", "199 is not an integer from 200 to 599"),
        ({"status": 600}, "status", "600 is not an integer"),
        ({"status": True}, "status", "true is not an integer"),
        ({"status": "503"}, "status", '"503" is not an integer'),
        ({"body": "x" * (1024 * 1024 + 1)}, "body", "has 1048577 bytes; at most 1048576 would do"),
        ({"headers": ["x"]}, "headers", '["x"] is not an object of at most 50 names and texts'),
        ({"headers": {str(n): "" for n in range(51)}}, "headers", "at most 50"),
        ({"headers": {"a b": ""}}, "headers.a b", '"a b" is not the name of a header'),
        ({"headers": {"": ""}}, "headers.", '"" is not the name of a header'),
        ({"headers": {"x": "a\r\nb: c"}}, "headers.x", "without control characters"),
        ({"headers": {"x": "\u20ac"}}, "headers.x", "Latin-1"),
        ({"headers": {"x": 1}}, "headers.x", "1 is not the text of a header"),
        ({"headers": {"Content-Length": "1"}}, "headers.Content-Length", "truncate_bytes"),
        ({"delay_seconds": -0.1}, "delay_seconds", "-0.1 is not a number from 0 to 3600"),
        ({"delay_seconds": 3601}, "delay_seconds", "3601 is not a number"),
        ({"delay_seconds": True}, "delay_seconds", "true is not a number"),
        ({"drip_bytes_per_second": 0.5}, "drip_bytes_per_second", "0.5 is not a number from 1"),
        ({"truncate_bytes": -1}, "truncate_bytes", "-1 is not an integer from 0"),
        ({"truncate_bytes": 0.5}, "truncate_bytes", "0.5 is not an integer"),
        ({"reset": "head"}, "reset", '"head" is none of true, false and "body"'),
        ({"malformed": 1}, "malformed", "1 is none of true"),
        ({"drop": "body"}, "drop", '"body" is neither true nor false'),
        ({"reset": True, "status": 503}, "status", "cannot be seen when reset is true"),
        ({"drop": True, "reset": True}, "drop", "cannot be seen when reset is true"),
        ({"malformed": True, "body": ""}, "body", "cannot be seen when malformed is true"),
        ({"status": 204, "body": "x"}, "body", "cannot be: an answer 204 has no body"),
    ],
)
def test_what_cannot_be_names_the_field_and_the_value(spelled, name, words):
    with pytest.raises(ActionError) as caught:
        parse_action(spelled)

    assert caught.value.name == name
    assert words in str(caught.value)


def test_silence_may_be_late():
    assert parse_action({"reset": True, "delay_seconds": 1}) == Action(reset=True, delay_seconds=1)


def test_numbers_as_they_were_sent_become_those_of_python():
    assert plain({"a": [Decimal("0.5"), 3, "x", None]}) == {"a": [0.5, 3, "x", None]}
    with pytest.raises(ActionError, match="too large for a float"):
        plain({"body": Decimal("1e999999")})
