"""A run against a live API, for which the emulator stands in: what it finds, what it costs, and what it leaves."""

import itertools

import pytest

from contracts.events import Event, RuleBroken, RunFinished
from contracts.live.run import COSTLY
from contracts.money.exposure import exposure
from contracts.money.ledger import Ledger
from contracts.rule import Live
from contracts.run import PROFILES
from contracts.target import TargetError
from tests.contracts.conftest import CONTRACT
from tests.contracts.live.conftest import BUDGET, KEYS, KilledError

ASSERTED = {rule.id for rule in CONTRACT.rules.values() if rule.live is Live.ASSERT}
OTHERWISE = {name: policy.values[-1] for name, policy in CONTRACT.policies.items()}


def accepted(stand_in):
    return [one for one in stand_in.submissions() if one.answer.status < 300]


def iter_into(seen, events):
    """Let *seen* have each of *events* also where they end in an exception."""
    for event in events:
        seen.append(event)


def _is_at_the_cards(stand_in):
    last = stand_in.exchanges[-1:]
    return any((one.sent.target, one.sent.key) == ("/v1/models", "main") for one in last)


def left_in(path):
    return Ledger(path, BUDGET).balance().exposure


@pytest.mark.parametrize("profile", ["smoke", "default"])
def test_whole_assertable_contract_takes_six_jobs_and_2_25_dollars(stand_in, profile):
    live = stand_in()
    found, finished = live.run(profile=PROFILES[profile])

    assert not found
    assert ASSERTED.isdisjoint(finished.not_checked)
    assert finished.is_complete
    assert finished.jobs == len(accepted(live)) == 6
    assert live.spent() == finished.cost <= BUDGET
    assert not live.running()
    assert left_in(live.ledger) == 0


def test_nothing_is_held_against_an_api_that_differs_where_nobody_vouches(stand_in):
    live = stand_in(policies=OTHERWISE)
    found, finished = live.run(30_000_000)

    assert {one.failure.verdict.rule for one in found if not one.failure.is_observed} == set()
    assert {"JOB-SUBMIT", "REQ-SEED"} <= {one.failure.verdict.rule for one in found}
    assert live.spent() <= finished.cost <= 30_000_000


def test_every_rule_that_can_be_is_observed_with_a_larger_budget(stand_in):
    live = stand_in()
    found, finished = live.run(30_000_000)

    assert not found
    observed = {rule for rule in finished.not_checked if CONTRACT.rules[rule].live is Live.OBSERVE}
    assert observed <= {"CREDIT", "REQ-PROMPT-LENGTH", "R2V-CAP"}
    assert live.spent() <= finished.cost <= 30_000_000


def test_without_a_budget_only_what_nobody_could_bill_is_sent(stand_in):
    live = stand_in()
    found, finished = live.run(0)

    assert not found
    assert not any(exposure(one.sent, CONTRACT) for one in live.exchanges)
    assert {one.sent.operation for one in live.exchanges if one.sent.method == "POST"} <= {
        "submit",
        "cancel",
        "upload",
    }
    assert all(
        one.answer.status >= 400 for one in live.exchanges if one.sent.method not in {"GET", "HEAD"}
    )
    assert "US$ 0.0000 of the budget are left" in finished.not_checked["REQ-MODE"]
    assert not live.ledger.exists()


def test_rate_of_the_api_is_obeyed(stand_in):
    live = stand_in(rpm=20)
    found, finished = live.run()

    assert not found
    limited = [(at, one) for at, one in enumerate(live.exchanges) if one.answer.status == 429]
    assert limited
    for at, one in limited:
        assert live.exchanges[at + 1].at - one.at >= int(one.answer.headers["retry-after"])
    assert finished.is_complete


def test_what_is_accepted_by_surprise_is_cancelled_and_counts_as_spent(stand_in):
    live = stand_in(fault="resolution-in-any-case")
    found, finished = live.run()

    (surprise,) = [one for one in found if not one.failure.is_observed]
    assert surprise.failure.verdict.rule == "REQ-RESOLUTION"
    assert (surprise.is_reproduced, surprise.not_replayed) == (False, COSTLY)
    assert len(accepted(live)) == 1
    assert live.exchanges[live.exchanges.index(accepted(live)[0]) + 1].sent.operation == "cancel"
    assert not live.running()
    assert finished.cost == BUDGET
    assert "US$ 0.0000 of the budget are left" in finished.not_checked["OUT-FORMAT"]


def test_failure_that_costs_nothing_is_shown_once_more(stand_in):
    found, _ = stand_in(fault="livez-in-words").run(0)

    assert [one.failure.verdict.rule for one in found] == ["HEALTH"]
    assert found[0].is_reproduced
    assert [one.sent.target for one in found[0].history] == ["/livez"]


def test_failure_of_a_paid_job_is_told_with_its_whole_history(stand_in):
    live = stand_in(fault="progress-in-percent")
    found, _ = live.run()

    broken = next(one for one in found if one.failure.verdict.rule == "JOB-PROGRESS")
    assert broken.not_replayed == COSTLY
    assert broken.history[-1].number == broken.failure.exchange.number
    jobs = {one.sent.target for one in broken.history if one.sent.operation == "job"}
    assert len(jobs) == 1


def test_job_that_costs_more_than_its_list_price_ends_the_spending(stand_in):
    live = stand_in(fault="event-costs-double")
    found, finished = live.run()

    assert any(one.failure.verdict.rule.startswith("PRICE-") for one in found)
    assert not finished.is_complete
    assert any("more than the US$" in note for note in finished.notes)
    assert left_in(live.ledger) > 0


@pytest.mark.parametrize("number", [1, 3])
def test_answer_that_is_lost_counts_as_spent_and_the_run_goes_on(stand_in, number):
    live = stand_in()
    live.lost = lambda sent: (
        sent.operation == "submit"
        and len(accepted(live)) == number
        and accepted(live)[-1].sent == sent
    )
    _, finished = live.run()

    assert number < len(accepted(live)) <= 6
    assert finished.jobs == len(accepted(live)) - 1
    assert live.spent() <= finished.cost <= BUDGET


@pytest.mark.parametrize("most", [0, 3, 20])
def test_interrupt_leaves_a_report_no_running_job_and_a_ledger_to_go_on_with(stand_in, most):
    live = stand_in(rpm=0)
    live.time.most = most
    events: list[Event] = []
    with pytest.raises(KeyboardInterrupt):
        iter_into(events, live.events())

    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert not finished.is_complete
    assert "the run was cut short" in finished.notes
    assert finished.refusing["REQ-MODE"]
    assert not live.running()
    assert live.spent() <= left_in(live.ledger) <= BUDGET


def test_next_run_cancels_what_one_that_was_killed_left(stand_in):
    live = stand_in(rpm=0)
    live.fate = lambda live: KilledError() if len(accepted(live)) == 3 else None
    with pytest.raises(KilledError):
        live.run()
    assert live.running()
    exposed = left_in(live.ledger)
    assert live.spent() <= exposed

    live.fate = lambda _: None
    _, finished = live.run(exposed)

    assert not live.running()
    assert finished.cost <= exposed
    assert left_in(live.ledger) == 0


def test_time_that_is_over_leaves_no_running_job(stand_in):
    live = stand_in(rpm=0)
    found, finished = live.run(time_limit=100)

    assert not found
    assert not finished.is_complete
    assert "the time was over before everything was tried" in finished.notes
    assert not live.running()


def test_failure_that_there_is_no_time_to_show_again_is_told_all_the_same(stand_in):
    live = stand_in(fault="livez-in-words")
    asked = itertools.count()
    live.lost = lambda sent: sent.target == "/livez" and next(asked) > 0
    found, finished = live.run(0, time_limit=1, rules=("HEALTH",))

    (broken,) = found
    assert (broken.is_reproduced, broken.is_out_of_time) == (False, True)
    assert finished.is_complete


def test_job_that_does_not_let_itself_be_cancelled_is_named(stand_in):
    live = stand_in(fault="cancel-wants-json", rpm=0)
    _, finished = live.run(time_limit=30)

    assert any(note.startswith("not seen to end: job_") for note in finished.notes)
    assert live.spent() <= left_in(live.ledger)
    assert Ledger(live.ledger, BUDGET).left_over


def test_target_that_is_gone_ends_the_run_and_what_was_found_is_told(stand_in):
    live = stand_in(fault="livez-in-words")
    live.fate = lambda live: TargetError("gone") if _is_at_the_cards(live) else None
    events: list[Event] = []
    with pytest.raises(TargetError, match="gone"):
        iter_into(events, live.events())

    found = [event.failure.verdict.rule for event in events if isinstance(event, RuleBroken)]
    assert found == ["HEALTH"]
    assert isinstance(events[-1], RunFinished)


def test_only_the_jobs_that_a_rule_needs_are_paid(stand_in):
    live = stand_in()
    found, _ = live.run(rules=("JOB-SHAPE", "PRICE-FLASH-720P-SILENT"))

    assert not found
    assert len(accepted(live)) == 1


def test_without_another_key_nothing_is_asked_with_one(stand_in):
    live = stand_in()
    _, finished = live.run(other_api_key=None)

    assert {one.sent.key for one in live.exchanges} <= {"main", None}
    assert any("--other-api-key" in note for note in finished.notes)


def test_live_api_wants_a_key(stand_in):
    with pytest.raises(TargetError, match="--api-key or EMPIRIOLABS_API_KEY has to give a key"):
        stand_in().run(api_key=None)


def test_keys_stand_nowhere_in_what_a_run_tells(stand_in):
    events = [*stand_in(fault="livez-in-words").events(0)]

    assert not any(key in repr(events) for key in KEYS.values())


def test_failure_is_told_though_the_target_goes_while_it_is_shown_again(stand_in):
    live = stand_in(fault="livez-in-words")
    asked = itertools.count()

    def fate(live):
        is_asked = live.exchanges and live.exchanges[-1].sent.target == "/livez"
        return TargetError("gone") if is_asked and next(asked) > 0 else None

    live.fate = fate
    events: list[Event] = []
    with pytest.raises(TargetError, match="gone"):
        iter_into(events, live.events(0, rules=("HEALTH",)))

    found = [event.failure.verdict.rule for event in events if isinstance(event, RuleBroken)]
    assert found == ["HEALTH"]


def test_failure_of_a_job_that_is_followed_is_told_though_the_time_is_over_first(stand_in):
    live = stand_in(fault="progress-in-percent", rpm=0)
    found, finished = live.run(time_limit=30, rules=("JOB-PROGRESS",))

    assert "JOB-PROGRESS" in {one.failure.verdict.rule for one in found}
    assert not finished.is_complete
