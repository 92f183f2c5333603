"""The guard of a budget: a transport that sends nothing which could cost more than is left."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from contracts.document import Contract
from contracts.exchange import Answer, Exchange, Sent
from contracts.model import MICROS
from contracts.money.exposure import exposure
from contracts.money.ledger import Ledger, Reservation
from contracts.transport import Transport

USAGE = "usage"
REFUSALS = range(400, 500)


class NotSentError(Exception):
    """The budget does not cover a request at the worst; nothing was sent. The message says how much is missing."""


class OverchargedError(Exception):
    """The target says that a job cost more than the list price; the run must end. The message has both amounts."""


class Guard:
    """Sends through *inner* what *ledger* covers, and settles each reservation once its outcome is known.

    A refusal costs nothing. What was accepted costs what the account's usage says, and its list price until
    then. Everything else - no answer, a 5xx, an answer that nobody understands - may have cost all of it.
    """

    def __init__(self, inner: Transport, ledger: Ledger, contract: Contract) -> None:
        """Price requests by the list of *contract*."""
        self._inner = inner
        self._ledger = ledger
        self._contract = contract
        self._open: dict[str, Reservation] = {}

    def send(self, sent: Sent) -> Exchange:
        """Send *sent*, once the worst that it could cost is reserved.

        Raises:
            NotSentError: the budget does not cover it.
            OverchargedError: the answer tells of a job that cost more than was reserved for it.
            LedgerError: the ledger cannot be written to; nothing was sent.
        """
        worst = exposure(sent, self._contract)
        if not worst:
            exchange = self._inner.send(sent)
            self._hear(sent, exchange)
            return exchange
        reservation = self._ledger.reserve(worst, f"{sent.method} {sent.target}")
        if reservation is None:
            raise NotSentError(self._shortage(worst))
        exchange = self._inner.send(sent)
        self._settle(reservation, exchange.answer)
        return exchange

    def _settle(self, reservation: Reservation, answer: Answer | None) -> None:
        """Give back what a refusal did not cost, remember an accepted job; all else stays reserved."""
        if answer is None:
            return
        job_id = _job_id(answer)
        if job_id is not None and answer.status not in REFUSALS:
            self._open[job_id] = reservation
        elif job_id is None and answer.status in REFUSALS:
            self._ledger.settle(reservation, 0)

    def _hear(self, sent: Sent, exchange: Exchange) -> None:
        """Settle every job whose cost the account's usage tells."""
        if sent.operation != USAGE or exchange.answer is None or exchange.answer.status != 200:
            return
        for job_id, micros in _costs(exchange.answer):
            reservation = self._open.pop(job_id, None)
            if reservation is None:
                continue
            self._ledger.settle(reservation, micros)
            if micros > reservation.micros:
                raise OverchargedError(
                    f"job {job_id} cost US$ {_dollars(micros)}, more than the US$ {_dollars(reservation.micros)} "
                    "of the list price"
                )

    def _shortage(self, worst: int) -> str:
        left = self._ledger.most - self._ledger.balance().exposure
        return f"it could cost US$ {_dollars(worst)}, and US$ {_dollars(max(left, 0))} of the budget are left"


def _job_id(answer: Answer) -> str | None:
    try:
        body = answer.json
    except ValueError:
        return None
    job_id = body.get("job_id") if isinstance(body, Mapping) else None
    return job_id if isinstance(job_id, str) and job_id else None


def _costs(answer: Answer) -> Iterator[tuple[str, int]]:
    """Yield the job and the micro-dollars of each usage event that has both."""
    try:
        page = answer.json
    except ValueError:
        return
    events = page.get("data") if isinstance(page, Mapping) else None
    for event in events if isinstance(events, list) else []:
        job_id, micros = _told(event)
        if job_id is not None and micros is not None:
            yield job_id, micros


def _told(event: Any) -> tuple[str | None, int | None]:
    if not isinstance(event, Mapping) or not isinstance(event.get("job_id"), str):
        return None, None
    cost = event.get("cost")
    amount = cost.get("amount") if isinstance(cost, Mapping) else None
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not 0 <= amount < 1e12:
        return None, None
    micros = (Decimal(str(amount)) * MICROS).to_integral_value(ROUND_CEILING)
    return event["job_id"], int(micros)


def _dollars(micros: int) -> str:
    return f"{Decimal(micros) / MICROS:.4f}"
