"""The folder of a report: every form of it, and what replays each failure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from contracts.document import Contract
from contracts.errors import ContractError
from contracts.events import Event
from contracts.reports.document import written
from contracts.reports.har import har
from contracts.reports.html import html
from contracts.reports.junit import junit
from contracts.reports.pytest_file import pytest_file
from contracts.reports.report import Report, reported
from contracts.reports.shell import shell_script

SHELL, PYTEST = "replay-{}.sh", "test_replay_{}.py"
EXECUTABLE = 0o755
OPTION = "--report-dir"


class FolderError(ContractError):
    """A report cannot be written; the message, one line, names the file or folder and says why."""


def write_reports(
    events: Iterable[Event], directory: Path, contract: Contract, at: datetime
) -> Iterator[Event]:
    """Pass *events* on, of a run that begins *at* a time; once they end, however they do, write what they tell.

    The folder is made before the first event, with those above it; what an earlier report left in it is replaced.

    Raises:
        FolderError: *directory* cannot be made or written to.
    """
    make(directory, OPTION)
    yield from reported(events, contract, at, lambda report: write(report, directory))


def replays(directory: Path, number: int) -> tuple[str, str]:
    """Return the names of the files that replay the failure of that *number*."""
    return str(directory / SHELL.format(number)), str(directory / PYTEST.format(number))


def write(report: Report, directory: Path) -> None:
    """Write every form of *report* into *directory*, which is there.

    Raises:
        FolderError: a file cannot be written.
    """
    files = {
        "report.html": html(report).encode(),
        "report.json": written(report).encode(),
        "junit.xml": junit(report),
        "exchanges.har": har(report).encode(),
    }
    for number, broken in enumerate(report.broken, 1):
        shell = shell_script(broken, report.started, report.contract)
        test = pytest_file(broken, report.started, report.contract)
        files[SHELL.format(number)] = shell.encode()
        files[PYTEST.format(number)] = test.encode()
    save(files, directory, (SHELL, PYTEST))


def save(files: Mapping[str, bytes], directory: Path, replaced: Sequence[str] = ()) -> None:
    """Write *files*, by name, into *directory*; files of an earlier report by one of the patterns *replaced* are taken away.

    Raises:
        FolderError: one cannot be written.
    """
    try:
        _clear(directory, replaced)
        for name, content in files.items():
            (directory / name).write_bytes(content)
            if name.endswith(".sh"):
                (directory / name).chmod(EXECUTABLE)
    except OSError as error:
        raise FolderError(
            f"{error.filename}: {error.strerror}; another {OPTION} would do"
        ) from error


def make(directory: Path, option: str) -> None:
    """Make *directory*, with those above it, and see that it can be written to; *option* is what named it.

    Raises:
        FolderError: it cannot.
    """
    trial = directory / ".writable"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise FolderError(
            f"{error.filename}: {error.strerror}; another {option} would do"
        ) from error


def _clear(directory: Path, patterns: Sequence[str]) -> None:
    """Take away the files of an earlier report, which had more of a kind."""
    for pattern in patterns:
        for path in directory.glob(pattern.format("*[0-9]")):
            path.unlink()
