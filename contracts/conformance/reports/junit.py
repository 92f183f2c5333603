"""The report as JUnit XML, which continuous integration shows: one test case for each case."""

from xml.etree import ElementTree as ET

from contracts.conformance.reports.report import Report
from contracts.conformance.result import Result, State
from contracts.reports.junit import STALE, writable

SUITE = "wan-mock conformance"


def junit(report: Report) -> bytes:
    """Return the XML of *report*; a MAY that failed is told, and is no failure."""
    failures = [result for result in report.results if _is_failure(result)]
    totals = {
        "tests": str(len(report.results) + len(report.stale)),
        "failures": str(len(failures) + len(report.stale)),
        "errors": "0",
        "skipped": str(report.count(State.SKIPPED)),
        "time": f"{report.seconds:.3f}",
    }
    root = ET.Element("testsuites", {"name": SUITE, **totals})
    timestamp = report.at.replace(tzinfo=None).isoformat(timespec="seconds")
    suite = ET.SubElement(root, "testsuite", {"name": SUITE, **totals, "timestamp": timestamp})
    for result in report.results:
        _case(suite, result)
    for id_ in report.stale:
        case = ET.SubElement(suite, "testcase", {"name": id_, "classname": "baseline"})
        ET.SubElement(case, "failure", {"type": "stale", "message": STALE})
    ET.indent(root, " ")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _is_failure(result: Result) -> bool:
    return result.state is State.FAILED and result.case.level != "MAY"


def _case(suite: ET.Element, result: Result) -> None:
    case = result.case
    told = {"name": case.id, "classname": f"client.{case.family}"}
    if result.trial is not None:
        told["time"] = f"{result.trial.ran.seconds:.3f}"
    element = ET.SubElement(suite, "testcase", told)
    found = [f"expected {one.expected}; received {one.received}" for one in result.findings]
    text = writable("\n".join([case.text, *found, case.why, case.fix.text]))
    if _is_failure(result):
        message = writable(found[0])
        failure = ET.SubElement(element, "failure", {"type": case.level, "message": message})
        failure.text = text
    elif result.state is State.SKIPPED:
        ET.SubElement(element, "skipped", {"message": writable(f"{result.reason}")})
    elif result.is_failed:
        ET.SubElement(element, "system-out").text = text
