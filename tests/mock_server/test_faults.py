"""Which requests the faults of an account strike, and which scenarios act on its submissions."""

import pytest
from hypothesis import given, strategies as st

from mock_server import faults as module
from mock_server.actions import Action
from mock_server.faults import MOST_FAULTS, Faults, FaultTerms, TooManyError
from mock_server.scenarios.catalogue import SCENARIOS

REFUSAL = Action(status=503)


def strikes(faults, count, operation="poll"):
    """Return of *count* requests the numbers of those that are struck."""
    return [number for number in range(1, count + 1) if faults.strike(operation)]


def terms(**more):
    return FaultTerms(**{"operation": "poll", "action": REFUSAL, **more})


def test_fault_strikes_its_operation_after_so_many_so_many_times():
    faults = Faults()
    fault = faults.add(terms(after=2, times=3))

    assert strikes(faults, 4, "list") == []
    assert strikes(faults, 8) == [3, 4, 5]
    assert (fault.seen, fault.struck, fault.is_healed) == (8, 3, True)


def test_star_is_every_operation():
    faults = Faults()
    faults.add(terms(operation="*", times=2))

    assert [bool(faults.strike(operation)) for operation in ("submit", "sign", "list")] == [
        True,
        True,
        False,
    ]


def test_every_fault_sees_a_request_and_the_first_strikes_it():
    faults = Faults()
    one, other = faults.add(terms(times=2)), faults.add(terms(after=1))

    assert [faults.strike("poll") for _ in range(3)] == [
        (one.id, REFUSAL),
        (one.id, REFUSAL),
        (other.id, REFUSAL),
    ]
    assert [(fault.seen, fault.struck) for fault in faults] == [(3, 2), (3, 1)]


@given(
    seed=st.integers(0, 2**53 - 1),
    probability=st.floats(0, 1),
    times=st.none() | st.integers(1, 20),
    after=st.integers(0, 20),
    calm=st.integers(0, 5),
)
def test_probability_is_decided_by_the_seed_and_heals(seed, probability, times, after, calm):
    """The same fault strikes the same requests, in whatever account, whatever else happens there."""
    wanted = terms(seed=seed, probability=probability, times=times, after=after)
    one, other = Faults(), Faults()
    for number in range(calm):
        other.add(terms(operation="sign", seed=number))
    fault = one.add(wanted)
    other.add(wanted)
    struck = strikes(one, 60)
    strikes(other, 60, "sign")

    assert strikes(other, 60) == struck
    assert all(number > after for number in struck)
    assert fault.seen == 60
    assert fault.struck == len(struck) <= (60 if times is None else times)
    if probability == 1:
        assert struck == list(range(after + 1, 61))[:times]


def test_probability_is_about_that_and_another_seed_draws_otherwise():
    drawn = []
    for seed in (1, 2):
        faults = Faults()
        faults.add(terms(probability=0.3, seed=seed))
        drawn.append(strikes(faults, 2000))

    assert drawn[0] != drawn[1]
    assert all(500 < len(struck) < 700 for struck in drawn)


def test_account_is_idle_when_nothing_is_left():
    faults = Faults()
    seen = [faults.is_idle]
    faults.remove(faults.add(terms()).id)
    seen.append(faults.is_idle)
    faults.add(terms())
    seen.append(faults.is_idle)
    faults.clear()
    faults.watch("job_1", ("slow", "submit-200"))
    seen.append(faults.is_idle)
    faults.watch("job_1", ("poll-503",))
    faults.clear()
    seen.append(faults.is_idle)

    assert seen == [True, True, False, True, False]


def test_there_are_only_so_many():
    faults = Faults()
    for _ in range(MOST_FAULTS):
        faults.add(terms())

    with pytest.raises(TooManyError, match="the account has 1000 faults already"):
        faults.add(terms())


# Scenarios on submissions


def submit(faults, prompt="a", named=(), default=None):
    """Submit as the API does, and return the scenarios that acted and what struck."""
    names = faults.acting(named, default)
    found = faults.strike_submission(names, named, prompt)
    faults.acted((found.by,) if found and found.action.is_refusal else names, named, prompt)
    return names, found and found.by


def post(faults, scenario, times=None):
    return faults.add(FaultTerms(scenario=scenario, times=times))


def test_prompt_goes_before_faults_and_those_before_the_default():
    faults = Faults()
    post(faults, "poll-429")
    post(faults, "download-503")

    assert set(faults.acting(("poll-503",), "download-slow")) == {"poll-503", "download-503"}
    assert set(faults.acting((), "slow")) == {"poll-429", "download-503", "slow"}


def test_scenario_acts_on_so_many_submissions():
    faults = Faults()
    fault = post(faults, "poll-429", times=2)

    assert [submit(faults)[0] for _ in range(3)] == [("poll-429",), ("poll-429",), ()]
    assert (fault.seen, fault.struck) == (2, 2)


def test_fault_waits_while_a_prompt_names_a_scenario_of_its_kind():
    faults = Faults()
    fault = post(faults, "poll-429", times=1)

    assert submit(faults, named=("poll-503",))[0] == ("poll-503",)
    assert submit(faults, named=("poll-429",))[0] == ("poll-429",)
    assert (fault.seen, fault.struck) == (2, 0)
    assert submit(faults)[0] == ("poll-429",)
    assert fault.is_healed


def test_fault_on_a_job_waits_while_there_is_no_job():
    faults = Faults()
    post(faults, "poll-429", times=1)
    post(faults, "submit-503", times=1)

    assert submit(faults)[1] == "submit-503"
    assert submit(faults) == (("poll-429",), None)
    assert submit(faults) == ((), None)


def test_two_faults_with_one_scenario_act_one_after_the_other():
    faults = Faults()
    posted = [post(faults, "submit-503", times=1) for _ in range(2)]

    assert [submit(faults)[1] for _ in range(3)] == ["submit-503", "submit-503", None]
    assert [(fault.seen, fault.struck) for fault in posted] == [(1, 1), (2, 1)]


def test_first_time_of_a_prompt_is_counted_for_each_prompt_and_a_fault_strikes_the_next_ones():
    faults = Faults()
    named = ("submit-lost",)

    assert [submit(faults, "a", named)[1] for _ in range(2)] == ["submit-lost", None]
    assert submit(faults, "b", named)[1] == "submit-lost"
    post(faults, "submit-lost", times=2)
    assert [submit(faults, "a")[1] for _ in range(3)] == ["submit-lost", "submit-lost", None]
    post(faults, "submit-lost", times=1)
    assert submit(faults, "a")[1] == "submit-lost"
    assert submit(faults, "c", default="submit-lost")[1] == "submit-lost"
    assert submit(faults, "a", default="submit-lost")[1] is None


def test_prompts_that_are_counted_are_bounded():
    faults = Faults()
    for number in range(module.MOST_PROMPTS + 5):
        submit(faults, str(number), ("submit-lost",))

    assert len(faults._prompts) == module.MOST_PROMPTS
    assert submit(faults, str(module.MOST_PROMPTS), ("submit-lost",))[1] is None


# Scenarios on jobs


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name.startswith("poll-")])
def test_polls_2_to_4_of_each_job_are_struck(name):
    faults = Faults()
    faults.watch("job_1", (name,))
    faults.watch("job_2", (name,))
    struck = [faults.strike_on_job("poll", "job_1", is_head=False) for _ in range(6)]

    assert [number for number, found in enumerate(struck, 1) if found] == (
        [2] if name == "poll-404-once" else [2, 3, 4]
    )
    assert faults.strike_on_job("poll", "job_2", is_head=False) is None
    assert faults.strike_on_job("poll", "job_3", is_head=False) is None
    assert faults.strike_on_job("download", "job_1", is_head=False) is None


def test_account_is_idle_when_the_scenarios_of_its_jobs_are_over():
    faults = Faults()
    faults.watch("job_1", ("poll-503", "download-503"))
    for _ in range(4):
        faults.strike_on_job("poll", "job_1", is_head=False)
    seen = [faults.is_idle]
    for is_head in (False, True, False):
        faults.strike_on_job("download", "job_1", is_head=is_head)

    assert [*seen, faults.is_idle] == [False, True]


TWICE = {"download-503", "download-truncated", "download-reset", "download-slow"}


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name.startswith("download-")])
def test_first_two_downloads_or_all_are_struck_and_heads_like_all(name):
    faults = Faults()
    faults.watch("job_1", (name,))

    def strike(is_head):
        return bool(faults.strike_on_job("download", "job_1", is_head=is_head))

    always = name not in TWICE
    assert [strike(is_head=True) for _ in range(3)] == [always] * 3
    assert [strike(is_head=False) for _ in range(4)] == [True, True, always, always]


def test_scenarios_say_themselves_whether_they_make_a_job():
    """What an action is and what the catalogue says of it must not differ."""
    strikes = [entry.strike for entry in SCENARIOS.values() if entry.strike is not None]

    assert len(strikes) == 23
    for strike in strikes:
        refuses = strike.operation == "submit" and not strike.makes_job
        assert not refuses or strike.action.is_refusal
        assert not strike.makes_job or not strike.action.is_refusal
