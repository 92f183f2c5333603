"""Rule JOB-LIST."""

import pytest

GONE = "bunny://nobody/uploaded.png"


@pytest.fixture
def five(manual):
    """An account with a job in each status, and their ids by status."""
    submitted = {
        "completed": manual.submit(),
        "failed": manual.submit(image=GONE),
        "cancelled": manual.submit(),
    }
    manual.post(f"{submitted['cancelled'].json['poll_url']}/cancel")
    manual.advance(3)
    submitted["processing"] = manual.submit()
    manual.advance(1)
    submitted["queued"] = manual.submit()
    return manual, {status: answer.json["job_id"] for status, answer in submitted.items()}


def ids(answer):
    return [job["job_id"] for job in answer.json["data"]]


def test_list_has_the_newest_first(five, conforms):
    """Rule JOB-LIST: each as a poll of it would show it."""
    client, known = five
    answer = client.get("/v1/jobs")

    conforms(answer.json, "JobList")
    assert answer.json["object"] == "list"
    assert ids(answer) == [*reversed(known.values())]
    assert answer.json["data"] == [
        client.get(f"/v1/jobs/{job_id}").json for job_id in reversed(known.values())
    ]


@pytest.mark.parametrize("status", ["queued", "processing", "completed", "failed", "cancelled"])
def test_list_is_filtered_by_status(five, status):
    """Rules JOB-LIST and JOB-STATUS."""
    client, known = five

    assert ids(client.get(f"/v1/jobs?status={status}")) == [known[status]]


@pytest.mark.parametrize(("query", "count"), [("", 25), ("?limit=1", 1), ("?limit=100", 100)])
def test_limit_is_25_unless_told_otherwise(client, query, count):
    """Rule JOB-LIST."""
    client.submit_together(101, duration=5)

    assert len(ids(client.get(f"/v1/jobs{query}"))) == count


def test_limit_counts_what_the_filter_lets_through(five):
    """Rule JOB-LIST."""
    client, known = five

    assert ids(client.get("/v1/jobs?limit=1&status=completed")) == [known["completed"]]


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=2.5", "limit"),
        ("limit=", "limit"),
        ("limit=many", "limit"),
        ("limit=%C2%B2", "limit"),
        ("limit=%EF%BC%91", "limit"),
        (f"limit={'9' * 5000}", "limit"),
        ("status=running", "status"),
        ("status=succeeded", "status"),
        ("status=", "status"),
        ("status=COMPLETED", "status"),
    ],
)
def test_bad_query_is_a_400_on_its_parameter(client, conforms, query, param):
    """Rule JOB-LIST."""
    answer = client.get(f"/v1/jobs?{query}")

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")
    assert answer.error["param"] == param
    assert [broken["rule"] for broken in answer.error["details"]] == ["JOB-LIST"]


def test_all_bad_parameters_come_at_once(client):
    """Rule JOB-LIST."""
    error = client.get("/v1/jobs?limit=0&status=x").error

    assert [broken["pointer"] for broken in error["details"]] == ["/limit", "/status"]


def test_unknown_parameter_is_ignored(client):
    """Rule JOB-LIST: as unknown fields are."""
    assert client.get("/v1/jobs?page=2&limit=5").status == 200


def test_new_account_has_an_empty_list(client):
    """Rule JOB-LIST."""
    assert client.get("/v1/jobs").json == {"object": "list", "data": []}
