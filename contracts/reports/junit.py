"""The report as JUnit XML, which continuous integration shows: one test case for each rule."""

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from contracts.document import Contract
from contracts.events import KnownFailure, RuleBroken
from contracts.reports.report import CUT_SHORT, Report, RuleResult, State, count
from contracts.reports.steps import steps_of, words
from contracts.reports.summary import summary_of

SUITE = "wan-mock check"
STALE = "it does not fail any more; the baseline is to be made anew"
# How many of the things that were not reached are named.
MOST_NAMES = 12
# What XML 1.0 has no way to write.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> bytes:
    """Return the XML of *report*; what was not checked is skipped, what was observed only is told beside its case."""
    results = report.results()
    totals = {
        "tests": str(len(results) + len(report.stale)),
        "failures": str(count(results, State.BROKEN) + len(report.stale)),
        "errors": "0",
        "skipped": str(count(results, State.NOT_CHECKED)),
    }
    if report.finished is not None:
        totals["time"] = f"{report.finished.seconds:.3f}"
    root = ET.Element("testsuites", {"name": SUITE, **totals})
    timestamp = report.at.replace(tzinfo=None).isoformat(timespec="seconds")
    suite = ET.SubElement(root, "testsuite", {"name": SUITE, **totals, "timestamp": timestamp})
    _properties(suite, report)
    for result in results:
        _case(suite, result, report.contract)
    for known in report.stale:
        _stale(suite, known)
    if not report.is_complete:
        ET.SubElement(suite, "system-out").text = f"Not everything was tried: {_why(report)}."
    ET.indent(root, " ")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _why(report: Report) -> str:
    if report.finished is None:
        return CUT_SHORT
    told = (*report.finished.notes, *report.finished.not_reached[:MOST_NAMES])
    return writable("; ".join(told)) or "the time was over"


def _properties(suite: ET.Element, report: Report) -> None:
    started = report.started
    told = {"target": started.target, "seed": str(started.seed), "profile": started.profile}
    properties = ET.SubElement(suite, "properties")
    for name, value in told.items():
        ET.SubElement(properties, "property", {"name": name, "value": writable(value)})


def _case(suite: ET.Element, result: RuleResult, contract: Contract) -> None:
    rule = result.rule
    case = ET.SubElement(
        suite, "testcase", {"name": rule.id, "classname": f"contract.{rule.section}"}
    )
    if result.news:
        first = summary_of(result.news[0], contract)
        message = f"expected {first.expected}, received {first.received}"
        failure = ET.SubElement(
            case, "failure", {"type": rule.provenance.value, "message": writable(message)}
        )
        failure.text = _told(result.broken, contract)
    elif result.not_checked is not None:
        ET.SubElement(case, "skipped", {"message": writable(result.not_checked)})
    told_only = result.observed if result.news else (*result.broken, *result.observed)
    if told_only:
        ET.SubElement(case, "system-out").text = _told(told_only, contract)


def _stale(suite: ET.Element, known: KnownFailure) -> None:
    name = f"{known.rule} {known.operation} {known.pointer}".rstrip()
    case = ET.SubElement(suite, "testcase", {"name": writable(name), "classname": "baseline"})
    ET.SubElement(case, "failure", {"type": "stale", "message": STALE})


def _told(found: Iterable[RuleBroken], contract: Contract) -> str:
    return writable("\n\n".join("\n".join(_lines(broken, contract)) for broken in found))


def _lines(broken: RuleBroken, contract: Contract) -> list[str]:
    summary = summary_of(broken, contract)
    return [
        summary.sentence,
        f"expected  {summary.expected}",
        f"received  {summary.received}",
        *([summary.note] if summary.note else []),
        *(f"{number}. {words(done.step)}" for number, done in enumerate(steps_of(broken)[0], 1)),
    ]


def writable(text: str) -> str:
    """Return *text* with what XML cannot hold replaced."""
    return UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
