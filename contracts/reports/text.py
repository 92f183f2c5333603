"""The report as a person reads it on a terminal or in a log."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TextIO

import click

from contracts.document import Contract
from contracts.events import Event, KnownFailure, RuleBroken
from contracts.model import MICROS
from contracts.printable import one_line
from contracts.reports.curl import curl_line
from contracts.reports.progress import with_progress
from contracts.reports.report import Report, RuleResult, State, count, reported
from contracts.reports.steps import Done, steps_of, words
from contracts.reports.summary import summary_of

BROKEN, OBSERVED, KEPT = "red", "yellow", "green"
FAMILY_WIDTH = 14
MOST_NAMES = 12

Files = Callable[[int], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line, which a terminal shows in *colour*."""

    text: str = ""
    colour: str | None = None


def print_text(
    events: Iterable[Event],
    stream: TextIO,
    contract: Contract,
    at: datetime,
    *,
    files: Files | None = None,
) -> Iterator[Event]:
    """Pass *events* on, of a run that begins *at* a time; once they end, however they do, print what they tell.

    A terminal gets a progress bar meanwhile, and colours. *files* names what replays the failure of a number.
    """
    shown = with_progress(events, stream)
    return reported(shown, contract, at, lambda report: _print(lines(report, files), stream))


def lines(report: Report, files: Files | None = None) -> Iterator[Line]:
    """Yield the lines of *report*; *files* names what replays the failure of a number."""
    started = report.started
    kind = "emulator" if started.is_emulator else "live API"
    yield Line(f"{started.target} ({kind}), profile {started.profile}, seed {started.seed}")
    for number, broken in enumerate(report.broken, 1):
        yield Line()
        yield from failure_lines(broken, report)
        yield from (Line(f"  replay    {name}") for name in (files(number) if files else ()))
    yield Line()
    yield Line(_row("", "checked", "broken", "observed", "accepting", "refusing"))
    yield from (_family(family, results) for family, results in report.families())
    yield Line()
    yield from _reasons(report.results())
    yield from _not_reached(report)
    yield from _baseline(report)
    yield from _opinion(report)
    yield from _summary(report)


def _print(told: Iterable[Line], stream: TextIO) -> None:
    is_terminal = stream.isatty()
    for line in told:
        text = one_line(line.text)
        styled = click.style(text, fg=line.colour) if is_terminal and line.colour else text
        stream.write(f"{styled}\n")
    stream.flush()


def failure_lines(broken: RuleBroken, report: Report) -> Iterator[Line]:
    """Yield the lines of *report* on one failure."""
    summary = summary_of(broken, report.contract)
    is_told_only = broken.failure.is_observed or broken.is_known
    yield Line(summary.sentence, OBSERVED if is_told_only else BROKEN)
    yield Line(f"  expected  {summary.expected}")
    yield Line(f"  received  {summary.received}")
    if summary.note:
        yield Line(f"  {summary.note}")
    for number, done in enumerate(steps_of(broken)[0], 1):
        yield Line(f"  {number:>3}. {words(done.step)}{_statuses(done)}")
    yield Line(f"  {curl_line(broken, report.started.target)}")


def _statuses(done: Done) -> str:
    """Return what *done* was answered, where it was sent: the status of each answer, runs of the same one together."""
    told = [
        "no answer" if exchange.answer is None else str(exchange.answer.status)
        for exchange in done.exchanges
    ]
    runs = dict.fromkeys(told)
    return f" → {', '.join(runs)}" if runs else ""


def _row(family: str, *cells: object) -> str:
    return f"{family:<{FAMILY_WIDTH}}" + "".join(f"{cell:>10}" for cell in cells)


def _family(family: str, results: Sequence[RuleResult]) -> Line:
    news, known = count(results, State.BROKEN), count(results, State.KNOWN)
    broken, observed = news + known, count(results, State.OBSERVED)
    checked = len(results) - count(results, State.NOT_CHECKED)
    accepting = sum(result.accepting for result in results)
    refusing = sum(result.refusing for result in results)
    row = _row(
        family, f"{checked}/{len(results)}", broken, observed, f"{accepting:,}", f"{refusing:,}"
    )
    return Line(row, BROKEN if news else OBSERVED if known or observed else None)


def _reasons(results: Iterable[RuleResult]) -> Iterator[Line]:
    """Yield the rules that were not checked, a line for each reason."""
    by_reason: dict[str, list[str]] = {}
    for result in results:
        if result.not_checked is not None:
            by_reason.setdefault(result.not_checked, []).append(result.rule.id)
    for reason, rules in by_reason.items():
        yield Line(f"Not checked, {reason}: {', '.join(rules)}")


def _not_reached(report: Report) -> Iterator[Line]:
    left = () if report.finished is None else report.finished.not_reached
    if left:
        more = "" if len(left) <= MOST_NAMES else f", and {len(left) - MOST_NAMES} more"
        yield Line(f"Not reached in time: {'; '.join(left[:MOST_NAMES])}{more}")


def _baseline(report: Report) -> Iterator[Line]:
    """Yield what became of the failures of an earlier run."""
    compared = None if report.finished is None else report.finished.compared
    if compared is not None:
        yield from (
            Line(f"Stale in the baseline, it does not fail any more: {_told(one)}", BROKEN)
            for one in compared.stale
        )
        yield from (
            Line(f"Known in the baseline, and not checked by this run: {_told(one)}")
            for one in compared.untold
        )


def _told(known: KnownFailure) -> str:
    place = f" at {known.pointer}" if known.pointer else ""
    return f"{known.rule}, {known.operation}{place}"


def _opinion(report: Report) -> Iterator[Line]:
    given = report.opinion
    if given is not None and given.trouble is not None:
        yield Line(f"No second opinion by Schemathesis: {given.trouble}.")
    elif given is not None:
        yield Line(
            f"Second opinion by Schemathesis: {given.cases:,} requests, {given.dropped:,} left out."
        )


def _summary(report: Report) -> Iterator[Line]:
    results, finished = report.results(), report.finished
    broken, observed = count(results, State.BROKEN), count(results, State.OBSERVED)
    known, stale = count(results, State.KNOWN), len(report.stale)
    parts = [
        f"{broken} of {len(results)} rules broken",
        *([f"{known} broken as known"] if known else []),
        *([f"{observed} observed to be otherwise"] if observed else []),
        f"{count(results, State.KEPT)} kept",
        f"{count(results, State.NOT_CHECKED)} not checked",
    ]
    told = ", ".join(parts)
    if finished is not None:
        told += f"; {finished.calls:,} calls, {finished.jobs:,} jobs, {finished.seconds:.1f} s"
        told += f", US$ {Decimal(finished.cost) / MICROS:.4f} at the most" if finished.cost else ""
    if finished is not None:
        yield from (Line(f"Note: {note}", OBSERVED) for note in finished.notes)
    if not report.is_complete:
        yield Line("The run ended before everything was tried.", OBSERVED)
    yield Line(f"{told}.", BROKEN if broken or stale else KEPT)
