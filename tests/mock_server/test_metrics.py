"""GET /metrics: what the emulator tells Prometheus, read back with Prometheus' own parser."""

import subprocess
import sys
from math import inf
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain_text

from contracts.document import load
from mock_server import __version__
from mock_server.emulator import Emulator
from mock_server.exposition import Exposition
from mock_server.lifecycle import Status
from mock_server.media.library import ClipLibrary
from mock_server.metrics import BUCKETS, Metrics
from mock_server.scenarios.catalogue import SCENARIOS
from mock_server.settings import Settings
from mock_server.storage import Storage

ROOT = Path(__file__).parents[2]
PRICE = 0.828  # of the published example
REQUESTS = "wan_mock_requests_total"
DURATION = "wan_mock_request_duration_seconds"
FAULTS = "wan_mock_faults_total"
JOBS = "wan_mock_jobs"
SECOND = 10**9  # nanoseconds
TYPES = {
    "wan_mock_info": "gauge",
    "wan_mock_requests": "counter",
    DURATION: "histogram",
    "wan_mock_faults": "counter",
    JOBS: "gauge",
    "wan_mock_spent_usd": "counter",
    "wan_mock_held_usd": "gauge",
    "wan_mock_accounts": "gauge",
    "wan_mock_journal_entries": "gauge",
    "wan_mock_journal_bytes": "gauge",
    "wan_mock_media_cache_bytes": "gauge",
    "wan_mock_media_cache_hits": "counter",
    "wan_mock_media_cache_misses": "counter",
}

LOADED_BY_SCRAPES = """
import asyncio, sys
from mock_server.app import create_app

app = create_app()

async def get(path):
    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        answered.append(message)

    answered = []
    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": b"", "scheme": "http",
        "headers": [(b"host", b"localhost"), (b"x-api-key", b"sk-empiriolabs-tests")],
        "server": ("127.0.0.1", 8026),
    }
    await app(scope, receive, send)
    assert answered[0]["status"] == 200, answered

for path in ("/v1/jobs", "/_mock/account", "/metrics"):
    asyncio.run(get(path))
    print("prometheus_client" in sys.modules)
"""


class Numbers:
    """The samples of one page, by name and labels."""

    def __init__(self, families):
        self.samples = [sample for family in families for sample in family.samples]

    def __call__(self, name, **labels):
        """Return the number, None where there is no such sample."""
        found = [one.value for one in self.samples if (one.name, one.labels) == (name, labels)]
        assert len(found) <= 1
        return found[0] if found else None

    def by(self, label, name):
        """Return the numbers of the metric *name* by the value of its *label*."""
        return {one.labels[label]: one.value for one in self.samples if one.name == name}


def scrape(client):
    answer = client.get("/metrics")
    assert answer.status == 200, answer.body
    return Numbers(plain_text(answer.body.decode()))


@pytest.fixture
def told():
    """Return a function that reads back the page of an emulator nobody used, with the given *metrics*."""
    with Storage(None) as storage:
        emulator = Emulator(load(), Settings(), lambda: 0, storage)

        def page(metrics):
            exposition = Exposition(emulator, metrics, ClipLibrary(0))
            return Numbers(plain_text(exposition.page("")[0].decode()))

        yield page


# The page


def test_page_is_plain_text_that_tells_the_version(client):
    answer = client.as_(None).get("/metrics")

    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert Numbers(plain_text(answer.body.decode()))("wan_mock_info", version=__version__) == 1


def test_who_asks_for_openmetrics_gets_it(manual):
    manual.submit()
    accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
    answer = manual.get("/metrics", headers={"accept": accept})

    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    numbers = Numbers(open_metrics(answer.body.decode()))
    assert numbers(REQUESTS, operation="submit", status="202") == 1


@pytest.mark.parametrize(
    "accept",
    [
        "application/openmetrics-text; version=latest",
        "application/openmetrics-text; version=1..0",
        "text/plain; version=\xff",
        "text/plain; version=1" + "0" * 5000 + "x",
        "image/png",
    ],
)
def test_accept_header_that_means_nothing_gets_plain_text(client, accept):
    answer = client.get("/metrics", headers={"accept": accept})

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_every_metric_has_help_type_and_a_name_by_convention(client):
    client.submit(prompt="@mock:submit-503")
    families = [*plain_text(client.get("/metrics").body.decode())]

    assert {family.name: family.type for family in families} == TYPES
    assert all(family.documentation.endswith(".") for family in families)
    assert all(
        sample.name.endswith("_total")
        for family in families
        if family.type == "counter"
        for sample in family.samples
    )


def test_emulator_that_nobody_used_tells_nothing_but_zeros(told):
    numbers = told(Metrics())

    info = ("wan_mock_info", {"version": __version__})
    values = {one.value for one in numbers.samples if (one.name, one.labels) != info}
    assert values == {0}
    assert numbers("wan_mock_accounts") == 0


# Requests


def test_requests_are_counted_by_operation_and_status(manual):
    job_id = manual.submit().json["job_id"]
    manual.submit(duration=99)
    for _ in range(3):
        manual.get(f"/v1/jobs/{job_id}")
    manual.get("/v1/jobs/job_0")
    manual.as_(None).get("/v1/jobs")
    manual.get("/v1/no-such-path")
    manual.get("/_mock/account")

    numbers = scrape(manual)
    expected = {
        ("submit", "202"): 1,
        ("submit", "400"): 1,
        ("poll", "200"): 3,
        ("poll", "404"): 1,
        ("list", "401"): 1,
        ("none", "404"): 1,
        ("control", "200"): 1,
    }
    found = {
        (one.labels["operation"], one.labels["status"]): one.value
        for one in numbers.samples
        if one.name == REQUESTS
    }
    assert found == expected
    for operation in {operation for operation, _ in expected}:
        number = sum(value for (name, _), value in expected.items() if name == operation)
        assert numbers(f"{DURATION}_count", operation=operation) == number
        assert numbers(f"{DURATION}_sum", operation=operation) > 0


def test_unknown_paths_make_no_labels_of_their_own(client):
    for number in range(50):
        client.get(f"/v1/nothing/{number}")
        client.get(f"/_mock/nothing/{number}")
        client.get(f"/v1/jobs/job_{number}")

    operations = scrape(client).by("operation", REQUESTS)
    assert operations == {"none": 50, "control": 50, "poll": 50}


def test_scrape_counts_the_scrapes_before_it(client):
    scrape(client)
    scrape(client)

    assert scrape(client)(REQUESTS, operation="control", status="200") == 2


def test_answer_that_never_came_has_the_status_none(client):
    client.post("/_mock/faults", {"operation": "models", "times": 1, "action": {"reset": True}})
    with pytest.raises(ConnectionError):
        client.get("/v1/models")
    client.get("/v1/models")

    numbers = scrape(client)
    assert numbers(REQUESTS, operation="models", status="none") == 1
    assert numbers(REQUESTS, operation="models", status="200") == 1


def test_latencies_are_in_buckets_up_to_and_with_their_bounds(told):
    metrics = Metrics()
    for took in (1, 100_000, 100_001, round(0.5 * SECOND), 30 * SECOND, 30 * SECOND + 1):
        metrics.count("poll", 200, took)

    numbers = told(metrics)
    buckets = {
        float(one.labels["le"]): one.value
        for one in numbers.samples
        if one.name == f"{DURATION}_bucket"
    }
    assert [*buckets] == [*BUCKETS, inf]
    assert buckets == {
        bound: 2 if bound == 0.0001 else 3 if bound < 0.5 else 4 if bound < 30 else 5
        for bound in BUCKETS
    } | {inf: 6}
    assert numbers(f"{DURATION}_count", operation="poll") == 6
    assert numbers(f"{DURATION}_sum", operation="poll") == 60.500200003


def test_latencies_of_an_operation_are_one_histogram_whatever_the_status(told):
    metrics = Metrics()
    for status in (200, 404, None):
        metrics.count("poll", status, SECOND)
    metrics.count("list", 200, 2 * SECOND)

    numbers = told(metrics)
    counts = numbers.by("operation", f"{DURATION}_count")
    assert counts == {"poll": 3, "list": 1}
    assert numbers(f"{DURATION}_bucket", operation="poll", le="1.0") == 3
    assert numbers(f"{DURATION}_bucket", operation="list", le="1.0") == 0
    assert numbers.by("operation", f"{DURATION}_sum") == {"poll": 3, "list": 2}


# Jobs and money


def test_jobs_are_told_by_status(manual):
    assert scrape(manual).by("status", JOBS) == dict.fromkeys(Status, 0)
    manual.submit(prompt="@mock:fails-upstream")
    manual.submit()
    manual.advance(1000)
    manual.submit(prompt="@mock:stuck")
    manual.advance(1000)
    cancelled = manual.submit().json["job_id"]
    manual.post(f"/v1/jobs/{cancelled}/cancel")
    manual.as_("sk-empiriolabs-other").submit()
    manual.as_("sk-empiriolabs-other").submit()

    expected = {"queued": 2, "processing": 1, "completed": 1, "failed": 1, "cancelled": 1}
    assert scrape(manual).by("status", JOBS) == {"paused": 0, **expected}


def test_job_is_counted_once_however_often_it_is_told(manual):
    """The ended ones are kept from scrape to scrape."""
    steps = []
    for _ in range(3):
        manual.submit()
        steps.append(scrape(manual).by("status", JOBS))
        manual.advance(1000)
        steps.append(scrape(manual).by("status", JOBS))

    told = [(step["queued"], step["completed"]) for step in steps]
    assert told == [(1, 0), (0, 1), (1, 1), (0, 2), (1, 2), (0, 3)]
    assert {sum(step.values()) for step in steps} == {1, 2, 3}


def test_account_that_is_opened_anew_has_its_jobs_counted_anew(manual):
    manual.submit()
    manual.advance(1000)
    assert scrape(manual)(JOBS, status="completed") == 1

    manual.send("DELETE", "/_mock/account")
    assert scrape(manual)(JOBS, status="completed") == 0
    manual.submit()
    manual.advance(1000)
    assert scrape(manual)(JOBS, status="completed") == 1


def test_money_is_held_by_running_jobs_and_spent_by_completed_ones(manual):
    other = manual.as_("sk-empiriolabs-other")
    manual.submit()
    other.submit()
    numbers = scrape(manual)
    assert (numbers("wan_mock_held_usd"), numbers("wan_mock_spent_usd_total")) == (2 * PRICE, 0)

    manual.advance(1000)
    numbers = scrape(manual)
    assert numbers("wan_mock_held_usd") == PRICE
    assert numbers("wan_mock_spent_usd_total") == PRICE


def test_what_was_spent_never_becomes_less(manual):
    manual.submit()
    manual.advance(1000)
    manual.send("DELETE", "/_mock/account")
    assert scrape(manual)("wan_mock_spent_usd_total") == PRICE

    manual.submit()
    manual.advance(1000)
    numbers = scrape(manual)
    assert numbers("wan_mock_spent_usd_total") == 2 * PRICE
    assert numbers("wan_mock_held_usd") == 0


def test_accounts_are_counted_and_not_named(client):
    for name in ("alice", "bob", "carol"):
        client.as_(f"sk-empiriolabs-{name}").get("/v1/jobs")
    page = client.get("/metrics").body.decode()

    assert Numbers(plain_text(page))("wan_mock_accounts") == 3
    assert not [name for name in ("alice", "bob", "carol") if name in page]
    client.as_("sk-empiriolabs-bob").send("DELETE", "/_mock/account")
    assert scrape(client)("wan_mock_accounts") == 2


# Faults and scenarios


def test_faults_have_one_label_however_many_there_are(manual):
    for _ in range(7):
        fault = {"operation": "models", "times": 1, "action": {"status": 503}}
        assert manual.post("/_mock/faults", fault).status == 201
    for name in ("tests", "other"):
        account = manual.as_(f"sk-empiriolabs-{name}")
        statuses = [account.get("/v1/models").status for _ in range(8)]
        assert statuses.count(503) == (7 if name == "tests" else 0)

    numbers = scrape(manual)
    samples = [(one.labels, one.value) for one in numbers.samples if one.name == FAULTS]
    assert samples == [({"scenario": "", "kind": "fault"}, 7)]


def test_scenarios_that_struck_are_told_by_name_and_kind(manual):
    manual.submit(prompt="@mock:submit-429")
    job_id = manual.submit(prompt="a cat @mock:poll-429").json["job_id"]
    statuses = [manual.get(f"/v1/jobs/{job_id}").status for _ in range(5)]
    assert statuses == [200, 429, 429, 429, 200]

    numbers = scrape(manual)
    assert numbers(FAULTS, scenario="submit-429", kind="submit") == 1
    assert numbers(FAULTS, scenario="poll-429", kind="poll") == 3
    assert len(numbers.by("scenario", FAULTS)) == 2


def test_labels_of_what_struck_are_bounded(told):
    metrics = Metrics()
    for by in [*SCENARIOS, *(f"fault_{number}" for number in range(1000))]:
        metrics.strike(by)

    assert len(metrics.struck) == len(SCENARIOS) + 1
    numbers = told(metrics)
    assert numbers.by("scenario", FAULTS) == {**dict.fromkeys(SCENARIOS, 1), "": 1000}
    kinds = {
        one.labels["scenario"]: one.labels["kind"] for one in numbers.samples if one.name == FAULTS
    }
    assert kinds == {name: scenario.kind for name, scenario in SCENARIOS.items()} | {"": "fault"}


# Cache and journal


def test_cache_of_videos_is_told_with_bytes_hits_and_misses(manual):
    path = manual.submit(resolution="720p").json["poll_url"]
    manual.advance(1000)
    url = manual.get(path).json["result"]["data"][0]["url"]
    size = len(manual.get(url).body)
    manual.get(url)
    manual.get(url)

    numbers = scrape(manual)
    assert numbers("wan_mock_media_cache_misses_total") == 1
    assert numbers("wan_mock_media_cache_hits_total") == 2
    assert numbers("wan_mock_media_cache_bytes") == size > 1000


def test_journals_are_told_with_entries_and_bytes(client):
    for name in ("one", "one", "two"):
        client.as_(f"sk-empiriolabs-{name}").get("/v1/models")
    numbers = scrape(client)
    assert numbers("wan_mock_journal_entries") == 3
    assert numbers("wan_mock_journal_bytes") > 3 * 1024

    client.as_("sk-empiriolabs-one").send("DELETE", "/_mock/requests")
    numbers = scrape(client)
    assert numbers("wan_mock_journal_entries") == 1
    assert 1024 < numbers("wan_mock_journal_bytes") < 2 * 3 * 1024


def test_full_journal_is_told_with_what_is_left(make_client):
    client = make_client(journal_entries=2)
    for _ in range(5):
        client.get("/v1/models")

    numbers = scrape(client)
    assert numbers("wan_mock_journal_entries") == 2
    assert numbers(REQUESTS, operation="models", status="200") == 5


# Who may scrape


@pytest.mark.parametrize("key", [None, "nonsense", "sk-empiriolabs-me"])
def test_scrape_needs_no_key_on_this_machine(client, key):
    assert client.as_(key).get("/metrics").status == 200


def test_scrape_from_elsewhere_needs_the_token(make_client):
    client = make_client(host="0.0.0.0", control_token="secret-token")

    assert client.get("/metrics").status == 404
    assert client.get("/metrics", headers={"x-mock-token": "wrong"}).status == 404
    assert client.get("/metrics", headers={"x-mock-token": "secret-token"}).status == 200
    assert make_client(control_token="secret-token").get("/metrics").status == 404


def test_nobody_scrapes_beyond_loopback_without_a_token(make_client):
    assert make_client(host="0.0.0.0").get("/metrics").status == 404


def test_nobody_scrapes_without_the_control_interface(make_client):
    answer = make_client(control=False).get("/metrics")

    assert (answer.status, answer.error["code"]) == (404, "not_found")


def test_page_of_another_host_may_not_scrape(client):
    answer = client.get("/metrics", headers={"host": "evil.example"})

    assert (answer.status, answer.error["code"]) == (403, "host_not_allowed")


def test_metrics_are_read_only(client):
    answer = client.post("/metrics", {})

    assert (answer.status, answer.headers["allow"]) == (405, "GET")


def test_library_of_prometheus_is_loaded_by_the_first_scrape_only():
    command = [sys.executable, "-c", LOADED_BY_SCRAPES]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert ended.stdout.split() == ["False", "False", "True"]
