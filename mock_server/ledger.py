"""An account's money, in whole micro-dollars: what is there, what jobs hold, what is spent."""


class Ledger:
    """A balance (None: unlimited), what running jobs hold of it, and what finished jobs have spent."""

    __slots__ = ("balance", "held", "spent")

    def __init__(self, balance: int | None, held: int = 0, spent: int = 0) -> None:
        """Begin with these."""
        self.balance = balance
        self.held = held
        self.spent = spent

    def copy(self) -> "Ledger":
        """Return another ledger that has the same."""
        return Ledger(self.balance, self.held, self.spent)

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
