"""What a client at the other end of a real connection sees of each poll scenario."""

import json

import pytest
import requests


@pytest.fixture
def polls(server):
    """Return a function that polls a job of a scenario until *count* times, and what each of them gave."""

    def poll(scenario, count=5, **more):
        path = server.submit(scenario, f"a @mock:{scenario}").json()["poll_url"]
        answers = []
        for _ in range(count):
            try:
                answers.append(server.call(scenario, "GET", path, **more))
            except requests.RequestException as error:
                answers.append(error)
        return answers

    return poll


def seen(answer):
    return answer.status_code if isinstance(answer, requests.Response) else type(answer)


@pytest.mark.parametrize(
    ("scenario", "status", "code", "retry_after"),
    [
        ("poll-429", 429, "rate_limit_exceeded", "2"),
        ("poll-503", 503, "model_unavailable", None),
    ],
)
def test_polls_2_to_4_are_refused(polls, scenario, status, code, retry_after):
    answers = polls(scenario)

    assert [answer.status_code for answer in answers] == [200, status, status, status, 200]
    for answer in answers[1:4]:
        assert answer.json()["error"]["code"] == code
        assert answer.headers.get("retry-after") == retry_after


def test_polls_2_to_4_are_reset(polls):
    answers = polls("poll-reset")

    assert [seen(answer) for answer in answers] == [200, *[requests.ConnectionError] * 3, 200]
    assert "Connection reset by peer" in str(answers[1])


def test_polls_2_to_4_are_shorter_than_they_say(polls):
    answers = polls("poll-truncated")
    broken = requests.exceptions.ChunkedEncodingError

    assert [seen(answer) for answer in answers] == [200, *[broken] * 3, 200]
    assert "more expected" in str(answers[1])


def test_polls_2_to_4_are_no_json(polls):
    answers = polls("poll-not-json")

    assert {answer.status_code for answer in answers} == {200}
    for answer in answers[1:4]:
        assert answer.headers["content-type"] == "application/json"
        with pytest.raises(json.JSONDecodeError):
            answer.json()


def test_polls_2_to_4_are_a_page_of_a_proxy(polls):
    answers = polls("poll-html-502")

    assert [answer.status_code for answer in answers] == [200, 502, 502, 502, 200]
    assert answers[1].headers["content-type"] == "text/html"
    assert answers[1].text.startswith("<html>")


def test_polls_2_to_4_are_late(polls):
    answers = polls("poll-slow", timeout=0.3)

    assert [seen(answer) for answer in answers] == [200, *[requests.ReadTimeout] * 3, 200]


def test_second_poll_knows_no_job(polls):
    answers = polls("poll-404-once")

    assert [answer.status_code for answer in answers] == [200, 404, 200, 200, 200]
    assert answers[1].json()["error"]["code"] == "job_not_found"


def test_other_jobs_and_lists_are_not_struck(server):
    struck = server.submit("calm", "a @mock:poll-503").json()["poll_url"]
    other = server.submit("calm", "a").json()["poll_url"]
    server.call("calm", "GET", struck)

    for path in [other, other, "/v1/jobs", "/v1/jobs"]:
        assert server.call("calm", "GET", path).status_code == 200
    assert server.call("calm", "GET", struck).status_code == 503


def test_stranger_s_polls_do_not_count(server):
    path = server.submit("mine", "a @mock:poll-503").json()["poll_url"]
    server.submit("stranger", "a @mock:poll-503")
    for _ in range(3):
        assert server.call("stranger", "GET", path).status_code == 404

    assert server.call("mine", "GET", path).status_code == 200
