"""The report as a person reads it on a terminal or in a log."""

import textwrap
from collections.abc import Iterable, Iterator

from contracts.conformance.case import Case
from contracts.conformance.level import Level
from contracts.conformance.reports.report import Report
from contracts.conformance.result import Result, State
from contracts.printable import one_line

WIDTH = 100
STATES = (State.PASSED, State.FAILED, State.KNOWN, State.SKIPPED)


def lines(report: Report) -> Iterator[str]:
    """Yield the lines of *report*: what failed, what was skipped, the sums, and the verdict."""
    yield f"{' '.join(report.adapter)}: {len(report.results)} of {len(report.cases)} cases"
    for result in report.results:
        if result.state is State.FAILED:
            yield ""
            yield from _failed(result)
    skipped = [result for result in report.results if result.state is State.SKIPPED]
    if skipped:
        yield ""
        yield from (f"skipped {one.case.id}: {one_line(f'{one.reason}')}" for one in skipped)
    yield ""
    yield from _sums(report)
    yield ""
    yield from _verdict(report)


def _failed(result: Result) -> Iterator[str]:
    case = result.case
    yield f"{case.level} {case.id}: {case.text}"
    for finding in result.findings:
        yield f"  expected  {one_line(finding.expected)}"
        yield f"  received  {one_line(finding.received)}"
    yield from _wrapped("  why       ", case.why)
    yield from _wrapped("  fix       ", case.fix.text)
    rules = ", ".join(case.rules)
    yield f"  rules     {rules}"


def _wrapped(head: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head))


def _sums(report: Report) -> Iterator[str]:
    families = list(dict.fromkeys(case.family for case in report.cases))
    yield f"{'':10}" + "".join(f"{state:>9}" for state in STATES)
    for family in families:
        of_family = [one for one in report.results if one.case.family == family]
        counts = [sum(one.state is state for one in of_family) for state in STATES]
        yield f"{family:10}" + "".join(f"{count:>9}" for count in counts)


def _verdict(report: Report) -> Iterator[str]:
    bill = report.bill
    wasted = f"; US$ {bill.wasted:.2f} for nothing" if bill.made > bill.needed else ""
    yield f"Jobs made {bill.made}, needed {bill.needed}{wasted}."
    for id_ in report.stale:
        yield f"Stale in the baseline, it passes now: {id_}."
    if not report.is_complete:
        yield "The run was cut short: the other cases were not tried."
    failed = {level: report.count(State.FAILED, level) for level in Level}
    told = ", ".join(f"{count} {level}" for level, count in failed.items())
    if report.is_unjudged:
        yield f"No case could be judged, {report.seconds:.1f} s."
    elif any(failed.values()):
        yield f"Failed: {told}. {_fitness(report)}, {report.seconds:.1f} s."
    else:
        known = report.count(State.KNOWN)
        but = f" but {known} that are known" if known else ""
        far = "" if report.is_complete else " so far"
        chosen = " of the cases chosen" if report.is_selection else ""
        yield f"Nothing failed{chosen}{but}{far}, {report.seconds:.1f} s."


def _fitness(report: Report) -> str:
    if report.count(State.FAILED, Level.MUST):
        return "Not fit for production"
    return "Only some cases were chosen" if report.is_selection else "Fit for production"


def listed(cases: Iterable[Case]) -> Iterator[str]:
    """Yield a line for each of *cases*."""
    shown = [*cases]
    width = max((len(case.id) for case in shown), default=0)
    for case in shown:
        yield f"{case.id:{width}}  {case.level:6}  {case.text}"
