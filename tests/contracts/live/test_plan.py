"""What is planned for a live API, before anything is sent."""

import pytest

from contracts.live.opening import plan_of
from contracts.live.plan import lines
from contracts.reading import fields_of
from contracts.rule import Live
from contracts.run import PROFILES
from contracts.script import Call, Submit
from contracts.wishes import Wishes
from tests.contracts.conftest import CONTRACT

URL = "https://api.example.com"


def planned(max_cost=2_250_000, *, profile="default", **changes):
    wishes = Wishes(url=URL, profile=PROFILES[profile], max_cost=max_cost, **changes)
    return plan_of(wishes, CONTRACT)


def phase(plan, name):
    return next(one for one in plan.phases if one.name == name)


def test_six_jobs_of_the_six_tiers_cost_less_than_2_25_dollars():
    jobs = phase(planned(), "jobs")

    assert jobs.jobs == 6
    assert jobs.exposure == 2_187_500
    tiers = {rate.rule for model in CONTRACT.models.values() for rate in model.rates}
    assert tiers <= {rule for script in jobs.scripts for rule in script.rules}


def test_what_is_free_comes_first_and_what_is_in_doubt_after_the_jobs():
    names = [one.name for one in planned().phases]

    assert names == ["free", "refusals", "jobs", "doubtful refusals", "observed jobs"]
    assert phase(planned(), "free").exposure == 0
    assert phase(planned(), "refusals").exposure == 2_250_000


def test_refusals_before_the_jobs_are_documented_ones():
    for script in phase(planned(profile="deep"), "refusals").scripts:
        assert all(CONTRACT.rules[rule].live is Live.ASSERT for rule in script.rules)
        (step,) = script.steps
        assert isinstance(step, Submit | Call)
        fields = step.fields if isinstance(step, Submit) else fields_of(step.sent) or {}
        assert str(fields.get("prompt", "missing")).strip()


def test_profiles_send_more_or_fewer_requests_of_the_same_kind():
    few, some, all_ = (
        len(phase(planned(profile=name), "refusals").scripts)
        for name in ("smoke", "default", "deep")
    )

    assert few < some < all_


@pytest.mark.parametrize("max_cost", [0, 1_000_000, 2_250_000])
def test_worst_is_the_budget_where_more_could_be_sent(max_cost):
    assert planned(max_cost).worst == max_cost


def test_worst_of_a_large_budget_is_that_of_all_jobs_and_a_refusal():
    plan = planned(100_000_000)
    paid = sum(one.exposure for one in plan.phases if one.accepts)

    assert plan.worst == paid + 2_250_000


def test_lines_tell_calls_jobs_and_the_worst_cost():
    told = [*lines(planned(1_000_000))]

    assert told[0] == f"{URL}, profile default: nothing was sent. As a live API it would get"
    assert any(
        line.endswith("for 6 jobs, US$ 2.1875 at list price; the budget does not cover all")
        for line in told
    )
    assert "At no moment more than US$ 1.0000 could be spent." in told


def test_what_earlier_phases_spend_is_not_left_for_later_ones():
    told = [line for line in lines(planned(2_250_000)) if "the budget does not cover" in line]

    assert [line.split("  ")[1] for line in told] == ["doubtful refusals", "observed jobs"]


def test_plan_of_some_rules_has_only_what_is_about_them():
    plan = planned(rules=("REQ-MODE", "OUT-SIZE"), excluded=("OUT-SIZE",))

    assert phase(plan, "jobs").scripts == ()
    assert {rule for script in phase(plan, "refusals").scripts for rule in script.rules} == {
        "REQ-MODE"
    }
    (cheapest,) = phase(planned(rules=("OUT-SIZE",)), "jobs").scripts
    assert "PRICE-FLASH-720P-SILENT" in cheapest.rules
