"""The JSON report on a stream, for programs."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TextIO

from contracts.document import Contract
from contracts.events import Event, RunStarted
from contracts.reports.document import written
from contracts.reports.report import Report


def print_json(
    events: Iterable[Event], stream: TextIO, contract: Contract, at: datetime
) -> Iterator[Event]:
    """Pass *events* on, of a run that begins *at* a time; once they end, however they do, print what they tell."""
    report: Report | None = None
    try:
        for event in events:
            if isinstance(event, RunStarted):
                report = Report(contract=contract, at=at, started=event)
            elif report is not None:
                report.take(event)
            yield event
    finally:
        if report is not None:
            stream.write(written(report))
            stream.flush()
