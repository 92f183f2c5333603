"""The report as a page: one file that asks for nothing else, for people."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from contracts.model import MICROS
from contracts.reports.document import document
from contracts.reports.pages import pages
from contracts.reports.report import Report

TEMPLATE = "report.html.jinja"


def html(report: Report) -> str:
    """Return the page of *report*; everything that the target said is text in it, and nothing else."""
    environment = pages()
    environment.filters["body"] = body
    found = document(report)
    families: dict[str, list[Mapping[str, Any]]] = {}
    for rule in found["rules"]:
        families.setdefault(rule["section"], []).append(rule)
    first: dict[str, int] = {}
    for failure in found["failures"]:
        first.setdefault(failure["rule"], failure["number"])
    page = environment.get_template(TEMPLATE).render(
        report=found,
        families=families,
        first=first,
        texts={rule["id"]: rule["text"] for rule in found["rules"]},
        started_at=report.at.strftime("%Y-%m-%d %H:%M %Z"),
        usd=f"{Decimal(found['cost']['micros']) / MICROS:.4f}",
    )
    # What is no character cannot be written to a file.
    return page.encode("utf-8", "replace").decode()


def body(content: Mapping[str, Any] | None) -> str:
    """Return a body as a reader sees it: JSON indented, other text as it is, the size of what is no text."""
    if content is None or not content["size"]:
        return ""
    if content["text"] is None:
        return f"{content['size']:,} bytes that are no text"
    if content["is_cut"]:
        return f"{content['text']}\n… {content['size']:,} bytes in all"
    try:
        return json.dumps(json.loads(content["text"]), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return str(content["text"])
