"""Several reports as one table: clients by cases."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from contracts.conformance.baseline import read_report
from contracts.reports.pages import pages

PACKAGE, TEMPLATE = "contracts.conformance.reports", "matrix.html.jinja"
FORMAT = "wan-mock conformance matrix 1"
NOT_TRIED = "not tried"
LETTERS = {"passed": "·", "failed": "F", "known": "K", "skipped": "s", NOT_TRIED: " "}


def matrix(paths: Sequence[Path]) -> dict[str, Any]:
    """Return the matrix of the reports at *paths*, as a JSON object; clients of the same name are told apart by their files.

    Raises:
        ReportError: one cannot be read, or is none.
    """
    reports = [read_report(path) for path in paths]
    names = [str(report["client"]) for report in reports]
    clients = [
        name if names.count(name) == 1 else f"{name} ({path})"
        for name, path in zip(names, paths, strict=True)
    ]
    cases: dict[str, dict[str, Any]] = {}
    for client, report in zip(clients, reports, strict=True):
        told = report["cases"]
        assert isinstance(told, list)
        for case in told:
            row = cases.setdefault(case["id"], _row(case, clients))
            row["states"][client] = case["state"]
    return {"format": FORMAT, "clients": clients, "cases": [*cases.values()]}


def _row(case: Mapping[str, Any], clients: Sequence[str]) -> dict[str, Any]:
    states = dict.fromkeys(clients, NOT_TRIED)
    parts = {name: case[name] for name in ("id", "family", "level")}
    return {**parts, "text": str(case.get("text", "")), "states": states}


def text(found: Mapping[str, Any]) -> str:
    """Return *found*, a matrix, for a terminal."""
    clients, cases = found["clients"], found["cases"]
    width = max((len(case["id"]) for case in cases), default=0)
    lines = [f"{number}  {client}" for number, client in enumerate(clients, 1)]
    numbers = " ".join(f"{number:>2}" for number in range(1, len(clients) + 1))
    lines += ["", f"{'':{width + 8}}{numbers}"]
    for case in cases:
        cells = " ".join(f"{LETTERS[case['states'][client]]:>2}" for client in clients)
        lines.append(f"{case['level']:6}  {case['id']:{width}}{cells}")
    sums = [sum(case["states"][client] == "failed" for case in cases) for client in clients]
    lines += [f"{'failed':{width + 8}}" + " ".join(f"{count:>2}" for count in sums)]
    return "\n".join([*lines, "", "· passed, F failed, K known to fail, s skipped"])


def html(found: Mapping[str, Any]) -> str:
    """Return the page of *found*, a matrix."""
    page = pages(PACKAGE).get_template(TEMPLATE).render(matrix=found)
    return page.encode("utf-8", "replace").decode()


def written(found: Mapping[str, Any]) -> str:
    """Return the text of *found* as JSON."""
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"
