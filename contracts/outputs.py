"""Where a check tells what it finds."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from contracts.document import Contract
from contracts.events import Event
from contracts.evidence import recorded
from contracts.reports.folder import replays, write_reports
from contracts.reports.json_text import print_json
from contracts.reports.progress import with_progress
from contracts.reports.text import print_text

FORMATS = ("text", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What is written: *form* to the standard output, all reports to *report_dir*, evidence to *record*."""

    form: str
    report_dir: Path | None
    record: Path | None

    def of(self, events: Iterator[Event], contract: Contract, at: datetime) -> Iterator[Event]:
        """Pass *events* on, of a run that begins *at* a time, and tell of them.

        Raises:
            FolderError: a folder cannot be written to.
        """
        files = None
        if self.record is not None:
            events = recorded(events, self.record, contract, at)
        if self.report_dir is not None:
            events = write_reports(events, self.report_dir, contract, at)
            files = partial(replays, self.report_dir)
        if self.form == "json":
            # The standard output is for the program that reads it.
            return with_progress(print_json(events, sys.stdout, contract, at), sys.stderr)
        return print_text(events, sys.stdout, contract, at, files=files)
