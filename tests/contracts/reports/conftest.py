"""Events of a run that never was, made by hand, so that every report of them is known to the letter."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.document import Contract, load
from contracts.events import (
    Compared,
    Event,
    KnownFailure,
    RuleBroken,
    RunFinished,
    RunStarted,
    ScriptDone,
)
from contracts.exchange import MAIN, Answer, Exchange, Sent, json_request
from contracts.judge import Failure
from contracts.reports.report import Report
from contracts.script import Call, OnJob, Script, Step, Submit, Wait
from contracts.verdict import Verdict

AT = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
JOB_ID = "job_2eac193349c45ad02d1c1955"
FIELDS = {"model": "wan-2-6", "prompt": "a lighthouse at dusk"}
SUBMIT = "/v1/videos/generations"
STARTED = RunStarted(
    target="http://127.0.0.1:8026", is_emulator=True, seed=3, profile="smoke", scripts=2
)


def answer(status: int, fields: Any) -> Answer:
    body = json.dumps(fields).encode()
    return Answer(status, {"content-type": "application/json"}, body)


def submitted(fields: Any = None, key: str | None = MAIN, job_id: Any = JOB_ID) -> Exchange:
    sent = json_request("submit", "POST", SUBMIT, fields or FIELDS, key=key)
    return Exchange(sent=sent, answer=answer(202, {"job_id": job_id, "status": "queued"}), number=1)


def polled(status: str, *, operation: str = "job", job_id: str = JOB_ID, **more: Any) -> Exchange:
    sent = Sent(operation=operation, method="GET", target=f"/v1/jobs/{job_id}", key=MAIN)
    return Exchange(
        sent=sent, answer=answer(200, {"job_id": job_id, "status": status}), number=2, **more
    )


def script(*steps: Step) -> Script:
    return Script(name="a script", rules=("JOB-FORWARD",), steps=steps)


def breaks(
    rule: str, history: list[Exchange], *steps: Step, pointer: str = "", **more: Any
) -> RuleBroken:
    """A failure that the last exchange of *history* shows; *more* is of the event, and ``observed``."""
    verdict = Verdict(
        rule=rule, is_kept=False, pointer=pointer, expected='"processing"', received='"queued"'
    )
    failure = Failure(
        check="a_check",
        verdict=verdict,
        exchange=history[-1],
        is_observed=more.pop("observed", False),
    )
    known: dict[str, Any] = {"engine": "sweep", "is_reproduced": True} | more
    return RuleBroken(failure=failure, script=script(*steps), history=tuple(history), **known)


def finished(contract: Contract, **more: Any) -> RunFinished:
    exercised = {"REQ-MODE": 1200, "JOB-FORWARD": 7, "JOB-CANCEL": 2}
    known: dict[str, Any] = {
        "accepting": exercised,
        "refusing": {"REQ-MODE": 34},
        "not_checked": {
            rule: "no request exercised it" for rule in contract.rules if rule not in exercised
        },
        "calls": 4321,
        "jobs": 12,
        "seconds": 1.5,
        "is_complete": True,
        "exchanges": [submitted(), polled("completed", at=4.0, seconds=0.25)],
    }
    return RunFinished(**(known | more))


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load()


@pytest.fixture
def broken() -> RuleBroken:
    """A job that went backward, as steps show it."""
    poll = OnJob(operation="job")
    return breaks(
        "JOB-FORWARD",
        [submitted(), polled("processing"), polled("queued")],
        Submit(fields=FIELDS),
        poll,
        Wait(seconds=4),
        poll,
        pointer="/status",
    )


@pytest.fixture
def observed() -> RuleBroken:
    """What a live API does otherwise: a 404 to a model that there is not, seen once."""
    sent = json_request("submit", "POST", SUBMIT, {"model": "x"}, key=None)
    call = Call(sent)
    exchange = Exchange(sent=sent, answer=None, trouble="ReadError: cut", number=1)
    return breaks(
        "REQ-MODEL", [exchange], call, engine="state machine", is_reproduced=False, observed=True
    )


@pytest.fixture
def events(contract: Contract, broken: RuleBroken, observed: RuleBroken) -> list[Event]:
    """A whole run with a failure, and something observed."""
    first, second = (ScriptDone(script=broken.script, number=number) for number in (1, 2))
    return [STARTED, first, broken, second, observed, finished(contract)]


@pytest.fixture
def stale() -> Compared:
    """A baseline of which one failure is gone, and another was not looked at."""
    known: dict[str, Any] = {"check": "a_check", "script": script(Wait(seconds=1))}
    gone = KnownFailure(rule="JOB-FORWARD", operation="job", pointer="/status", **known)
    untold = KnownFailure(rule="REQ-MODE", operation="submit", pointer="", **known)
    return Compared(still=(), stale=(gone,), untold=(untold,))


ReportOf = Callable[..., Report]


@pytest.fixture
def report_of(contract: Contract) -> ReportOf:
    """Return a function that makes the report of events; a run is started as *started* tells."""

    def make(*events: Event, started: RunStarted = STARTED) -> Report:
        report = Report(contract=contract, at=AT, started=started)
        for event in events:
            report.take(event)
        return report

    return make


@pytest.fixture
def report(events: list[Event], report_of: ReportOf) -> Report:
    return report_of(*events)
