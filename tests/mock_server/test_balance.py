"""Money: held at submission, kept on completion, given back otherwise, and never below zero."""

from decimal import Decimal
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

GONE = "bunny://nobody/uploaded.png"
PRICE = 0.828  # of the published example: 6 s of 1080p at 0.138


def test_price_is_held_at_submission_and_spent_on_completion(manual):
    """Rules CREDIT and PRICE-ONCE."""
    manual.submit()
    assert manual.money() == (999.172, PRICE, 0.0)
    manual.advance(4)

    assert manual.money() == (999.172, 0.0, PRICE)


def test_job_that_is_never_polled_is_paid_when_it_ends(manual):
    """Rule CREDIT: looking is not what completes a job."""
    manual.submit()
    manual.advance(3.999)
    assert manual.money()[2] == 0.0
    manual.advance(0.001)

    assert manual.money()[2] == PRICE


def test_hold_of_a_failed_job_is_given_back(manual):
    """Rule PRICE-FAILED."""
    manual.submit(image=GONE)
    assert manual.money()[1] == PRICE
    manual.advance(4)

    assert manual.money() == (1000.0, 0.0, 0.0)


def test_hold_of_a_cancelled_job_is_given_back_once(manual):
    """Rules PRICE-FAILED and PRICE-ONCE."""
    job_id = manual.submit().json["job_id"]
    for _ in range(3):
        manual.post(f"/v1/jobs/{job_id}/cancel")
        manual.advance(4)

    assert manual.money() == (1000.0, 0.0, 0.0)


def test_job_is_charged_once_whatever_is_asked_of_it(manual):
    """Rule PRICE-ONCE: polls, lists, downloads, a late cancel."""
    job_id = manual.submit().json["job_id"]
    manual.advance(4)
    for _ in range(3):
        job = manual.get(f"/v1/jobs/{job_id}").json
        manual.get("/v1/jobs")
        manual.get(job["result"]["data"][0]["url"])
        manual.post(f"/v1/jobs/{job_id}/cancel")

    assert manual.money() == (999.172, 0.0, PRICE)


def test_too_small_a_balance_is_a_402_that_names_both_amounts(make_client, conforms):
    """Rule CREDIT."""
    client = make_client(balance=0.827999)
    answer = client.submit()

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (402, "insufficient_credits")
    assert answer.error["type"] == "billing_error"
    assert "0.827999" in answer.error["message"]
    assert "0.828" in answer.error["message"]


def test_refusal_leaves_no_job_and_takes_no_number(make_client):
    """Rule CREDIT: before any job exists."""
    poor, rich = make_client(balance=0), make_client()
    poor.submit()
    assert poor.get("/v1/jobs").json["data"] == []
    poor.patch(balance=1)

    assert poor.submit().json["job_id"] == rich.submit().json["job_id"]


@pytest.mark.parametrize("name", ["nocredit", "nocredit-2"])
def test_reserved_account_has_no_credit(make_client, name):
    """Rule CREDIT, whatever the balance of other accounts."""
    client = make_client(key=f"sk-empiriolabs-{name}.label", balance="unlimited")

    assert client.submit().status == 402
    assert client.get("/v1/account/usage").json["balance"]["amount"] == 0


def test_last_cent_can_be_spent(make_client):
    """Rule CREDIT: a balance that equals the price covers it."""
    client = make_client(balance=Decimal("0.828"), clock="manual")

    assert client.submit().status == 202
    assert client.money() == (0.0, PRICE, 0.0)


def test_unlimited_balance_covers_everything(make_client):
    """Rule CREDIT with --balance unlimited."""
    client = make_client(balance="unlimited", clock="manual")
    client.submit()

    assert client.money() == ("unlimited", PRICE, 0.0)
    assert client.get("/v1/account/usage").json["balance"]["amount"] == "unlimited"


@pytest.mark.parametrize("affordable", [0, 1, 7, 40])
def test_concurrent_submissions_are_accepted_as_far_as_the_money_goes(make_client, affordable):
    """Rule CREDIT: exactly so many, and never below zero."""
    price = Decimal("0.45")
    client = make_client(balance=price * affordable + Decimal("0.449999"), clock="manual")
    answers = client.submit_together(40, resolution="720p")
    found = [answer.status for answer in answers]

    assert found.count(202) == affordable
    assert found.count(402) == 40 - affordable
    assert client.money()[0] == float(Decimal("0.449999"))


RATES = {"720p": Fraction(9, 100), "1080p": Fraction(138, 1000)}
BALANCE = Fraction(5)


class Money(RuleBasedStateMachine):
    """Rules CREDIT, PRICE-FAILED, PRICE-ONCE and USAGE, beside a model of the money in fractions."""

    def __init__(self, make_client):
        super().__init__()
        self.client = make_client(clock="manual", balance=float(BALANCE))
        self.now = 0.0
        self.latency = 4.0
        self.jobs = {}  # id: [price, ends at, "completed", "failed" or "cancelled"]
        self.balance, self.number = BALANCE, 0

    def of(self, *outcomes, over):
        return [
            price
            for price, ends_at, outcome in self.jobs.values()
            if outcome in outcomes and (ends_at <= self.now) is over
        ]

    @property
    def left(self):
        held = self.of("completed", "failed", over=False)
        return BALANCE - sum(held) - sum(self.of("completed", over=True))

    @rule(
        resolution=st.sampled_from([*RATES]),
        duration=st.integers(5, 15),
        good=st.booleans(),
    )
    def submit(self, resolution, duration, good):
        price = RATES[resolution] * duration
        image = {} if good else {"image": GONE}
        answer = self.client.submit(resolution=resolution, duration=duration, **image)
        if price > self.left:
            assert answer.status == 402
            return
        assert answer.status == 202
        ends_at = self.now + self.latency
        self.jobs[answer.json["job_id"]] = [price, ends_at, "completed" if good else "failed"]

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def poll(self, data):
        job_id = data.draw(st.sampled_from([*self.jobs]))
        price, ends_at, outcome = self.jobs[job_id]
        job = self.client.get(f"/v1/jobs/{job_id}").json
        if ends_at <= self.now:
            assert job["status"] == outcome
        else:
            assert job["status"] in {"queued", "processing"}
        if job["status"] == "completed":
            cost = job["result"]["usage"]["cost"]["amount"]
            assert Fraction(str(cost)) == price

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def cancel(self, data):
        job_id = data.draw(st.sampled_from([*self.jobs]))
        job = self.jobs[job_id]
        answer = self.client.post(f"/v1/jobs/{job_id}/cancel")
        if job[1] > self.now:
            job[1:] = self.now, "cancelled"
        assert answer.json["status"] == job[2]

    @rule(seconds=st.sampled_from([0, 0.5, 1, 3, 5]))
    def advance(self, seconds):
        self.client.advance(seconds)
        self.now += seconds

    @rule(seconds=st.sampled_from([0, 1.5, 4, 7]))
    def change_latency(self, seconds):
        assert self.client.patch(latency=seconds).json["latency"] == seconds
        self.latency = seconds

    @rule()
    def read_usage(self):
        events = self.client.get("/v1/account/usage").json["data"]
        paid = sum(Fraction(str(event["cost"]["amount"])) for event in events)
        over = self.of("completed", "failed", "cancelled", over=True)

        assert len(events) == len(over)
        assert paid == sum(self.of("completed", over=True))

    @invariant()
    def account_agrees_with_the_model(self):
        balance, held, spent = map(Fraction, map(str, self.client.money()))

        assert 0 <= balance == self.left
        assert held == sum(self.of("completed", "failed", over=False))
        assert spent == sum(self.of("completed", over=True))


def test_money_is_never_made_nor_lost(make_client):
    """Rules CREDIT, PRICE-FAILED, PRICE-ONCE and USAGE, under any sequence of calls."""
    budget = settings(max_examples=60, stateful_step_count=30, deadline=None)
    run_state_machine_as_test(partial(Money, make_client), settings=budget)  # type: ignore[arg-type]  # a factory is what it takes
