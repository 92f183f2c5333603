import pytest

from mock_server.testing.transcript import MOST_CHARACTERS, MOST_REQUESTS, transcript


@pytest.fixture
def told(account):
    return lambda: transcript([*account.requests]).splitlines()


def test_nothing_is_told_where_nothing_was_sent(told):
    assert told() == ["no request"]


def test_latest_request_comes_last(told, api):
    api.poll("job_0"), api.poll("job_1")

    assert [line for line in told() if line[0] != " "] == [
        "GET /v1/jobs/job_0",
        "GET /v1/jobs/job_1",
    ]


def test_what_was_sent_answered_and_broken_is_told(told, api):
    api.submit(duration=20)
    sent, answered, broken = told()

    assert sent.startswith('POST /v1/videos/generations {"model":"wan-2-6",')
    assert answered.startswith('  400 {"error":{"message":"duration: 20 is more than 15')
    assert broken.startswith("  broke REQ-DURATION at /duration: duration: 20 is more than 15")


def test_rule_without_a_place_is_named(told, api):
    api.poll("job_0")

    assert told()[-1] == "  broke JOB-UNKNOWN"


def test_broken_body_has_no_place(told, api):
    api.http.post("/videos/generations", content=b"{", headers={"content-type": "application/json"})

    assert told()[-1].startswith("  broke REQ-JSON at the body: ")


def test_what_struck_is_named(told, account, api):
    account.faults.add(operation="poll", action={"status": 503})
    api.poll("job_0")

    assert told()[-1] == "  struck by fault_1"


def test_request_that_got_no_answer_says_so(told, account, api):
    account.faults.add(operation="poll", action={"reset": True})
    with pytest.raises(Exception, match=r"(?i)reset|disconnected"):
        api.poll("job_0")

    assert "  no answer" in told()
    assert "  the connection was ended without an answer" in told()


def test_wrong_path_says_what_is_near(told, api):
    api.http.get("/job/job_0")

    assert told()[-1].startswith("  near to ")


def test_query_and_size_are_told(told, api):
    api.http.get("/jobs", params={"limit": 1})
    api.http.get("/account/usage")
    api.http.post("/files/upload", files={"file": ("a.jpg", b"\xff\xd8\xff" * 10, "image/jpeg")})

    assert told()[0] == "GET /v1/jobs?limit=1"
    assert any(line.startswith("POST /v1/files/upload (") for line in told())


def test_long_bodies_are_cut(told, api):
    api.submit(prompt="sun " * 1000)

    assert told()[0].endswith(" …")
    assert len(told()[0]) < MOST_CHARACTERS + 50


def test_many_requests_are_cut(told, api):
    for number in range(MOST_REQUESTS + 3):
        api.poll(f"job_{number}")

    assert told()[:2] == ["… 3 earlier requests", "GET /v1/jobs/job_3"]
