"""What is made of the figures of each state; the load itself is no test's."""

import pytest

from benchmarks.load import Load
from benchmarks.scale.sizing import needed
from benchmarks.scale.subject import SUBJECTS, Asked
from benchmarks.scale.targets import aims


def asked(*, cpu, rate=1000.0, redis=0.0):
    load = Load(requests=1, per_second=rate, cpu_micros=cpu)
    return [Asked(load=load, redis_micros=redis)]


def found(**costs):
    """The rounds of every subject; *costs* are those by kind, with ``_2`` for two processes."""
    return {
        one.name: asked(cpu=costs.get(f"{one.kind}_{one.processes}", costs[one.kind]))
        for one in SUBJECTS
    }


@pytest.mark.parametrize(("sqlite", "is_met"), [(249.0, True), (251.0, False)])
def test_a_submission_may_cost_two_and_a_half_times_what_it_costs_in_memory(sqlite, is_met):
    polls, submits = (found(memory=100.0, sqlite=sqlite, redis=100.0) for _ in range(2))

    (aim,) = [one for one in aims(polls, submits) if one.name == "submit, sqlite to memory, by CPU"]

    assert aim.is_met is is_met


@pytest.mark.parametrize(("two", "is_met"), [(117.0, True), (118.0, False)])
def test_a_second_process_is_to_give_most_of_a_first_one(two, is_met):
    polls = found(memory=100.0, sqlite=100.0, redis=100.0, redis_2=two)

    name = "poll, redis, 2 processes: to one, by CPU"
    (aim,) = [one for one in aims(polls, polls) if one.name == name]

    assert aim.is_met is is_met


def test_cores_follow_from_what_a_request_costs():
    costs = {"memory": asked(cpu=70.0), "redis": asked(cpu=140.0, redis=35.0)}

    rows = needed(costs, costs).rows

    assert [each[0] for each in rows["memory"][:3]] == pytest.approx([10_000, 0.1, 10])
    assert rows["memory"][3] == ()
    assert rows["redis"][0] == pytest.approx((5_000,))
    assert rows["redis"][3] == pytest.approx((20_000,))
