"""Histories made by hand, for checks to judge; and drivers on the emulator, for scripts to run."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from contracts.checks.catalogue import CHECKS
from contracts.document import load
from contracts.exchange import Answer, Exchange, Sent, json_request
from contracts.history import History
from contracts.judge import Failure, Judge
from contracts.keys import Keys

CONTRACT = load()
MODEL = CONTRACT.models["wan-2-6"]
DEFAULTS = CONTRACT.policies_with({})
FIELDS = {"model": "wan-2-6", "prompt": "a lighthouse", "resolution": "720p"}
STATUSES = {kind.status for kind in CONTRACT.api.errors.values()}
URL = "http://127.0.0.1:8026/media/job_1.mp4?expires=1796061887&sig=5d0e"
JOB_PATH = "/v1/jobs/job_1"
USAGE = Sent(operation="usage", method="GET", target="/v1/account/usage")
LIST = Sent(operation="list", method="GET", target="/v1/jobs")


def answer(status: int, body: Any = None, **headers: str) -> Answer:
    """An answer whose body is *body*, as JSON unless it is bytes; an underscore in a header's name is a hyphen."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, content
    )


def submission(key: str | None = "main", **fields: Any) -> Sent:
    """A submission of the usual fields with *fields*."""
    return json_request("submit", "POST", "/v1/videos/generations", {**FIELDS, **fields}, key=key)


def get(target: str, key: str | None = "main", **headers: str) -> Sent:
    """A GET of *target*."""
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Sent(operation="get", method="GET", target=target, key=key, headers=pairs)


def poll(job_id: str = "job_1", key: str | None = "main") -> Sent:
    """A poll of a job."""
    return get(f"/v1/jobs/{job_id}", key)


def cancel(job_id: str = "job_1", key: str | None = "main") -> Sent:
    """A cancel of a job."""
    return Sent(operation="cancel", method="POST", target=f"/v1/jobs/{job_id}/cancel", key=key)


def submitted(job_id: str = "job_1", **changes: Any) -> dict[str, Any]:
    """What a sound target answers to a submission."""
    return {
        "job_id": job_id,
        "status": "queued",
        "poll_url": f"/v1/jobs/{job_id}",
        "model": "wan-2-6",
        "created_at": "2026-11-22T18:00:00.000Z",
        **changes,
    }


def job(status: str = "queued", job_id: str = "job_1", **changes: Any) -> dict[str, Any]:
    """A job as a sound target tells it: the standard one of 5 s at 720p."""
    done = status in {"completed", "succeeded"}
    failed = {"code": "upstream_error", "message": "InternalError", "type": "upstream_error"}
    return {
        "job_id": job_id,
        "status": status,
        "progress": {"queued": 0.0, "completed": 1.0, "succeeded": 1.0}.get(status, 0.5),
        "created_at": "2026-11-22T18:00:00.000Z",
        "completed_at": "2026-11-22T18:00:04.000Z" if done else None,
        "model": "wan-2-6",
        "result": result(URL.replace("job_1", job_id)) if done else None,
        "error": failed if status == "failed" else None,
        **changes,
    }


def result(url: Any = URL, seconds: Any = 5, amount: Any = 0.45) -> dict[str, Any]:
    """The result of a job."""
    video = {"url": url, "content_type": "video/mp4", "duration_seconds": seconds}
    usage = {"billable_units": seconds, "billing_unit": "video-second"}
    return {
        "data": [{**video, "file_id": "file_1"}],
        "usage": {**usage, "cost": {"amount": amount, "currency": "USD"}},
    }


def event(job_id: str = "job_1", amount: float = 0.45, **changes: Any) -> dict[str, Any]:
    """A usage event of a completed job."""
    return {
        "id": f"use_{job_id}",
        "object": "usage_event",
        "source": "api",
        "model": "wan-2-6",
        "endpoint": "/v1/videos/generations",
        "tokens": {"input": 0, "output": 0, "cached": 0, "total": 0},
        "cost": {"amount": amount, "currency": "USD"},
        "status": "success",
        "status_code": 200,
        "error": None,
        "output_urls": [],
        "metadata": {},
        "created_at": "2026-11-22T18:00:04.000Z",
        "job_id": job_id,
        **changes,
    }


def usage_page(*events: Any, balance: Any = 1000.0, **changes: Any) -> dict[str, Any]:
    """A usage page with *events*."""
    money = {"amount": balance, "currency": "USD"}
    return {"object": "list", "balance": money, "data": [*events], "next_cursor": None, **changes}


def refusal_of(status: int) -> dict[str, Any]:
    """The envelope of the first kind of error with *status*."""
    return refusal(
        next(kind.code for kind in CONTRACT.api.errors.values() if kind.status == status)
    )


def refusal(code: str = "invalid_request", **changes: Any) -> dict[str, Any]:
    """The envelope of an error."""
    kind = CONTRACT.api.errors[code].type
    return {"error": {"message": "no", "type": kind, "param": None, "code": code, **changes}}


@dataclass
class Story:
    """What is told to it is judged, one exchange after another."""

    is_emulator: bool = True
    policies: dict[str, str] = field(default_factory=lambda: dict(DEFAULTS))
    at: float = 0.0
    told: int = 0

    def __post_init__(self) -> None:
        self.history = History(CONTRACT, self.policies, is_emulator=self.is_emulator)
        self.judge = Judge(self.history, CHECKS)

    def tell(
        self, sent: Sent, status: int | None = 200, body: Any = None, /, **headers: str
    ) -> list[Failure]:
        """Tell of an exchange, without an answer where *status* is None; return what it breaks.

        A refusal without a *body* comes in the envelope.
        """
        self.told += 1
        if body is None and status is not None and status in STATUSES:
            body = refusal_of(status)
        told = None if status is None else answer(status, body, **headers)
        exchange = Exchange(
            sent=sent,
            answer=told,
            trouble="reset" if told is None else None,
            at=self.at,
            number=self.told,
        )
        return self.judge.judge(exchange)

    def breaks(self, sent: Sent, status: int | None = 200, body: Any = None, /, **headers: str):
        """Tell of an exchange; return the rules that it breaks, each with the check that says so."""
        failures = self.tell(sent, status, body, **headers)
        return {(failure.check, failure.verdict.rule) for failure in failures}

    def accepts(self, job_id: str = "job_1", key: str = "main", **fields: Any) -> None:
        """Tell of a submission that was accepted."""
        failures = self.tell(submission(key=key, **fields), 202, submitted(job_id))
        assert not failures, failures

    def counted(self, rule: str) -> tuple[int, int]:
        """How often *rule* was exercised, by accepting and by refusing."""
        coverage = self.judge.coverage
        return coverage.accepting[rule], coverage.refusing[rule]


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture
def live() -> Story:
    return Story(is_emulator=False)


@pytest.fixture(scope="session")
def keys() -> Callable[[int], Keys]:
    def keys(number: int) -> Keys:
        names = {"main": "m", "other": "o"}
        return Keys({name: f"sk-empiriolabs-{one}{number}" for name, one in names.items()})

    return keys
