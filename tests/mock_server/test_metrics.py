"""/metrics: the emulator's numbers as Prometheus reads them."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mock_server.lifecycle import Status
from mock_server.metrics import BUCKETS, Metrics

METRICS = "/metrics"


def families(client):
    answer = client.as_(None).get(METRICS)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {family.name: family for family in text_string_to_metric_families(answer.body.decode())}


def samples(client):
    """Return each sample's value by its name and its labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in families(client).values()
        for sample in family.samples
    }


def test_every_metric_has_a_help_and_a_type_by_convention(client):
    client.submit(prompt="@mock:poll-503")
    found = families(client)

    assert {name: family.type for name, family in found.items()} == {
        "wan_mock_info": "gauge",
        "wan_mock_requests": "counter",
        "wan_mock_request_duration_seconds": "histogram",
        "wan_mock_faults": "counter",
        "wan_mock_jobs": "gauge",
        "wan_mock_spent_usd": "counter",
        "wan_mock_held_usd": "gauge",
        "wan_mock_accounts": "gauge",
        "wan_mock_journal_entries": "gauge",
        "wan_mock_journal_bytes": "gauge",
        "wan_mock_media_cache_bytes": "gauge",
        "wan_mock_media_cache_hits": "counter",
        "wan_mock_media_cache_misses": "counter",
    }
    assert all(family.documentation.endswith(".") for family in found.values())
    assert all(
        sample.name.endswith("_total")
        for family in found.values()
        if family.type == "counter"
        for sample in family.samples
    )


def test_requests_are_counted_by_operation_and_status(client):
    job_id = client.submit().json["job_id"]
    client.submit(prompt="")
    client.get(f"/v1/jobs/{job_id}")
    client.get(f"/v1/jobs/{job_id}")
    client.as_(None).get(f"/v1/jobs/{job_id}")
    client.get("/nothing")
    client.get("/_mock/clock")
    client.post("/_mock/faults", {"operation": "list", "action": {"drop": True}})
    client.post("/_mock/faults", {"operation": "list", "action": {"reset": True}})
    with pytest.raises(ConnectionError):
        client.get("/v1/jobs")

    found = samples(client)

    def count(operation, status):
        labels = ("operation", operation), ("status", status)
        return found["wan_mock_requests_total", *labels]

    assert count("submit", "202") == 1
    assert count("submit", "400") == 1
    assert count("poll", "200") == 2
    assert count("poll", "401") == 1
    assert count("none", "404") == 1
    assert count("control", "200") == 1
    assert count("list", "none") == 1


def test_durations_are_counted_in_buckets_by_operation(client):
    client.submit()
    client.submit(prompt="")
    found = samples(client)
    name = "wan_mock_request_duration_seconds"

    buckets = [
        value
        for key, value in found.items()
        if key[0] == f"{name}_bucket" and ("operation", "submit") in key
    ]
    assert buckets == sorted(buckets)
    assert len(buckets) == len(BUCKETS) + 1
    assert buckets[-1] == found[f"{name}_count", ("operation", "submit")] == 2
    assert 0 < found[f"{name}_sum", ("operation", "submit")] < 10


def test_request_falls_into_the_first_bucket_that_takes_it():
    metrics = Metrics()
    for nanoseconds in (0, 100_000, 100_001, 30_000_000_000, 30_000_000_001):
        metrics.count("poll", 200, nanoseconds)

    assert metrics.tallies["poll", 200].buckets == [2, 1, *[0] * (len(BUCKETS) - 3), 1, 1]


def test_jobs_are_counted_by_status_and_money_with_them(manual):
    for _ in range(3):
        manual.submit()
    manual.submit(prompt="@mock:fails-upstream")
    manual.submit(prompt="@mock:stuck")
    cancelled = manual.submit().json["job_id"]
    manual.post(f"/v1/jobs/{cancelled}/cancel")

    def jobs():
        found = samples(manual)
        return {
            status: found["wan_mock_jobs", ("status", status)]
            for status in Status
            if found["wan_mock_jobs", ("status", status)]
        }

    assert jobs() == {"queued": 5, "cancelled": 1}
    assert samples(manual)["wan_mock_spent_usd_total",] == 0
    assert samples(manual)["wan_mock_held_usd",] == pytest.approx(manual.money()[1])
    manual.advance(60)
    assert jobs() == {"completed": 3, "failed": 1, "processing": 1, "cancelled": 1}
    assert samples(manual)["wan_mock_spent_usd_total",] == pytest.approx(manual.money()[2])
    assert jobs() == {"completed": 3, "failed": 1, "processing": 1, "cancelled": 1}


def test_what_a_forgotten_account_has_spent_stays_counted(client):
    """A counter never goes back."""
    client.finished()
    spent = samples(client)["wan_mock_spent_usd_total",]
    assert samples(client)["wan_mock_accounts",] == 1
    client.send("DELETE", "/_mock/account")

    assert spent > 0
    assert samples(client)["wan_mock_spent_usd_total",] == spent
    assert samples(client)["wan_mock_accounts",] == 0


def test_faults_are_counted_by_scenario_and_kind(client):
    job_id = client.submit(prompt="@mock:poll-503").json["job_id"]
    for _ in range(3):
        client.get(f"/v1/jobs/{job_id}")
    client.post("/_mock/faults", {"operation": "list", "times": 1, "action": {"status": 500}})
    client.get("/v1/jobs")

    found = samples(client)
    assert found["wan_mock_faults_total", ("kind", "poll"), ("scenario", "poll-503")] == 2
    assert found["wan_mock_faults_total", ("kind", "fault"), ("scenario", "")] == 1


def test_cache_of_videos_is_counted(client):
    url = client.finished()["result"]["data"][0]["url"]
    size = len(client.get(url).body)
    client.get(url)

    found = samples(client)
    assert found["wan_mock_media_cache_bytes",] == size
    assert found["wan_mock_media_cache_hits_total",] == 1
    assert found["wan_mock_media_cache_misses_total",] == 1


def test_journals_are_counted(client):
    client.get("/v1/jobs")
    client.as_("sk-empiriolabs-other").get("/v1/jobs")

    found = samples(client)
    assert found["wan_mock_journal_entries",] == 2
    assert found["wan_mock_journal_bytes",] > 0


def test_account_names_are_no_labels(client):
    """There may be any number of them."""
    client.as_("sk-empiriolabs-somebody").submit()

    assert b"somebody" not in client.get(METRICS).body


def test_openmetrics_for_who_asks_for_it(client):
    accept = "application/openmetrics-text; version=1.0.0"
    answer = client.get(METRICS, headers={"accept": accept})

    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.body.endswith(b"# EOF\n")


def test_odd_version_is_answered_as_if_none_was_asked_for(client):
    """The library fails on it."""
    accept = "application/openmetrics-text; version=new"
    answer = client.get(METRICS, headers={"accept": accept})

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")


def test_guard_of_the_control_interface_stands_before_it(make_client):
    assert make_client(control=False).get(METRICS).status == 404
    assert make_client(host="0.0.0.0").get(METRICS).status == 404
    guarded = make_client(host="0.0.0.0", control_token="secret")
    assert guarded.get(METRICS).status == 404
    assert guarded.get(METRICS, headers={"x-mock-token": "secret"}).status == 200
    assert make_client().get(METRICS, headers={"host": "example.org"}).status == 403
