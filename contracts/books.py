"""The books of an account: what its usage page says of money, exactly, in micro-dollars."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from contracts.expectation.outcome import Accepted, Refused
from contracts.model import MICROS


class Charged(Protocol):
    """A job, as far as its price goes."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def outcome(self) -> Accepted | Refused:
        """What its request had to lead to."""
        ...


def amount_of(money: Any) -> int | None:
    """Return an amount of money in micro-dollars, None where *money* is none."""
    return micros_of(money.get("amount")) if isinstance(money, dict) else None


def micros_of(dollars: Any) -> int | None:
    """Return a number of US dollars in micro-dollars, None for anything else."""
    amount = exact(dollars)
    return None if amount is None else int((amount * MICROS).to_integral_value(ROUND_HALF_UP))


def exact(value: Any) -> Decimal | None:
    """Return a JSON number as it was written, None for anything else: Infinity is none of JSON, either."""
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    found = Decimal(str(value)) if is_number else None
    return None if found is None or not found.is_finite() else found


def worth_of(jobs: Iterable[Charged], page: Mapping[str, Any]) -> int | None:
    """Return the balance of *page* with all that was spent and is held, which no job changes.

    None where it cannot be told: an unlimited balance, more events than the page has, or a job of unknown price.
    """
    balance = amount_of(page.get("balance"))
    events = page.get("data")
    if balance is None or page.get("next_cursor") is not None or not isinstance(events, list):
        return None
    costs = {
        str(event.get("job_id")): amount_of(event.get("cost"))
        for event in events
        if isinstance(event, dict)
    }
    total = balance
    for job in jobs:
        micros = costs.pop(job.id, None) if job.id in costs else _price(job)
        if micros is None:
            return None
        total += micros
    return total + sum(cost or 0 for cost in costs.values())


def _price(job: Charged) -> int | None:
    return job.outcome.bill.micros if isinstance(job.outcome, Accepted) else None
