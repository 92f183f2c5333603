"""A job over its life, as polls see it."""

from datetime import datetime

import pytest

GONE = "bunny://nobody/uploaded.png"


@pytest.fixture
def polled(manual):
    """Return a function that submits a job and polls it after each of some seconds."""

    def poll(moments, **fields):
        path = manual.submit(**fields).json["poll_url"]
        jobs, now = [], 0
        for moment in moments:
            manual.advance(moment - now)
            now = moment
            jobs.append(manual.get(path).json)
        return jobs

    return poll


def test_job_goes_from_queued_through_processing_to_completed(polled):
    """Rules JOB-STATUS and JOB-PROGRESS: a tenth of the time in the queue, then a straight line."""
    jobs = polled([0, 0.399, 0.4, 2.2, 3.999, 4])

    assert [(job["status"], job["progress"]) for job in jobs] == [
        ("queued", 0.0),
        ("queued", 0.0),
        ("processing", 0.0),
        ("processing", 0.5),
        ("processing", 0.9997),
        ("completed", 1.0),
    ]


def test_job_never_goes_back(polled):
    """Rules JOB-FORWARD and JOB-PROGRESS."""
    order = ["queued", "processing", "completed"]
    jobs = polled([tenth / 20 for tenth in range(100)])
    seen = [(order.index(job["status"]), job["progress"]) for job in jobs]

    assert seen == sorted(seen)
    assert all((status == 2) == (progress == 1) for status, progress in seen)


def test_completed_job_has_its_result(polled, conforms):
    """Rules JOB-SHAPE and JOB-RESULT."""
    (job,) = polled([10])
    (video,) = job["result"]["data"]

    conforms(job, "Job")
    assert set(job) == {
        "job_id",
        "status",
        "progress",
        "created_at",
        "completed_at",
        "model",
        "result",
        "error",
    }
    assert job["model"] == "wan-2-6"
    assert job["created_at"] == "2026-11-22T18:00:00.000Z"
    assert job["completed_at"] == "2026-11-22T18:00:04.000Z"
    assert job["error"] is None
    assert video["content_type"] == "video/mp4"
    assert video["duration_seconds"] == 6
    assert video["file_id"] == job["job_id"].replace("job_", "file_")


def test_running_job_has_neither_result_nor_error(polled, conforms):
    """Rules JOB-SHAPE and JOB-RESULT."""
    for job in polled([0, 2]):
        conforms(job, "Job")
        assert job["result"] is job["error"] is job["completed_at"] is None


def test_failed_job_has_its_error(polled, conforms):
    """Rules JOB-RESULT and JOB-PROGRESS: its progress stays where it was."""
    *_, before, job = polled([0, 3.999, 4], image=GONE)

    conforms(job, "Job")
    assert job["status"] == "failed"
    assert job["error"]["code"] == job["error"]["type"] == "upstream_error"
    assert job["error"]["message"].startswith("InvalidURL: ")
    assert GONE in job["error"]["message"]
    assert job["result"] is job["completed_at"] is None
    assert before["progress"] <= job["progress"] < 1


def test_terminal_job_never_changes(polled):
    """Rule JOB-TERMINAL: every poll is equal to the letter, the URL included."""
    first, *others = polled([4, 5, 1000, 3603])

    assert others == [first] * 3


def test_job_is_forgotten_an_hour_after_its_end(polled, conforms, manual):
    """Rule JOB-RETENTION."""
    last, forgotten = polled([3603.999, 3604])

    assert last["status"] == "completed"
    assert forgotten["error"]["code"] == "job_not_found"
    assert manual.get(f"/v1/jobs/{last['job_id']}").status == 404
    assert manual.post(f"/v1/jobs/{last['job_id']}/cancel").status == 404
    assert manual.get("/v1/jobs").json["data"] == []
    conforms(forgotten, "Error")


def test_cancelled_job_is_forgotten_an_hour_after_its_cancel(manual):
    """Rule JOB-RETENTION."""
    path = manual.submit().json["poll_url"]
    manual.advance(1)
    manual.post(f"{path}/cancel")
    manual.advance(3599.999)

    assert manual.get(path).status == 200
    manual.advance(0.001)
    assert manual.get(path).status == 404


def test_each_of_many_finished_jobs_is_told_as_its_own(make_client):
    """Rules JOB-TERMINAL and JOB-RESULT: more of them than are kept rendered."""
    client = make_client(latency="instant", balance="unlimited")
    paths = [answer.json["poll_url"] for answer in client.submit_together(1100, duration=5)]

    for path in [*paths, paths[0]]:
        job = client.get(path).json
        assert path.endswith(job["job_id"])
        assert job["job_id"] in job["result"]["data"][0]["url"]


def test_job_of_an_account_that_was_forgotten_meanwhile_is_in_the_new_one(client):
    """Rule JOB-SUBMIT: an accepted job can be polled, whatever happened while its body came in."""
    fields = {"model": "wan-2-6", "prompt": "sunrise"}
    forgotten = ("DELETE", "/_mock/account")
    answer = client.post("/v1/videos/generations", fields, meanwhile=forgotten)

    assert answer.status == 202
    assert client.get(answer.json["poll_url"]).status == 200


@pytest.mark.parametrize("job_id", ["job_0", "nothing", "job_%20", "%F0%9F%98%80", "a" * 5000])
def test_unknown_job_is_a_404_that_names_it(client, conforms, job_id):
    """Rule JOB-UNKNOWN."""
    answer = client.get(f"/v1/jobs/{job_id}")

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (404, "job_not_found")


@pytest.mark.parametrize(
    ("latency", "seconds"), [("instant", 0), ("quick", 4), (0.25, 0.25), (90, 90)]
)
def test_latency_is_how_long_a_job_takes(make_client, latency, seconds):
    client = make_client(latency=latency, clock="manual")
    path = client.submit().json["poll_url"]
    if seconds:
        client.advance(seconds - 0.01)
        assert client.get(path).json["status"] == "processing"
        client.advance(0.01)

    assert client.get(path).json["status"] == "completed"


def lasted(job):
    created_at, completed_at = map(datetime.fromisoformat, (job["created_at"], job["completed_at"]))
    return (completed_at - created_at).total_seconds()


@pytest.mark.parametrize("mode", ["i2v", "r2v"])
def test_flash_job_finishes_sooner(make_client, mode):
    """Rule FLASH-FASTER: with the same seed, about five times sooner."""
    client = make_client(latency="realistic")
    fields = {"mode": mode, "image": "https://example.com/a.png", "seed": 1}
    standard, flash = (
        lasted(client.finished(**fields, flash_mode=flash_mode)) for flash_mode in (False, True)
    )

    assert flash == pytest.approx(standard / 5, abs=0.01)


def test_published_host_is_in_the_url(client):
    """Rule OUT-URL: scheme and Host of the submission, whatever Host polls."""
    body = b'{"model":"wan-2-6","prompt":"a"}'
    headers = {"host": "gateway.example:8443"}
    path = client.post("/v1/videos/generations", body=body, headers=headers).json["poll_url"]
    client.time.pass_seconds(4)
    url = client.get(path).json["result"]["data"][0]["url"]

    assert url.startswith("http://gateway.example:8443/media/job_")
