"""/_mock/jobs: what the emulator knows of an account's jobs."""

import pytest

JOBS = "/_mock/jobs"


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
