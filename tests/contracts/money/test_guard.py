"""The guard: exposure never exceeds the budget, whatever the target does and whatever dies."""

import json
import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.document import load
from contracts.exchange import Answer, Exchange, Sent, json_request
from contracts.model import MICROS
from contracts.money.exposure import exposure
from contracts.money.guard import Guard, NotSentError
from contracts.money.ledger import Ledger

CONTRACT = load()
SUBMIT = CONTRACT.api.operations["submit"].path
CHEAP = {
    "mode": "i2v",
    "image": "https://example.com/a.png",
    "flash_mode": True,
    "resolution": "720p",
    "audio": False,
}
USAGE = Sent(operation="usage", method="GET", target="/v1/account/usage")
POLL = Sent(operation="job", method="GET", target="/v1/jobs/job_1")
BUDGET = 2_250_000


def submission(**fields):
    body = {"model": "wan-2-6", "prompt": "x", **fields}
    return json_request("submit", "POST", SUBMIT, body)


def answer(status, body):
    return Answer(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


class Target:
    """A target whose next outcome a test decides; it counts what has reached it."""

    def __init__(self):
        self.reached = []
        self.next = answer(400, {})

    def send(self, sent):
        self.reached.append(sent)
        if isinstance(self.next, BaseException):
            raise self.next
        trouble = "reset" if self.next is None else None
        return Exchange(sent=sent, answer=self.next, trouble=trouble)


@pytest.fixture
def target():
    return Target()


@pytest.fixture
def guard(tmp_path, target):
    return Guard(target, Ledger(tmp_path / "ledger", BUDGET), CONTRACT)


@pytest.fixture
def left(tmp_path):
    """Return a function that tells what is left of the budget."""
    return lambda: BUDGET - Ledger(tmp_path / "ledger", BUDGET).balance().exposure


def test_refusal_gives_back_what_was_reserved(guard, left):
    for _ in range(5):
        guard.send(submission(duration=15.01))

    assert left() == BUDGET


@pytest.mark.parametrize(
    "outcome",
    [
        None,
        answer(500, {}),
        answer(503, b"<html>"),
        answer(202, b"not JSON"),
        answer(202, {"job_id": 7}),
        answer(302, {}),
        answer(400, {"job_id": "job_1"}),
        answer(202, [1]),
    ],
)
def test_outcome_that_nobody_understands_counts_as_spent(guard, target, left, outcome):
    target.next = outcome
    guard.send(submission())

    assert left() == BUDGET - 750_000


def test_what_the_budget_does_not_cover_is_not_sent(guard, target):
    target.next = answer(202, {"job_id": "job_1"})
    guard.send(submission(duration=15))

    with pytest.raises(NotSentError, match=r"could cost US\$ 0\.1250, and US\$ 0\.0000"):
        guard.send(submission(**CHEAP))
    assert len(target.reached) == 1


def test_free_requests_are_sent_without_any_budget(tmp_path, target):
    guard = Guard(target, Ledger(tmp_path / "none", 0), CONTRACT)

    guard.send(USAGE)
    guard.send(Sent(operation="submit", method="POST", target=SUBMIT, body=b"{"))
    with pytest.raises(NotSentError):
        guard.send(submission())

    assert len(target.reached) == 2


def test_job_is_settled_at_what_its_usage_says(guard, target, left):
    target.next = answer(202, {"job_id": "job_1"})
    guard.send(submission())
    target.next = answer(200, {"data": [{"job_id": "job_1", "cost": {"amount": 0.69}}]})
    guard.send(USAGE)
    guard.send(USAGE)

    assert left() == BUDGET - 690_000


@pytest.mark.parametrize(
    "page",
    [
        b"not JSON",
        [],
        {},
        {"data": 5},
        {"data": [5, {"job_id": 5}, {"job_id": "job_2", "cost": {"amount": 0}}]},
        {"data": [{"job_id": "job_1"}]},
        {"data": [{"job_id": "job_1", "cost": 0}]},
        {"data": [{"job_id": "job_1", "cost": {"amount": "0"}}]},
        {"data": [{"job_id": "job_1", "cost": {"amount": False}}]},
        {"data": [{"job_id": "job_1", "cost": {"amount": -1}}]},
        {"data": [{"job_id": "job_1", "cost": {"amount": float("nan")}}]},
    ],
)
def test_usage_that_nobody_understands_settles_nothing(guard, target, left, page):
    target.next = answer(202, {"job_id": "job_1"})
    guard.send(submission())
    target.next = answer(200, page)
    guard.send(USAGE)
    target.next = answer(500, {"data": [{"job_id": "job_1", "cost": {"amount": 0}}]})
    guard.send(USAGE)
    target.next = None
    guard.send(USAGE)

    assert left() == BUDGET - 750_000


@pytest.mark.parametrize(
    "told",
    [
        (USAGE, {"data": [{"job_id": "job_1", "cost": {"amount": 0.76}}]}),
        (POLL, {"job_id": "job_1", "result": {"usage": {"cost": {"amount": 0.76}}}}),
        (POLL, {"data": [{"job_id": "job_1", "result": {"usage": {"cost": {"amount": 0.76}}}}]}),
    ],
    ids=["usage", "job", "list"],
)
def test_nothing_that_costs_is_sent_once_a_job_cost_more_than_its_list_price(guard, target, told):
    target.next = answer(202, {"job_id": "job_1"})
    guard.send(submission())
    sent, body = told
    target.next = answer(200, body)
    guard.send(sent)

    with pytest.raises(NotSentError, match=r"job_1 cost US\$ 0\.7600, more than the US\$ 0\.7500"):
        guard.send(submission())
    guard.send(POLL)
    assert len(target.reached) == 3


def test_what_a_job_tells_of_its_cost_settles_nothing(guard, target, left):
    target.next = answer(202, {"job_id": "job_1"})
    guard.send(submission())
    target.next = answer(200, {"job_id": "job_1", "result": {"usage": {"cost": {"amount": 0.1}}}})
    guard.send(POLL)

    assert left() == BUDGET - 750_000


def test_job_that_was_accepted_by_surprise_stays_spent_at_its_dearest(guard, target, left):
    target.next = answer(202, {"job_id": "job_1"})
    guard.send(submission(duration=4))
    target.next = answer(200, {"data": [{"job_id": "job_1", "cost": {"amount": 0.36}}]})
    guard.send(USAGE)

    assert left() == 0


def test_job_that_was_made_of_what_could_be_none_is_counted_and_the_last(tmp_path, target):
    guard = Guard(target, Ledger(tmp_path / "none", 0), CONTRACT)
    nothing = Sent(operation="submit", method="POST", target=SUBMIT, body=b"{")
    target.next = answer(202, {"job_id": "job_1"})
    guard.send(nothing)

    assert guard.exposure == BUDGET
    with pytest.raises(NotSentError, match="job_1 was made of a request that could not be one"):
        guard.send(nothing)
    guard.send(POLL)
    guard.send(Sent(operation="cancel", method="POST", target="/v1/jobs/job_1/cancel"))
    guard.send(replace(nothing, key=None))
    assert len(target.reached) == 4


def test_next_run_settles_what_one_that_died_left_open(tmp_path, target, left):
    path = tmp_path / "ledger"
    dying = Ledger(path, BUDGET)
    target.next = answer(202, {"job_id": "job_1"})
    Guard(target, dying, CONTRACT).send(submission())
    del dying
    guard = Guard(target, Ledger(path, BUDGET), CONTRACT)
    assert guard.exposure == 750_000
    target.next = answer(200, {"data": [{"job_id": "job_1", "cost": {"amount": 0.69}}]})
    guard.send(USAGE)

    assert left() == BUDGET - 690_000


@pytest.mark.parametrize("death", [KeyboardInterrupt(), SystemExit(), MemoryError()])
def test_death_in_the_midst_leaves_it_counted_as_spent(guard, target, left, death):
    target.next = death

    with pytest.raises(type(death)):
        guard.send(submission())
    assert left() == BUDGET - 750_000


PRICES = st.fixed_dictionaries(
    {},
    optional={
        "duration": st.sampled_from([5, 7.5, 10, 15, 16, "5"]),
        "resolution": st.sampled_from(["720p", "1080p", "4k"]),
        "mode": st.sampled_from(["auto", "t2v", "i2v", "r2v"]),
        "flash_mode": st.booleans(),
        "audio": st.booleans(),
    },
)


class Budget(RuleBasedStateMachine):
    """Runs that share a ledger against a target that accepts, refuses, loses, breaks, dies and overstates."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.guards = [self.run(), self.run()]
        self.charged = {}
        self.believed = {}
        self.is_overcharged = False
        self.outcome = "accept"

    def run(self):
        return Guard(self, Ledger(Path(self.folder.name) / "ledger", BUDGET), CONTRACT)

    def send(self, sent):
        """Be the target: whatever it does, it may have made a job that it bills at the list price."""
        if sent is USAGE:
            events = [
                {"job_id": job, "cost": {"amount": micros / MICROS}}
                for job, micros in self.believed.items()
            ]
            return Exchange(sent=sent, answer=answer(200, {"data": events}))
        job = f"job_{len(self.charged)}"
        outcome, self.charged[job] = self.outcome, exposure(sent, CONTRACT)
        if outcome == "dies unsent":
            self.charged[job] = 0
            raise KeyboardInterrupt
        if outcome == "dies sent":
            raise KeyboardInterrupt
        if outcome == "accept":
            return Exchange(sent=sent, answer=answer(202, {"job_id": job}))
        if outcome == "refuse":
            self.charged[job] = 0
            return Exchange(sent=sent, answer=answer(400, {}))
        lost = None if outcome == "lost" else answer(502, b"<html>")
        return Exchange(sent=sent, answer=lost)

    @rule(
        fields=PRICES,
        number=st.integers(0, 1),
        outcome=st.sampled_from(["accept", "refuse", "lost", "breaks", "dies unsent", "dies sent"]),
    )
    def submit(self, fields, number, outcome):
        self.outcome = outcome
        try:
            self.guards[number].send(submission(**fields))
        except NotSentError:
            pass
        except KeyboardInterrupt:
            self.guards[number] = self.run()

    @rule(data=st.data(), share=st.sampled_from(["0", "0.5", "0.92", "1", "1.5"]))
    def job_ends(self, data, share):
        """It is billed at a share of the list price, and that is told."""
        ended = data.draw(st.sampled_from(sorted(self.charged) or ["none"]))
        if ended in self.charged and ended not in self.believed:
            told = int(self.charged[ended] * Decimal(share))
            self.is_overcharged = self.is_overcharged or told > self.charged[ended]
            self.charged[ended] = self.believed[ended] = told

    @rule(number=st.integers(0, 1))
    def ask_for_usage(self, number):
        self.guards[number].send(USAGE)
        assert self.is_overcharged or self.guards[number].overcharge is None

    @rule(number=st.integers(0, 1))
    def run_ends(self, number):
        """A run that came to its end closes the account, unless the other one is under way."""
        self.guards[number].ledger.close()

    @invariant()
    def charged_within_the_budget(self):
        assert sum(self.charged.values()) <= BUDGET or self.is_overcharged

    def teardown(self):
        self.folder.cleanup()


Budget.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
test_no_interleaving_overspends = Budget.TestCase
