"""Rule USAGE."""

import pytest

GONE = "bunny://nobody/uploaded.png"
USAGE = "/v1/account/usage"


def ids(answer):
    return [event["job_id"] for event in answer.json["data"]]


@pytest.fixture
def three(manual):
    """An account with a completed, a failed and a cancelled job, which ended in the order submitted."""
    jobs = [manual.submit(), manual.submit(image=GONE), manual.submit()]
    manual.advance(4)
    jobs.append(manual.submit())
    manual.post(f"{jobs[3].json['poll_url']}/cancel")
    manual.post(f"{jobs[2].json['poll_url']}/cancel")
    return manual, [answer.json["job_id"] for answer in jobs]


def test_completed_job_becomes_an_event(manual, conforms):
    """Rule USAGE: the documented event, plus created_at and job_id."""
    path = manual.submit().json["poll_url"]
    manual.advance(10)
    job = manual.get(path).json
    page = manual.get(USAGE).json

    conforms(page, "UsagePage")
    assert page == {
        "object": "list",
        "balance": {"amount": 999.172, "currency": "USD"},
        "data": [
            {
                "id": job["job_id"].replace("job_", "use_"),
                "object": "usage_event",
                "source": "api",
                "model": "wan-2-6",
                "endpoint": "/v1/videos/generations",
                "tokens": {"input": 0, "output": 0, "cached": 0, "total": 0},
                "cost": {"amount": 0.828, "currency": "USD"},
                "status": "success",
                "status_code": 200,
                "error": None,
                "output_urls": [job["result"]["data"][0]["url"]],
                "metadata": {},
                "created_at": "2026-11-22T18:00:04.000Z",
                "job_id": job["job_id"],
            }
        ],
        "next_cursor": None,
    }


def test_event_is_written_when_the_job_ends(manual):
    """Rule USAGE: not before, and without anybody's poll."""
    manual.submit()
    manual.advance(3.999)
    assert manual.get(USAGE).json["data"] == []
    manual.advance(0.001)

    assert len(manual.get(USAGE).json["data"]) == 1


def test_failed_and_cancelled_jobs_are_errors_that_cost_nothing(three, conforms):
    """Rules USAGE and PRICE-FAILED."""
    client, (_, failed, _, cancelled) = three
    page = client.get(USAGE).json
    events = {event["job_id"]: event for event in page["data"]}

    conforms(page, "UsagePage")
    for job_id in (failed, cancelled):
        assert events[job_id]["status"] == "error"
        assert events[job_id]["cost"]["amount"] == 0
        assert events[job_id]["output_urls"] == []
    assert events[failed]["error"].startswith("InvalidURL: ")
    assert events[cancelled]["error"] == "cancelled"


def test_newest_event_comes_first(three):
    """Rule USAGE: by the moment the job ended."""
    client, known = three

    assert ids(client.get(USAGE)) == [*reversed(known)]


def test_cancel_comes_after_what_ended_before_it(manual):
    """Rules USAGE and JOB-CANCEL: although nobody had looked at the account meanwhile."""
    ended = manual.submit().json["job_id"]
    manual.patch(latency=100)
    running = manual.submit().json["job_id"]
    manual.advance(10)
    manual.post(f"/v1/jobs/{running}/cancel")

    assert ids(manual.get(USAGE)) == [running, ended]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("status=success", [2, 0]),
        ("status=error", [3, 1]),
        ("model=wan-2-6", [3, 2, 1, 0]),
        ("model=other", []),
        ("limit=2", [3, 2]),
        ("status=error&limit=1", [3]),
        ("from=2026-11-22T18:00:04Z", [3, 2, 1, 0]),
        ("from=2026-11-22T18:00:04.001Z", []),
        ("to=2026-11-22T18:00:04Z", []),
        ("to=2026-11-22T19:00:04.001%2B01:00", [3, 2, 1, 0]),
        ("from=0001-01-01T00:00:00%2B14:00&to=9999-12-31T23:59:59-14:00", [3, 2, 1, 0]),
    ],
)
def test_query_narrows_the_page(three, query, numbers):
    """Rule USAGE: from is included, to is not."""
    client, known = three

    assert ids(client.get(f"{USAGE}?{query}")) == [known[number] for number in numbers]


@pytest.mark.parametrize("status", ["", "&status=success"])
def test_cursor_leads_through_every_event_once(manual, status):
    """Rule USAGE: next_cursor is null on the last page."""
    manual.submit_together(7, duration=5)
    submitted = [job["job_id"] for job in manual.get("/v1/jobs").json["data"]]  # newest first
    manual.advance(4)
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = manual.get(f"{USAGE}?limit=3{status}{cursor and f'&before={cursor}'}")
        found += ids(page)
        cursor = page.json["next_cursor"]

    assert found == submitted


def test_page_has_100_events_unless_told_otherwise(manual):
    """Rule USAGE."""
    manual.submit_together(201, duration=5, resolution="720p")
    manual.advance(4)

    assert [len(ids(manual.get(USAGE + query))) for query in ("", "?limit=200")] == [100, 200]


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("before=", "before"),
        ("before=use_0", "before"),
        ("from=yesterday", "from"),
        ("from=2026-11-22T18:00:00", "from"),
        ("from=2026-11-22T18:00:00+00:00", "from"),
        ("to=2026-13-01T00:00:00Z", "to"),
        ("to=1e400", "to"),
        ("status=completed", "status"),
    ],
)
def test_bad_query_is_a_400_on_its_parameter(client, conforms, query, param):
    """Rule USAGE."""
    answer = client.get(f"{USAGE}?{query}")

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["param"]) == (400, param)
    assert [broken["rule"] for broken in answer.error["details"]] == ["USAGE"]


def test_another_accounts_event_is_no_cursor(manual):
    """Rule USAGE: accounts see nothing of each other."""
    manual.submit()
    manual.advance(4)
    event = manual.get(USAGE).json["data"][0]["id"]
    other = manual.as_("sk-empiriolabs-other")

    assert other.get(f"{USAGE}?before={event}").status == 400
