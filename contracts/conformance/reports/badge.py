"""The verdict as a badge: the JSON that shields.io reads from a URL."""

import json

from contracts.conformance.level import Level
from contracts.conformance.reports.report import Report
from contracts.conformance.result import State

LABEL = "wan-mock conformance"


def badge(report: Report) -> str:
    """Return the JSON of the badge, on one line: how many cases were passed, of those that could be judged."""
    passed = report.count(State.PASSED)
    failed = {
        level: report.count(State.FAILED, level) + report.count(State.KNOWN, level)
        for level in Level
    }
    colour = "red" if failed[Level.MUST] else "yellow" if failed[Level.SHOULD] else "brightgreen"
    if report.is_unjudged:
        colour = "lightgrey"
    message = f"{passed}/{passed + sum(failed.values())}"
    told = {"schemaVersion": 1, "label": LABEL, "message": message, "color": colour}
    return json.dumps(told) + "\n"
