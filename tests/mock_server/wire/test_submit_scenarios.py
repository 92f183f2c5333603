"""What a client at the other end of a real connection sees of each submit scenario, and what it costs."""

import pytest
import requests

PRICE_720P = 0.45  # five seconds


def jobs(server, account):
    return server.call(account, "GET", "/v1/jobs").json()["data"]


def spent(server, account):
    return server.call(account, "GET", "/_mock/account").json()["spent"]


@pytest.mark.parametrize(
    ("scenario", "status", "code", "retry_after"),
    [
        ("submit-429", 429, "rate_limit_exceeded", "2"),
        ("submit-503", 503, "model_unavailable", None),
    ],
)
def test_every_submission_is_refused_and_makes_no_job(server, scenario, status, code, retry_after):
    for _ in range(3):
        answer = server.submit(scenario, f"a @mock:{scenario}")

        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert answer.headers.get("retry-after") == retry_after
        assert answer.headers["x-request-id"]
    assert jobs(server, scenario) == []
    assert server.submit(scenario, "another").status_code == 202


def test_first_submission_of_a_prompt_fails_and_the_next_is_accepted(server):
    prompts = [f"{name} @mock:submit-500-then-ok" for name in "aaabb"]
    answers = [server.submit("then-ok", prompt) for prompt in prompts]

    assert [answer.status_code for answer in answers] == [500, 202, 202, 500, 202]
    assert answers[0].json()["error"]["code"] == "internal_error"
    assert len(jobs(server, "then-ok")) == 3
    assert server.submit("then-ok-2", prompts[0]).status_code == 500


def test_lost_submission_has_made_its_job_and_is_charged(server):
    """Rule PRICE-ONCE: whoever sends it again pays again."""
    prompt = "a @mock:submit-lost"
    with pytest.raises(requests.ConnectionError, match="closed connection without response"):
        server.submit("lost", prompt)

    (lost,) = jobs(server, "lost")
    assert server.call("lost", "GET", f"/v1/jobs/{lost['job_id']}").json()["status"] == "completed"
    assert spent(server, "lost") == PRICE_720P
    assert server.submit("lost", prompt).status_code == 202
    assert len(jobs(server, "lost")) == 2
    assert spent(server, "lost") == 2 * PRICE_720P


def test_slow_submission_has_made_its_job_when_the_client_gives_up(server):
    with pytest.raises(requests.ReadTimeout):
        server.submit("slow-submit", "a @mock:submit-slow", timeout=0.2)

    assert len(jobs(server, "slow-submit")) == 1


def test_submission_is_accepted_with_200(server):
    answer = server.submit("ok", "a @mock:submit-200")

    assert answer.status_code == 200
    assert answer.json()["job_id"] == jobs(server, "ok")[0]["job_id"]


def test_scenario_strikes_only_what_would_be_accepted(server):
    """A bad request breaks its rules first, and without the money there is no job that could be lost."""
    body = {"model": "wan-2-6", "prompt": "a @mock:submit-503", "duration": 4}
    bad = server.call("bad", "POST", "/v1/videos/generations", json=body)
    poor = [server.submit("nocredit", "a @mock:submit-lost") for _ in range(2)]

    assert bad.status_code == 400
    assert [answer.status_code for answer in poor] == [402, 402]


def test_account_s_own_scenario_strikes_unless_the_prompt_names_another(server):
    server.call("own", "PATCH", "/_mock/account", json={"scenario": "submit-503"})

    assert server.submit("own").status_code == 503
    assert server.submit("own", "a @mock:submit-200").status_code == 200


def test_scenario_as_a_fault_strikes_the_next_submissions(server):
    body = {"scenario": "submit-lost", "times": 1}
    posted = server.call("next", "POST", "/_mock/faults", json=body).json()
    with pytest.raises(requests.ConnectionError):
        server.submit("next")

    assert server.submit("next").status_code == 202
    healed = server.call("next", "GET", f"/_mock/faults/{posted['id']}").json()
    assert healed == {**posted, "seen": 1, "struck": 1}
    assert len(jobs(server, "next")) == 2


def test_fault_and_scenario_on_one_submission_add_up(server):
    server.post("both", "submit", headers={"x-proxy": "1"})
    answer = server.submit("both", "a @mock:submit-200")

    assert (answer.status_code, answer.headers["x-proxy"]) == (200, "1")
