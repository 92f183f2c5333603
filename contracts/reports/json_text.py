"""The JSON report on a stream, for programs."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TextIO

from contracts.document import Contract
from contracts.events import Event
from contracts.reports.document import written
from contracts.reports.report import Report, reported


def print_json(
    events: Iterable[Event], stream: TextIO, contract: Contract, at: datetime
) -> Iterator[Event]:
    """Pass *events* on, of a run that begins *at* a time; once they end, however they do, print what they tell."""

    def tell(report: Report) -> None:
        stream.write(written(report))
        stream.flush()

    return reported(events, contract, at, tell)
