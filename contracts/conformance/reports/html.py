"""The report as a page: one file that asks for nothing else, for people."""

from collections.abc import Mapping
from typing import Any

from contracts.conformance.reports.document import document
from contracts.conformance.reports.report import Report
from contracts.conformance.reports.timeline import timeline
from contracts.reports.pages import pages

PACKAGE, TEMPLATE = "contracts.conformance.reports", "client.html.jinja"
LEVELS = ("MUST", "SHOULD", "MAY")


def html(report: Report) -> str:
    """Return the page of *report*; everything that the client said is text in it, and nothing else."""
    found = document(report)
    families: dict[str, list[Mapping[str, Any]]] = {}
    for case in found["cases"]:
        families.setdefault(case["family"], []).append(case)
    failed = {
        level: sum(one["level"] == level and one["state"] == "failed" for one in found["cases"])
        for level in LEVELS
    }
    page = (
        pages(PACKAGE)
        .get_template(TEMPLATE)
        .render(
            report=found,
            families=families,
            failed=failed,
            bad=[case for case in found["cases"] if case["state"] in {"failed", "known"}],
            timeline=timeline,
            started_at=report.at.strftime("%Y-%m-%d %H:%M %Z"),
        )
    )
    # What is no character cannot be written to a file.
    return page.encode("utf-8", "replace").decode()
