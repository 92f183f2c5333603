"""The HTTP Archive."""

import json
from datetime import datetime, timedelta

import pytest

from contracts.exchange import Answer, Exchange, Sent
from contracts.reports.har import har
from tests.contracts.reports.conftest import AT, STARTED, finished, polled, submitted

# What HAR 1.2 asks of each object; the rest is optional.
REQUIRED = {
    "entry": {"startedDateTime", "time", "request", "response", "cache", "timings"},
    "request": {
        *("method", "url", "httpVersion", "cookies"),
        *("headers", "queryString", "headersSize", "bodySize"),
    },
    "response": {
        *("status", "statusText", "httpVersion", "cookies", "headers"),
        *("content", "redirectURL", "headersSize", "bodySize"),
    },
    "content": {"size", "mimeType"},
    "timings": {"send", "wait", "receive"},
    "postData": {"mimeType", "text"},
}


@pytest.fixture
def log_of(report_of, contract):
    """Return a function that gives the log of exchanges."""

    def make(*exchanges, **started):
        report = report_of(finished(contract, exchanges=exchanges))
        return json.loads(har(report))["log"]

    return make


def lacks(kind, found):
    return REQUIRED[kind] - found.keys()


def test_every_entry_has_what_the_format_asks_for(log_of):
    log = log_of(submitted(), polled("queued"), Exchange(sent=polled("queued").sent, answer=None))

    assert (log["version"], log["creator"]["name"]) == ("1.2", "wan-mock")
    for entry in log["entries"]:
        request, response = entry["request"], entry["response"]
        assert not lacks("entry", entry)
        assert not lacks("request", request)
        assert not lacks("response", response)
        assert not lacks("content", response["content"])
        assert not lacks("timings", entry["timings"])
        assert not lacks("postData", request.get("postData", dict.fromkeys(REQUIRED["postData"])))


def test_entries_are_in_the_time_of_the_run(log_of):
    log = log_of(polled("queued", at=100.0), polled("completed", at=104.5, seconds=0.25))
    first, second = (datetime.fromisoformat(one["startedDateTime"]) for one in log["entries"])

    assert (first, second - first) == (AT, timedelta(seconds=4.5))
    assert log["entries"][1]["time"] == log["entries"][1]["timings"]["wait"] == 250


def test_run_without_exchanges_has_no_entries(log_of):
    assert log_of()["entries"] == []


def test_key_stands_by_its_name(log_of):
    (entry,) = log_of(submitted(key="other"))["entries"]

    assert {"name": "authorization", "value": "Bearer [other]"} in entry["request"]["headers"]
    assert entry["_key"] == "other"


def test_url_is_whole_and_its_query_apart(log_of):
    sent = Sent(operation="list", method="GET", target="/v1/jobs?limit=1&status=", key=None)
    request = log_of(Exchange(sent=sent, answer=None))["entries"][0]["request"]

    assert request["url"] == f"{STARTED.target}/v1/jobs?limit=1&status="
    assert request["queryString"] == [
        {"name": "limit", "value": "1"},
        {"name": "status", "value": ""},
    ]
    assert request["headers"] == []


def test_answer_that_never_came_has_status_0(log_of):
    sent = polled("queued").sent
    (entry,) = log_of(Exchange(sent=sent, answer=None, trouble="ReadError"))["entries"]

    assert (entry["response"]["status"], entry["_error"]) == (0, "ReadError")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"a": 1}', {"size": 8, "mimeType": "video/mp4", "text": '{"a": 1}'}),
        (b"\xff", {"size": 1, "mimeType": "video/mp4", "text": "/w==", "encoding": "base64"}),
        (
            b"\xff" * 20_000,
            {
                "size": 20_000,
                "mimeType": "video/mp4",
                "comment": "the body is longer than the archive has of it",
            },
        ),
    ],
)
def test_content_is_text_or_base64_or_left_out(log_of, body, expected):
    answer = Answer(200, {"content-type": "video/mp4; a=b"}, body)
    (entry,) = log_of(Exchange(sent=polled("queued").sent, answer=answer))["entries"]

    assert entry["response"]["content"] == expected


def test_body_that_was_sent_is_there(log_of):
    sent = Sent(operation="submit", method="POST", target="/v1", body=b"\xff")
    request = log_of(Exchange(sent=sent, answer=None))["entries"][0]["request"]

    assert request["postData"] == {
        "mimeType": "application/octet-stream",
        "text": "/w==",
        "_encoding": "base64",
    }


@pytest.mark.parametrize(("status", "phrase"), [(404, "Not Found"), (799, "")])
def test_status_has_its_words(log_of, status, phrase):
    exchange = Exchange(sent=polled("queued").sent, answer=Answer(status, {}, b""))

    assert log_of(exchange)["entries"][0]["response"]["statusText"] == phrase


def test_archive_tells_how_much_is_left_out(report_of, contract):
    def comment(**more):
        return json.loads(har(report_of(finished(contract, **more))))["log"].get("comment")

    assert comment(calls=2) is None
    assert comment(calls=5) == "3 exchanges that came later are left out"
