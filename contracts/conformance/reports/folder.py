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
from contracts.reports.folder import FolderError


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
    _write(files, directory)


def write_matrix(found: Mapping[str, Any], directory: Path) -> None:
    """Write *found*, a matrix, into *directory*, which is there.

    Raises:
        FolderError: a file cannot be written.
    """
    page, text = matrix.html(found), matrix.written(found)
    _write({"report.html": page.encode(), "matrix.json": text.encode()}, directory)


def _write(files: Mapping[str, bytes], directory: Path) -> None:
    try:
        for name, content in files.items():
            (directory / name).write_bytes(content)
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}; another --report-dir would do"
        raise FolderError(reason) from error
