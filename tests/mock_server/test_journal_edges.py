"""What the journal shows of requests that lack what others have."""

import pytest

from mock_server.exchange import MOST_BODY

REQUESTS = "/_mock/requests"


def entry(client, operation):
    return client.get(f"{REQUESTS}?operation={operation}").json["data"][0]


def test_request_without_any_header_is_shown_with_none(client):
    url = client.finished()["result"]["data"][0]["url"]
    nameless = dict.fromkeys(("host", "content-type", "content-length"), "")

    assert client.as_(None).get(url, headers=nameless).status == 200
    assert entry(client, "download")["request"]["headers"] == {}


def test_answer_without_a_body_is_shown_without_a_type(client):
    url = client.finished()["result"]["data"][0]["url"]
    etag = client.get(url).headers["etag"]

    assert client.get(url, headers={"if-none-match": etag}).status == 304
    shown = entry(client, "download")["answer"]
    assert "content-type" not in shown["headers"]
    assert (shown["body"], shown["bytes"]) == (None, 0)


def test_body_that_is_no_text_is_shown_by_its_size(client):
    assert client.post("/v1/videos/generations", body=b"\xff\xfe" * 10).status == 400
    shown = entry(client, "submit")["request"]

    assert (shown["body"], shown["bytes"], shown["is_cut"]) == (None, 20, False)


@pytest.mark.parametrize("before", [b"", b"x"])
def test_half_a_character_at_the_cut_is_left_out(client, before):
    body = before + "é".encode() * MOST_BODY
    assert client.post("/v1/videos/generations", body=body).status == 400
    shown = entry(client, "submit")["request"]

    assert shown["body"] == (before + body[len(before) : MOST_BODY - len(before)]).decode()
    assert (shown["bytes"], shown["is_cut"]) == (len(body), True)


@pytest.mark.parametrize("path", ["/_mock/", "/_mock/static/index.css"])
def test_dashboard_has_no_door_off_loopback_without_a_token(make_client, path):
    answer = make_client(host="0.0.0.0").get(path)

    assert (answer.status, answer.error["code"]) == (404, "not_found")
