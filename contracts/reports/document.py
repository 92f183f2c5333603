"""The report as a JSON document; ``report.schema.json`` says what is in it."""

import json
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from contracts.document import Contract
from contracts.events import RuleBroken
from contracts.exchange import Answer, Exchange, Sent
from contracts.reports.content import content_of
from contracts.reports.curl import curl_line
from contracts.reports.pytest_file import pytest_file
from contracts.reports.report import Report, RuleResult, State, count
from contracts.reports.shell import shell_script
from contracts.reports.steps import steps_of, words
from contracts.reports.summary import summary_of
from contracts.script_json import to_json

FORMAT = "wan-mock report 1"
DISTRIBUTION = "wan-mock"


def document(report: Report) -> dict[str, Any]:
    """Return *report* as a JSON object."""
    started, finished, results = report.started, report.finished, report.results()
    return {
        "format": FORMAT,
        "generator": f"{DISTRIBUTION} {version(DISTRIBUTION)}",
        "started_at": report.at.isoformat(timespec="seconds"),
        "target": started.target,
        "is_emulator": started.is_emulator,
        "seed": started.seed,
        "profile": started.profile,
        "is_complete": report.is_complete,
        "not_reached": [] if finished is None else [*finished.not_reached],
        "notes": [] if finished is None else [*finished.notes],
        "baseline": _baseline(report),
        "seconds": None if finished is None else round(finished.seconds, 3),
        "counts": {
            "rules": len(results),
            **{state.replace(" ", "_"): count(results, state) for state in State},
            "failures": len(report.broken),
            "calls": len(report.exchanges) if finished is None else finished.calls,
            "jobs": 0 if finished is None else finished.jobs,
        },
        "cost": {"currency": "USD", "micros": 0 if finished is None else finished.cost},
        "rules": [_rule(result, report.contract) for result in results],
        "failures": [
            _failure(number, broken, report) for number, broken in enumerate(report.broken, 1)
        ],
    }


def written(report: Report) -> str:
    """Return the text of the document, indented for people, in ASCII."""
    return json.dumps(document(report), indent=1) + "\n"


def _baseline(report: Report) -> dict[str, Any] | None:
    compared = None if report.finished is None else report.finished.compared
    if compared is None:
        return None
    groups = {"known": compared.still, "stale": compared.stale, "untold": compared.untold}
    return {
        name: [
            {
                "rule": one.rule,
                "check": one.check,
                "operation": one.operation,
                "pointer": one.pointer,
            }
            for one in known
        ]
        for name, known in groups.items()
    }


def _rule(result: RuleResult, contract: Contract) -> dict[str, Any]:
    rule = result.rule
    return {
        "id": rule.id,
        "section": rule.section,
        "text": rule.text,
        "provenance": rule.provenance.value,
        "source": rule.source,
        "live": rule.live.value,
        "state": result.state.value,
        "accepting": result.accepting,
        "refusing": result.refusing,
        "failures": len(result.broken),
        "observed": [_observed(broken, contract) for broken in result.observed],
        "not_checked": result.not_checked,
    }


def _observed(broken: RuleBroken, contract: Contract) -> dict[str, str]:
    summary = summary_of(broken, contract)
    return {
        "request": summary.request,
        "pointer": summary.pointer,
        "expected": summary.expected,
        "received": summary.received,
    }


def _failure(number: int, broken: RuleBroken, report: Report) -> dict[str, Any]:
    summary = summary_of(broken, report.contract)
    return {
        "number": number,
        "rule": summary.rule,
        "check": broken.failure.check,
        "operation": broken.failure.exchange.sent.operation,
        "request": summary.request,
        "pointer": summary.pointer,
        "expected": summary.expected,
        "received": summary.received,
        "provenance": summary.provenance,
        "engine": broken.engine,
        "is_observed": broken.failure.is_observed,
        "is_reproduced": broken.is_reproduced,
        "is_out_of_time": broken.is_out_of_time,
        "not_replayed": broken.not_replayed,
        "is_known": broken.is_known,
        "steps": _steps(broken),
        "history": [exchange_json(exchange) for exchange in broken.history],
        "script": to_json(broken.script),
        "curl": curl_line(broken, report.started.target),
        "shell": shell_script(broken, report.started, report.contract),
        "pytest": pytest_file(broken, report.started, report.contract),
    }


def _steps(broken: RuleBroken) -> list[dict[str, Any]]:
    """Return the steps in words, each with the places in the history of what was exchanged in it."""
    at, steps = 0, []
    for done in steps_of(broken)[0]:
        places = range(at, at + len(done.exchanges))
        steps.append({"words": words(done.step), "exchanges": [*places]})
        at = places.stop
    return steps


def exchange_json(exchange: Exchange) -> dict[str, Any]:
    """Return *exchange* as reports have it, keys by name and bodies cut."""
    return {
        "request": _request(exchange.sent),
        "answer": None if exchange.answer is None else _answer(exchange.answer),
        "trouble": exchange.trouble,
        "at": exchange.at,
        "seconds": exchange.seconds,
    }


def _request(sent: Sent) -> dict[str, Any]:
    return {
        "method": sent.method,
        "target": sent.target,
        "key": sent.key,
        "headers": [[*pair] for pair in sent.headers],
        "body": None if sent.body is None else asdict(content_of(sent.body)),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "status": answer.status,
        "headers": dict(answer.headers),
        "body": asdict(content_of(answer.body)),
    }
