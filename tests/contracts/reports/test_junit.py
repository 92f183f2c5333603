"""JUnit XML, as continuous integration reads it."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from contracts.reports.junit import junit
from tests.contracts.reports.conftest import breaks, finished, submitted


@pytest.fixture
def suite(report):
    root = ET.fromstring(junit(report))
    assert (root.tag, [child.tag for child in root]) == ("testsuites", ["testsuite"])
    return root[0]


def cases(suite):
    return {case.get("name"): case for case in suite.iter("testcase")}


def test_every_rule_is_a_test_case_of_its_family(suite, contract):
    assert [*cases(suite)] == [*contract.rules]
    assert cases(suite)["JOB-FORWARD"].get("classname") == "contract.Job"


def test_totals_are_those_of_the_cases(suite, contract):
    assert int(suite.get("tests")) == len(contract.rules)
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure")) == 1
    assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped"))
    assert suite.get("time") == "1.500"


def test_failure_has_its_steps(suite):
    failure = cases(suite)["JOB-FORWARD"].find("failure")

    assert failure.get("message") == 'expected "processing", received "queued"'
    assert "3. wait 4 s" in failure.text


def test_what_was_not_checked_is_skipped_with_its_reason(suite):
    assert cases(suite)["HEALTH"].find("skipped").get("message") == "no request exercised it"
    assert len(cases(suite)["REQ-MODE"]) == 0


def test_what_is_observed_only_passes_and_is_told(suite):
    case = cases(suite)["REQ-MODEL"]

    assert [child.tag for child in case] == ["system-out"]
    assert "Not reproduced" in case.find("system-out").text


def test_several_failures_of_a_rule_are_one(report_of, broken, contract):
    suite = ET.fromstring(junit(report_of(broken, broken, finished(contract))))
    (failure,) = suite.iter("failure")

    assert str(failure.text).count("broke the contract") == 2


@pytest.mark.parametrize(("is_cut", "why"), [(True, "cut short"), (False, "the time was over")])
def test_run_that_is_not_complete_says_so(report_of, contract, is_cut, why):
    events = [] if is_cut else [finished(contract, is_complete=False)]
    root = ET.fromstring(junit(report_of(*events)))

    assert why in str(root[0].findtext("system-out"))
    assert (root.get("time") is None) == is_cut


def test_run_that_was_cut_short_says_what_was_left(report_of, contract):
    end = finished(contract, is_complete=False, not_reached=("one script",), notes=("cut short",))
    root = ET.fromstring(junit(report_of(end)))

    assert root[0].findtext("system-out") == "Not everything was tried: cut short; one script."


def test_what_xml_cannot_hold_is_replaced(report_of):
    exchange = submitted({"prompt": "a"})
    exchange = exchange.__class__(
        sent=exchange.sent, answer=None, trouble="\x00\x1b\ud800\ufffe]]><a>"
    )
    root = ET.fromstring(junit(report_of(breaks("JOB-SUBMIT", [exchange]))))

    assert "no answer: \ufffd\ufffd\ufffd\ufffd]]><a>" in str(next(root.iter("failure")).text)


def test_known_failure_passes_and_is_told(report_of, broken, contract):
    root = ET.fromstring(junit(report_of(replace(broken, is_known=True), finished(contract))))
    case = cases(root)["JOB-FORWARD"]
    assert (root.get("failures"), [child.tag for child in case]) == ("0", ["system-out"])


def test_failure_beside_a_known_one_is_told_first(report_of, broken, contract):
    other = breaks("JOB-FORWARD", [submitted()], pointer="/other")
    root = ET.fromstring(
        junit(report_of(replace(broken, is_known=True), other, finished(contract)))
    )
    (failure,) = cases(root)["JOB-FORWARD"]
    assert "/other" in failure.text


def test_stale_failure_is_a_test_that_fails(report_of, contract, stale):
    root = ET.fromstring(junit(report_of(finished(contract, compared=stale))))
    (case,) = root.findall(".//testcase[@classname='baseline']")
    assert (case.get("name"), root.get("failures")) == ("JOB-FORWARD job /status", "1")
    assert int(root.get("tests", 0)) == len(contract.rules) + 1
