"""What events add up to."""

from contracts.reports.report import CUT_SHORT, State, count
from tests.contracts.reports.conftest import STARTED, finished


def result(report, rule):
    return next(result for result in report.results() if result.rule.id == rule)


def test_each_rule_has_an_outcome(report):
    states = {result.rule.id: result.state for result in report.results()}

    assert states["JOB-FORWARD"] is State.BROKEN
    assert states["REQ-MODEL"] is State.OBSERVED
    assert states["REQ-MODE"] is State.KEPT
    assert states["HEALTH"] is State.NOT_CHECKED
    assert count(report.results(), State.KEPT) == 2


def test_rule_that_was_broken_was_checked(report_of, broken, contract):
    """Whatever the end of the run counts: what breaks first may be all that was seen of it."""
    end = finished(contract, not_checked={"JOB-FORWARD": "never"}, accepting={})

    assert result(report_of(broken, end), "JOB-FORWARD").state is State.BROKEN


def test_run_that_was_cut_short_checked_what_it_broke(report_of, broken):
    report = report_of(STARTED, broken)

    assert not report.is_complete
    assert report.exchanges == [*broken.history]
    assert result(report, "JOB-FORWARD").state is State.BROKEN
    assert result(report, "REQ-MODE").not_checked == CUT_SHORT


def test_families_have_every_rule(report, contract):
    rules = [result.rule for _, results in report.families() for result in results]

    assert {rule.id for rule in rules} == {*contract.rules}
    assert len(rules) == len(contract.rules)


def test_run_out_of_time_is_not_complete(report_of, contract):
    assert not report_of(finished(contract, is_complete=False)).is_complete
