"""Rule JOB-CANCEL."""

import pytest

GONE = "bunny://nobody/uploaded.png"


@pytest.mark.parametrize(("seconds", "progress"), [(0, 0.0), (2.2, 0.5)])
def test_running_job_is_cancelled_where_it_is(manual, conforms, seconds, progress):
    """Rules JOB-CANCEL, JOB-RESULT and JOB-PROGRESS."""
    path = manual.submit().json["poll_url"]
    manual.advance(seconds)
    answer = manual.post(f"{path}/cancel")

    conforms(answer.json, "Job")
    assert answer.status == 200
    assert answer.json["status"] == "cancelled"
    assert answer.json["progress"] == progress
    assert answer.json["result"] is answer.json["error"] is answer.json["completed_at"] is None


def test_cancelled_job_stays_as_it_is(manual):
    """Rules JOB-CANCEL and JOB-TERMINAL: also when its time would have come."""
    path = manual.submit().json["poll_url"]
    cancelled = manual.post(f"{path}/cancel").json
    manual.advance(100)

    assert manual.get(path).json == cancelled
    assert manual.post(f"{path}/cancel").json == cancelled


@pytest.mark.parametrize(("fields", "status"), [({}, "completed"), ({"image": GONE}, "failed")])
def test_terminal_job_comes_back_unchanged(manual, fields, status):
    """Rule JOB-CANCEL."""
    path = manual.submit(**fields).json["poll_url"]
    manual.advance(4)
    before = manual.get(path).json

    assert before["status"] == status
    assert manual.post(f"{path}/cancel").json == before == manual.get(path).json


def test_cancel_needs_neither_body_nor_content_type_and_ignores_both(manual):
    """Rule JOB-CANCEL."""
    for headers, body in [({"content-type": ""}, b""), ({"content-type": "text/plain"}, b"{{{")]:
        path = manual.submit().json["poll_url"]

        assert manual.post(f"{path}/cancel", body=body, headers=headers).status == 200


def test_unknown_job_cannot_be_cancelled(client, conforms):
    """Rule JOB-UNKNOWN."""
    answer = client.post("/v1/jobs/job_0/cancel")

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (404, "job_not_found")
