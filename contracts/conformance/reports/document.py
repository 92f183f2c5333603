"""The report as a JSON document; ``report.schema.json`` says what is in it."""

import json
from importlib.metadata import version
from typing import Any

from contracts.conformance.entry import Entry
from contracts.conformance.oracles.ending import LATE_SECONDS as END_LATE_SECONDS, LATE_SHARE
from contracts.conformance.oracles.pace import (
    EARLY_SECONDS,
    LATE_SECONDS,
    LATE_TIMES,
    LEAST_SECONDS,
)
from contracts.conformance.reports.report import Report
from contracts.conformance.result import Result, State
from contracts.conformance.trial import Trial

FORMAT = "wan-mock conformance report 1"
DISTRIBUTION = "wan-mock"
TOLERANCES = {
    "retry_after_early_seconds": EARLY_SECONDS,
    "retry_after_late_times": LATE_TIMES,
    "retry_after_late_seconds": LATE_SECONDS,
    "storm_seconds": LEAST_SECONDS,
    "deadline_late_times": LATE_SHARE,
    "deadline_late_seconds": END_LATE_SECONDS,
}


def document(report: Report) -> dict[str, Any]:
    """Return *report* as a JSON object."""
    bill = report.bill
    return {
        "format": FORMAT,
        "generator": f"{DISTRIBUTION} {version(DISTRIBUTION)}",
        "started_at": report.at.isoformat(timespec="seconds"),
        "seconds": round(report.seconds, 3),
        "client": report.client,
        "adapter": [*report.adapter],
        "is_complete": report.is_complete,
        "is_selection": report.is_selection,
        "counts": {state.value: report.count(state) for state in State},
        "bill": {
            "jobs_made": bill.made,
            "jobs_needed": bill.needed,
            "wasted_usd": round(bill.wasted, 6),
        },
        "tolerances": TOLERANCES,
        "stale": [*report.stale],
        "cases": [_case(result) for result in report.results],
    }


def written(report: Report) -> str:
    """Return the text of the document."""
    return json.dumps(document(report), ensure_ascii=False, indent=1) + "\n"


def _case(result: Result) -> dict[str, Any]:
    case = result.case
    return {
        "id": case.id,
        "family": case.family,
        "level": case.level.value,
        "rules": [*case.rules],
        "text": case.text,
        "why": case.why,
        "fix": {"text": case.fix.text, "example": case.fix.example},
        "state": result.state.value,
        "reason": result.reason,
        "findings": [
            {"expected": one.expected, "received": one.received} for one in result.findings
        ],
        "trial": None if result.trial is None else _trial(result.trial),
    }


def _trial(trial: Trial) -> dict[str, Any]:
    said = trial.ran.said
    return {
        "outcome": None if said is None else said.outcome,
        "error_code": None if said is None else said.error_code,
        "message": None if said is None else said.message,
        "retryable": None if said is None else said.retryable,
        "trouble": trial.ran.trouble,
        "seconds": round(trial.ran.seconds, 3),
        "deadline_seconds": trial.deadline,
        "jobs": [str(job["job_id"]) for job in trial.jobs],
        "saved_bytes": None if trial.ran.saved is None else len(trial.ran.saved),
        "errors": trial.ran.errors,
        "exchanges": [_exchange(entry, trial) for entry in trial.entries],
    }


def _exchange(entry: Entry, trial: Trial) -> dict[str, Any]:
    status = entry.answer.get("status")
    return {
        "at": round(entry.at - trial.began, 3),
        "seconds": round(entry.seconds, 3),
        "operation": entry.operation,
        "method": entry.method,
        "path": entry.path,
        "host": entry.host,
        "has_key": entry.has_key,
        "status": entry.status,
        "retry_after": entry.retry_after,
        "job_status": status if isinstance(status, str) else None,
        "bytes": entry.answer_bytes,
    }
