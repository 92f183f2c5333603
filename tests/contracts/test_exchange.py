"""Requests and answers as values."""

import pytest

from contracts.exchange import Answer, Sent, json_request


@pytest.mark.parametrize(
    ("content_type", "is_json"),
    [
        ("application/json", True),
        ("Application/JSON ; charset=utf-8", True),
        ("text/json", False),
        ("application/json-patch", False),
    ],
)
def test_body_is_said_to_be_json_with_any_parameters(content_type, is_json):
    headers = (("accept", "*/*"), ("content-type", content_type))
    sent = Sent(operation="submit", method="POST", target="/", headers=headers)

    assert sent.content_type == content_type
    assert sent.says_json is is_json


def test_body_without_a_content_type_is_not_said_to_be_anything():
    sent = Sent(operation="submit", method="POST", target="/")

    assert sent.content_type is None
    assert not sent.says_json


def test_json_request_has_its_fields_as_utf_8():
    sent = json_request("submit", "POST", "/", {"prompt": "über"}, key=None)

    assert sent.body == '{"prompt": "über"}'.encode()
    assert (sent.says_json, sent.key) == (True, None)


def test_answer_is_read_as_json_and_knows_its_media_type():
    answer = Answer(200, {"content-type": "Application/JSON; charset=utf-8"}, b'{"a": 1}')

    assert (answer.json, answer.media_type) == ({"a": 1}, "application/json")
    assert Answer(204, {}, b"").media_type == ""


def test_answer_that_is_no_json_says_where():
    with pytest.raises(ValueError, match="line 1 column 2"):
        _ = Answer(200, {}, b"{").json


@pytest.mark.parametrize(
    "body", [b'"\\ud800"', b'"\xed\xa0\x80"', '"\ud800"'.encode("utf-16-le", "surrogatepass")]
)
def test_half_a_character_is_no_json(body):
    with pytest.raises(ValueError, match="surrogates"):
        _ = Answer(200, {}, body).json


def test_whole_character_in_two_halves_is_json():
    assert Answer(200, {}, b'"\\ud83d\\ude00"').json == "\U0001f600"
