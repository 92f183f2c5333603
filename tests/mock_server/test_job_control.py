"""/_mock/jobs: what the emulator knows of an account's jobs, and how it ends them."""

import pytest

from mock_server.clock import LATEST_AT, SECOND
from tests.client import STARTED_AT

JOBS = "/_mock/jobs"
PRICE = 0.828


def page(client, **fields):
    job_id = client.submit(**fields).json["job_id"]
    return client.get(f"{JOBS}/{job_id}").json


def test_page_tells_plan_price_and_video(client):
    told = page(client, seed=7, resolution="720p")

    assert {name: told[name] for name in ("model", "mode", "prompt", "seed", "status")} == {
        "model": "wan-2-6",
        "mode": "t2v",
        "prompt": "sunrise over the ocean",
        "seed": 7,
        "status": "queued",
    }
    assert told["plan"] == {
        "starts_after_seconds": 0.4,
        "ends_after_seconds": 4.0,
        "progress_at_end": 1.0,
        "error": None,
    }
    assert told["price"] == {
        "tier": "Standard 720P",
        "rule": "PRICE-STANDARD-720P",
        "rate": "0.09",
        "seconds": 6,
        "amount": 0.54,
        "currency": "USD",
    }
    assert told["video"] == {
        "width": 1280,
        "height": 720,
        "fps": 30,
        "frames": 180,
        "sound": True,
        "own_picture": False,
        "own_sound": False,
    }
    assert told["media"] == []
    assert (told["scenarios"], told["url"]) == ([], None)


def test_seed_beyond_64_bits_is_told_exactly(client):
    """Where the policy lets it in."""
    client.patch(policies={"seed_range": "accept"})

    assert page(client, seed=10**40)["seed"] == 10**40


def test_timeline_tells_when_each_status_begins(client):
    assert page(client)["timeline"] == [
        {"at": "2026-11-22T18:00:00.000Z", "status": "queued"},
        {"at": "2026-11-22T18:00:00.400Z", "status": "processing"},
        {"at": "2026-11-22T18:00:04.000Z", "status": "completed"},
    ]


def test_timeline_of_a_job_that_was_cancelled_early_ends_there(client):
    job_id = client.submit().json["job_id"]
    client.post(f"/v1/jobs/{job_id}/cancel")

    assert client.get(f"{JOBS}/{job_id}").json["timeline"] == [
        {"at": "2026-11-22T18:00:00.000Z", "status": "queued"},
        {"at": "2026-11-22T18:00:00.000Z", "status": "cancelled"},
    ]


def test_failure_to_come_is_told_beforehand(client):
    plan = page(client, image="bunny://uploads/nobody.png")["plan"]

    assert plan["progress_at_end"] < 1
    assert plan["error"]["code"] == "upstream_error"
    assert plan["error"]["message"].startswith("InvalidURL: ")


def test_jobs_are_listed_newest_first(client):
    ids = [client.submit().json["job_id"] for _ in range(3)]
    listed = client.get(JOBS).json

    assert [told["job_id"] for told in listed["data"]] == ids[::-1]
    assert listed["has_more"] is False
    assert listed["data"][0] == client.get(f"{JOBS}/{ids[-1]}").json


def test_more_jobs_than_are_listed_are_told(client):
    for _ in range(101):
        client.submit()
    listed = client.get(JOBS).json

    assert (len(listed["data"]), listed["has_more"]) == (100, True)


@pytest.mark.parametrize("job_id", ["job_nobody", "job_6096f7c9a8977133053d59a8"])
def test_unknown_job_is_404(client, job_id):
    answer = client.get(f"{JOBS}/{job_id}")

    assert (answer.status, answer.error["code"]) == (404, "job_not_found")


def test_forgotten_job_is_still_shown(client):
    """JOB-RETENTION is the API's; a person may want to look longer."""
    job_id = client.submit().json["job_id"]
    client.advance(7200)

    assert client.get(f"/v1/jobs/{job_id}").status == 404
    assert client.get(f"{JOBS}/{job_id}").json["status"] == "completed"


def test_scenarios_and_a_plan_without_an_end_are_told(manual):
    told = page(manual, prompt="@mock:poll-slow @mock:stuck")

    assert told["scenarios"] == ["stuck", "poll-slow"]
    assert told["plan"] == {
        "starts_after_seconds": 0.4,
        "ends_after_seconds": None,
        "progress_at_end": 0.5,
        "error": None,
    }
    assert [step["status"] for step in told["timeline"]] == ["queued", "processing"]


def test_pause_is_in_the_timeline(manual):
    job_id = manual.submit(prompt="@mock:unknown-status").json["job_id"]
    manual.advance(3)
    told = manual.get(f"{JOBS}/{job_id}").json

    assert (told["status"], told["plan"]["progress_at_end"]) == ("paused", 1)
    assert told["timeline"] == [
        {"at": "2026-11-22T18:00:00.000Z", "status": "queued"},
        {"at": "2026-11-22T18:00:00.400Z", "status": "processing"},
        {"at": "2026-11-22T18:00:02.200Z", "status": "paused"},
        {"at": "2026-11-22T18:00:04.000Z", "status": "completed"},
    ]


def test_end_that_no_clock_comes_to_is_not_in_the_timeline(manual):
    manual.advance((LATEST_AT - STARTED_AT) // SECOND)
    manual.patch(latency=10**9)
    told = page(manual, prompt="@mock:slow")

    assert [step["status"] for step in told["timeline"]] == ["queued"]
    assert told["plan"]["ends_after_seconds"] == 10**10


def test_url_of_a_completed_job_leads_to_its_video(manual):
    job_id = manual.submit().json["job_id"]
    manual.advance(4)
    told = manual.get(f"{JOBS}/{job_id}").json

    assert told["url"] == manual.get(f"/v1/jobs/{job_id}").json["result"]["data"][0]["url"]
    assert manual.as_(None).send("HEAD", told["url"]).status == 200


def after(client, call, prompt="a cat", seconds=2.0, fields=None):
    """Let *call* end a job, *seconds* after its submission, and return the answer and the job then."""
    job_id = client.submit(prompt=prompt).json["job_id"]
    client.advance(seconds)
    return client.post(f"{JOBS}/{job_id}/{call}", fields), client.get(f"/v1/jobs/{job_id}").json


@pytest.mark.parametrize("prompt", ["a cat", "@mock:slow", "@mock:stuck", "@mock:unknown-status"])
def test_finish_completes_a_job_now_and_it_is_paid(manual, prompt):
    answer, job = after(manual, "finish", prompt)

    assert (answer.status, answer.json["status"], answer.json["progress"]) == (200, "completed", 1)
    assert (job["status"], job["completed_at"]) == ("completed", "2026-11-22T18:00:02.000Z")
    assert manual.as_(None).send("HEAD", job["result"]["data"][0]["url"]).status == 200
    assert manual.money() == (1000 - PRICE, 0, PRICE)
    assert answer.json["timeline"][-1] == {"at": job["completed_at"], "status": "completed"}


@pytest.mark.parametrize(
    ("prompt", "status", "progress", "error"),
    [
        ("@mock:fails-at-99", "failed", 0.99, "InternalError.Algo"),
        ("@mock:fails-timeout", "failed", 0.95, "InternalError.Timeout"),
        ("@mock:cancelled-by-provider", "cancelled", 0.4, None),
    ],
)
def test_finish_ends_a_job_as_its_plan_has_it(manual, prompt, status, progress, error):
    _, job = after(manual, "finish", prompt, seconds=1)

    assert (job["status"], job["progress"]) == (status, progress)
    assert (job["error"] and job["error"]["message"].partition(":")[0]) == error
    assert manual.money() == (1000, 0, 0)


def test_fail_ends_a_job_now_where_its_progress_is_and_it_costs_nothing(manual):
    answer, job = after(manual, "fail", seconds=2.2)

    assert (answer.status, job["status"], job["progress"]) == (200, "failed", 0.5)
    assert (job["error"]["code"], job["error"]["type"]) == ("upstream_error", "upstream_error")
    assert job["error"]["message"].startswith("InternalError.Algo: ")
    assert answer.json["plan"]["error"] == job["error"]
    assert manual.money() == (1000, 0, 0)


def test_fail_takes_code_and_message(manual):
    fields = {"code": "model_unavailable", "message": "no luck"}
    _, job = after(manual, "fail", fields=fields)

    assert job["error"] == {
        "code": "model_unavailable",
        "message": "no luck",
        "type": "service_unavailable_error",
    }
    (event,) = manual.get("/v1/account/usage").json["data"]
    assert (event["error"], event["cost"]["amount"]) == ("no luck", 0)


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"code": "nonsense"}, "code"),
        ({"code": 502}, "code"),
        ({"code": None}, "code"),
        ({"message": ""}, "message"),
        ({"message": None}, "message"),
        ({"message": "x" * 2001}, "message"),
        ({"reason": "x"}, "reason"),
        ([], None),
    ],
)
def test_bad_failure_is_a_400_and_does_nothing(manual, fields, param):
    answer, job = after(manual, "fail", fields=fields)

    assert (answer.status, answer.error["param"]) == (400, param)
    assert job["status"] == "processing"


def test_cancel_is_that_of_the_api(manual):
    answer, job = after(manual, "cancel", seconds=2.2)

    assert (answer.status, answer.json["status"]) == (200, "cancelled")
    assert (job["status"], job["progress"]) == ("cancelled", 0.5)
    assert manual.money() == (1000, 0, 0)


@pytest.mark.parametrize("call", ["finish", "fail", "cancel"])
@pytest.mark.parametrize("prompt", ["a cat", "@mock:fails-upstream", "@mock:cancelled-by-provider"])
def test_terminal_job_comes_back_unchanged(manual, call, prompt):
    """JOB-TERMINAL and PRICE-ONCE."""
    job_id = manual.submit(prompt=prompt).json["job_id"]
    manual.advance(5)
    before, told = manual.get(f"/v1/jobs/{job_id}").json, manual.get(f"{JOBS}/{job_id}").json
    money = manual.money()

    assert manual.post(f"{JOBS}/{job_id}/{call}").json == told
    assert manual.get(f"/v1/jobs/{job_id}").json == before
    assert manual.money() == money


@pytest.mark.parametrize("first", ["finish", "fail", "cancel"])
@pytest.mark.parametrize("second", ["finish", "fail", "cancel"])
def test_job_is_ended_once(manual, first, second):
    answer, _ = after(manual, first)
    manual.advance(1)

    assert manual.post(f"{JOBS}/{answer.json['job_id']}/{second}").json == answer.json
    manual.advance(100)
    assert len(manual.get("/v1/account/usage").json["data"]) == 1


@pytest.mark.parametrize("call", ["finish", "fail", "cancel"])
def test_job_of_another_account_cannot_be_ended(manual, call):
    job_id = manual.submit().json["job_id"]
    other = manual.as_("sk-empiriolabs-other")

    assert other.post(f"{JOBS}/{job_id}/{call}").error["code"] == "job_not_found"
    assert manual.get(f"/v1/jobs/{job_id}").json["status"] == "queued"
