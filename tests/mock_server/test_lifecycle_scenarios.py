"""What a plain client sees of each lifecycle scenario, over a real socket; a skipping clock spares the waiting."""

import http.client
import itertools
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from mock_server.app import create_app
from mock_server.scenarios.lifecycle import SCENARIOS
from mock_server.server import ThreadServer
from mock_server.settings import Settings

MOST_POLLS = 12
PRICE = 0.69
ACCOUNTS = itertools.count(1)
FINAL = {"completed", "succeeded", "failed", "cancelled"}


class Client:
    """A client with one connection and one key, that knows nothing of the emulator but its address."""

    def __init__(self, address: str, account: str) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=10)
        self._headers = {"Authorization": f"Bearer sk-empiriolabs-{account}"}

    def close(self) -> None:
        self._connection.close()

    def ask(self, method: str, path: str, fields: Any = None) -> tuple[int, Any]:
        body = None if fields is None else json.dumps(fields)
        headers = self._headers | {"Content-Type": "application/json"}
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        return response.status, json.loads(content) if content else None

    def submit(self, prompt: str) -> str:
        fields = {"model": "wan-2-6", "prompt": prompt}
        status, body = self.ask("POST", "/v1/videos/generations", fields)
        assert status == 202, body
        return str(body["job_id"])

    def polls(self, job_id: str) -> list[tuple[int, Any]]:
        """Poll until the end, or as often as it may take."""
        answers: list[tuple[int, Any]] = []
        while len(answers) < MOST_POLLS:
            answers.append(self.ask("GET", f"/v1/jobs/{job_id}"))
            if answers[-1][0] != 200 or answers[-1][1]["status"] in FINAL:
                break
        return answers

    def end(self, scenario: str) -> tuple[list[Any], Any]:
        """Return the answers on the way of a job of *scenario*, and the last one."""
        answers = self.polls(self.submit(f"a cat @mock:{scenario} on a mat"))
        assert {status for status, _ in answers} == {200}
        return [body for _, body in answers[:-1]], answers[-1][1]

    def money(self) -> tuple[float, float, float]:
        account = self.ask("GET", "/_mock/account")[1]
        return account["balance"], account["held"], account["spent"]

    def now(self) -> datetime:
        return datetime.fromisoformat(self.ask("GET", "/_mock/clock")[1]["now"])

    def enter(self, mode: str) -> None:
        self.ask("PUT", "/_mock/clock", {"mode": mode})

    def advance(self, seconds: float) -> None:
        self.ask("POST", "/_mock/clock/advance", {"seconds": seconds})


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadServer(create_app(Settings(clock="skip"))) as server:
        yield server.url.removeprefix("http://")


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    """A client of an account of the test's own."""
    client = Client(address, f"a{next(ACCOUNTS)}")
    yield client
    client.close()


@pytest.fixture
def manual(client: Client) -> Client:
    client.enter("manual")
    return client


def test_slow_takes_ten_times_as_long_and_half_a_minute_at_least(manual):
    manual.ask("PATCH", "/_mock/account", {"latency": 100})
    job_id = manual.submit("@mock:slow")
    manual.advance(999)
    assert manual.ask("GET", f"/v1/jobs/{job_id}")[1]["status"] == "processing"
    manual.advance(1)
    assert manual.ask("GET", f"/v1/jobs/{job_id}")[1]["status"] == "completed"

    manual.ask("PATCH", "/_mock/account", {"latency": "instant"})
    job_id = manual.submit("@mock:slow")
    assert manual.ask("GET", f"/v1/jobs/{job_id}")[1]["status"] == "queued"
    manual.advance(30)
    assert manual.ask("GET", f"/v1/jobs/{job_id}")[1]["status"] == "completed"


def test_stuck_is_processing_for_ever_and_holds_its_price(manual):
    job_id = manual.submit("@mock:stuck")
    manual.advance(10**6)
    _, job = manual.ask("GET", f"/v1/jobs/{job_id}")

    assert (job["status"], job["progress"]) == ("processing", 0.5)
    assert manual.money() == (1000 - PRICE, PRICE, 0)
    assert [told["status"] for told in manual.ask("GET", "/v1/jobs")[1]["data"]] == ["processing"]
    assert manual.ask("GET", "/v1/account/usage")[1]["data"] == []


def test_stuck_ends_by_a_cancel_which_gives_the_price_back(manual):
    job_id = manual.submit("@mock:stuck")
    manual.advance(10**6)
    status, job = manual.ask("POST", f"/v1/jobs/{job_id}/cancel")

    assert (status, job["status"], job["progress"]) == (200, "cancelled", 0.5)
    assert manual.money() == (1000, 0, 0)
    assert [event["job_id"] for event in manual.ask("GET", "/v1/account/usage")[1]["data"]] == [
        job_id
    ]


def test_polls_of_a_stuck_job_move_no_clock(client):
    client.ask("PATCH", "/_mock/account", {"latency": 10**6})
    job_id = client.submit("@mock:stuck")
    before = client.now()
    polled = [client.ask("GET", f"/v1/jobs/{job_id}")[1]["status"] for _ in range(MOST_POLLS)]

    assert polled == ["queued"] * MOST_POLLS
    assert client.now() - before < timedelta(
        hours=1
    )  # what really passed, and nothing of the latency


@pytest.mark.parametrize(
    ("scenario", "code", "progress"),
    [
        ("fails-moderation", "DataInspectionFailed", 0.1),
        ("fails-upstream", "InternalError.Algo", 0.5),
        ("fails-at-99", "InternalError.Algo", 0.99),
        ("fails-timeout", "InternalError.Timeout", 0.95),
    ],
)
def test_failing_job_tells_the_providers_code_first_and_costs_nothing(
    client, scenario, code, progress
):
    way, job = client.end(scenario)

    assert (job["status"], job["progress"], job["result"]) == ("failed", progress, None)
    assert (job["error"]["code"], job["error"]["type"]) == ("upstream_error", "upstream_error")
    assert job["error"]["message"].startswith(f"{code}: ")
    assert [told["error"] for told in way] == [None] * len(way)
    assert client.money() == (1000, 0, 0)
    (event,) = client.ask("GET", "/v1/account/usage")[1]["data"]
    assert (event["status"], event["cost"]["amount"]) == ("error", 0)
    assert event["error"] == job["error"]["message"]


def test_timeout_comes_after_three_times_the_latency(manual):
    job_id = manual.submit("@mock:fails-timeout")
    manual.advance(11.99)
    assert manual.ask("GET", f"/v1/jobs/{job_id}")[1]["status"] == "processing"
    manual.advance(0.01)
    assert manual.ask("GET", f"/v1/jobs/{job_id}")[1]["status"] == "failed"


def test_cancelled_by_provider_ends_cancelled_and_costs_nothing(client):
    _, job = client.end("cancelled-by-provider")

    assert (job["status"], job["progress"]) == ("cancelled", 0.4)
    assert (job["result"], job["error"], job["completed_at"]) == (None, None, None)
    assert client.money() == (1000, 0, 0)
    (event,) = client.ask("GET", "/v1/account/usage")[1]["data"]
    assert (event["status"], event["status_code"], event["error"]) == ("error", 499, "cancelled")


def test_succeeded_is_the_word_of_a_job_that_is_done_and_paid(client):
    way, job = client.end("succeeded-word")

    assert (job["status"], job["progress"]) == ("succeeded", 1)
    assert job["result"]["data"][0]["url"].startswith("http://")
    assert {told["status"] for told in way} == {"queued", "processing"}
    assert client.money() == (1000 - PRICE, 0, PRICE)
    (listed,) = client.ask("GET", "/v1/jobs?status=completed")[1]["data"]
    assert listed == job


def test_unknown_status_is_shown_before_the_job_is_completed(client):
    way, job = client.end("unknown-status")

    assert [told["status"] for told in way[-2:]] == ["processing", "paused"]
    assert (way[-1]["progress"], way[-1]["result"], way[-1]["error"]) == (0.5, None, None)
    assert (job["status"], job["progress"]) == ("completed", 1)
    assert client.money() == (1000 - PRICE, 0, PRICE)


def test_paused_job_can_be_cancelled(manual):
    job_id = manual.submit("@mock:unknown-status")
    manual.advance(3)
    _, job = manual.ask("POST", f"/v1/jobs/{job_id}/cancel")

    assert (job["status"], job["progress"]) == ("cancelled", 0.5)


def test_unknown_fields_stand_on_every_level(client):
    way, job = client.end("unknown-fields")

    for told in (*way, job):
        assert {"queue_position", "metadata"} <= told.keys()
    assert "thumbnails" in job["result"]
    assert "width" in job["result"]["data"][0]
    assert "discount" in job["result"]["usage"]
    assert client.money() == (1000 - PRICE, 0, PRICE)


def test_unknown_fields_stand_in_an_error_too(manual):
    job_id = manual.submit("@mock:unknown-fields")
    manual.ask("POST", f"/_mock/jobs/{job_id}/fail")

    assert "details" in manual.ask("GET", f"/v1/jobs/{job_id}")[1]["error"]


def test_completed_without_url_is_paid_and_its_file_can_be_signed(client):
    _, job = client.end("completed-without-url")
    (video,) = job["result"]["data"]

    assert job["status"] == "completed"
    assert video.keys() == {"content_type", "duration_seconds", "file_id"}
    assert client.money() == (1000 - PRICE, 0, PRICE)
    status, signed = client.ask("GET", f"/v1/files/sign?file_id={video['file_id']}")
    assert (status, signed["url"].startswith("http://")) == (200, True)


def test_progress_is_missing_from_every_answer(client):
    way, job = client.end("progress-missing")

    assert all("progress" not in told for told in (*way, job))
    assert job["status"] == "completed"


def test_forgotten_early_is_404_from_its_end_on_though_it_is_paid(client):
    job_id = client.submit("@mock:forgotten-early")
    *way, (status, body) = client.polls(job_id)

    assert {status for status, _ in way} == {200}
    assert (status, body["error"]["code"]) == (404, "job_not_found")
    assert client.ask("GET", f"/v1/jobs/{job_id}")[0] == 404
    assert client.ask("POST", f"/v1/jobs/{job_id}/cancel")[0] == 404
    assert client.ask("GET", "/v1/jobs")[1]["data"] == []
    assert client.money() == (1000 - PRICE, 0, PRICE)
    (event,) = client.ask("GET", "/v1/account/usage")[1]["data"]
    assert len(event["output_urls"]) == 1


def test_each_scenario_is_tried_here():
    tried = {
        "slow",
        "stuck",
        "fails-moderation",
        "fails-upstream",
        "fails-at-99",
        "fails-timeout",
        "cancelled-by-provider",
        "succeeded-word",
        "unknown-status",
        "unknown-fields",
        "completed-without-url",
        "progress-missing",
        "forgotten-early",
    }

    assert {scenario.name for scenario in SCENARIOS} == tried


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_default_of_the_account_acts_as_the_prompt_does(client, scenario):
    client.ask("PATCH", "/_mock/account", {"scenario": scenario.name})
    answers = client.polls(client.submit("a cat on a mat"))
    _, page = client.ask("GET", f"/_mock/jobs/{client.submit('another')}")
    named = client.polls(client.submit(f"a cat @mock:{scenario.name} on a mat"))

    assert page["scenarios"] == [scenario.name]
    assert _told(answers) == _told(named)


def _told(answers: list[tuple[int, Any]]) -> list[Any]:
    return [(status, body.get("status"), body.keys()) for status, body in answers]
