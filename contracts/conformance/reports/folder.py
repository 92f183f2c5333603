"""The folder of a report: every form of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.conformance.reports import matrix
from contracts.conformance.reports.badge import badge
from contracts.conformance.reports.document import written
from contracts.conformance.reports.html import html
from contracts.conformance.reports.junit import junit
from contracts.conformance.reports.report import Report
from contracts.reports.folder import save


def write(report: Report, directory: Path) -> None:
    """Write every form of *report* into *directory*, which is there.

    Raises:
        FolderError: a file cannot be written.
    """
    files = {
        "report.html": html(report).encode(),
        "report.json": written(report).encode(),
        "junit.xml": junit(report),
        "badge.json": badge(report).encode(),
    }
    save(files, directory)


def write_matrix(found: Mapping[str, Any], directory: Path) -> None:
    """Write *found*, a matrix, into *directory*, which is there.

    Raises:
        FolderError: a file cannot be written.
    """
    page, text = matrix.html(found), matrix.written(found)
    save({"report.html": page.encode(), "matrix.json": text.encode()}, directory)
