import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from mock_server.ledger import Ledger


class Money(RuleBasedStateMachine):
    """CREDIT, PRICE-FAILED, PRICE-ONCE: nothing is lost, nothing appears, nothing is overdrawn."""

    held = Bundle("held")

    def __init__(self):
        super().__init__()
        self.ledger = Ledger(0)
        self.deposit = 0

    @property
    def balance(self):
        assert self.ledger.balance is not None
        return self.ledger.balance

    @initialize(balance=st.integers(0, 10_000))
    def open(self, balance):
        self.ledger = Ledger(balance)
        self.deposit = balance

    @rule(target=held, price=st.integers(0, 5_000))
    def hold(self, price):
        if not self.ledger.can_hold(price):
            assert self.balance < price
            return multiple()
        self.ledger.hold(price)
        return price

    @rule(price=consumes(held))
    def keep(self, price):
        spent = self.ledger.spent
        self.ledger.keep(price)
        assert self.ledger.spent == spent + price

    @rule(price=consumes(held))
    def give_back(self, price):
        spent = self.ledger.spent
        self.ledger.give_back(price)
        assert self.ledger.spent == spent

    @invariant()
    def nothing_is_lost(self):
        assert self.balance + self.ledger.held + self.ledger.spent == self.deposit

    @invariant()
    def nothing_is_negative(self):
        assert min(self.balance, self.ledger.held, self.ledger.spent) >= 0


TestMoney = Money.TestCase
TestMoney.settings = settings(max_examples=50)


def test_unlimited_balance_covers_everything_and_still_counts():
    ledger = Ledger(None)

    assert ledger.can_hold(10**18)
    ledger.hold(7)
    ledger.hold(5)
    ledger.keep(7)
    ledger.give_back(5)
    assert (ledger.balance, ledger.held, ledger.spent) == (None, 0, 7)


def test_price_that_the_balance_just_covers_can_be_held():
    """CREDIT."""
    assert Ledger(828_000).can_hold(828_000)
    assert not Ledger(827_999).can_hold(828_000)


def test_holding_more_than_there_is_is_a_mistake_of_the_program():
    with pytest.raises(AssertionError):
        Ledger(1).hold(2)
