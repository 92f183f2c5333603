"""An account's money, in whole micro-dollars: what is there, what jobs hold, what is spent."""

from dataclasses import dataclass


@dataclass(slots=True)
class Ledger:
    """A balance (None: unlimited), what running jobs hold of it, and what finished jobs have spent."""

    balance: int | None
    held: int = 0
    spent: int = 0

    def can_hold(self, price: int) -> bool:
        """Tell whether the balance covers *price*."""
        return self.balance is None or self.balance >= price

    def hold(self, price: int) -> None:
        """Move *price* from the balance to what is held; the balance must cover it (rule CREDIT)."""
        assert self.can_hold(price)
        self._add(-price)
        self.held += price

    def keep(self, price: int) -> None:
        """Spend *price* that a completed job held."""
        self.held -= price
        self.spent += price

    def give_back(self, price: int) -> None:
        """Return *price* that a failed or cancelled job held (rule PRICE-FAILED)."""
        self.held -= price
        self._add(price)

    def _add(self, amount: int) -> None:
        if self.balance is not None:
            self.balance += amount
