"""The guard of a budget: a transport that sends nothing which could cost more than is left."""

from decimal import Decimal

from contracts.document import Contract
from contracts.exchange import Answer, Exchange, Sent
from contracts.model import MICROS
from contracts.money.exposure import READING, dearest, exposure, is_expected
from contracts.money.ledger import Held, Ledger, Reservation
from contracts.money.told import costs_of_jobs, costs_of_usage, job_id_of
from contracts.routes import Routes
from contracts.transport import Transport

USAGE = "usage"
REFUSALS = range(400, 500)


class NotSentError(Exception):
    """The budget does not cover a request at the worst; nothing was sent. The message says how much is missing."""


class Guard:
    """Sends through *inner* what *ledger* covers, and settles each reservation once its outcome is known.

    A refusal costs nothing. What was accepted costs what the account's usage says, and its list price until
    then; what was accepted by surprise costs all that was reserved for it. Everything else - no answer, a 5xx,
    an answer that nobody understands - may have cost all of it.
    """

    def __init__(self, inner: Transport, ledger: Ledger, contract: Contract) -> None:
        """Price requests by the list of *contract*; what an earlier run left open in *ledger* is settled too."""
        self._inner = inner
        self.ledger = ledger
        self._contract = contract
        self._open = {held.job_id: held for held in ledger.left_over}
        self._routes = Routes(contract.api)
        self.overcharge: str | None = None

    @property
    def exposure(self) -> int:
        """What may be spent by now at the worst, in micro-dollars."""
        return self.ledger.balance().exposure

    def send(self, sent: Sent) -> Exchange:
        """Send *sent*, once the worst that it could cost is reserved.

        Raises:
            NotSentError: the budget does not cover it, or a job has cost more than was reserved for it (*overcharge*
                says which): from then on nothing is sent that could cost anything.
            LedgerError: the ledger cannot be written to; nothing was sent.
        """
        worst = exposure(sent, self._contract)
        if not worst:
            if self.overcharge is not None and self._could_make_a_job(sent):
                raise NotSentError(self.overcharge)
            exchange = self._inner.send(sent)
            self._hear(sent, exchange.answer)
            return exchange
        if self.overcharge is not None:
            raise NotSentError(self.overcharge)
        reservation = self.ledger.reserve(worst, f"{sent.method} {sent.target}")
        if reservation is None:
            raise NotSentError(self._missing(worst))
        exchange = self._inner.send(sent)
        if exchange.answer is not None:
            self._settle(sent, reservation, exchange.answer)
        return exchange

    def _settle(self, sent: Sent, reservation: Reservation, answer: Answer) -> None:
        """Give back what a refusal did not cost, remember an accepted job; all else stays reserved."""
        job_id = job_id_of(answer)
        if job_id is not None and answer.status not in REFUSALS:
            is_surprise = not is_expected(sent, self._contract)
            held = Held(job_id=job_id, reservation=reservation, is_surprise=is_surprise)
            self.ledger.accept(held)
            self._open[job_id] = held
        elif job_id is None and answer.status in REFUSALS:
            self.ledger.settle(reservation, 0)

    def _could_make_a_job(self, sent: Sent) -> bool:
        """Tell whether a server that takes what is no submission for one could take *sent* for one."""
        is_on_a_job = "job_id" in self._routes.parameters(sent)
        return sent.method not in READING and sent.key is not None and not is_on_a_job

    def _count_what_was_free(self, sent: Sent, answer: Answer) -> None:
        """Count the job that came of a request which no reading of the contract could bill; nothing of the kind follows."""
        job_id = job_id_of(answer)
        if job_id is None or answer.status in REFUSALS or not self._could_make_a_job(sent):
            return
        micros = dearest(self._contract)
        reservation = self.ledger.charge(micros, f"{sent.method} {sent.target}")
        self.ledger.accept(Held(job_id=job_id, reservation=reservation, is_surprise=True))
        self.overcharge = f"job {job_id} was made of a request that could not be one, and may have cost US$ {_dollars(micros)}"

    def _hear(self, sent: Sent, answer: Answer | None) -> None:
        """Take in what *answer* tells of the cost of jobs; only usage settles, since that is the bill."""
        if answer is None:
            return
        self._count_what_was_free(sent, answer)
        if answer.status != 200:
            return
        if sent.operation != USAGE:
            for job_id, micros in costs_of_jobs(answer):
                self._compare(job_id, micros)
            return
        for job_id, micros in costs_of_usage(answer):
            self._compare(job_id, micros)
            held = self._open.get(job_id)
            if held is not None and (not held.is_surprise or micros > held.reservation.micros):
                self.ledger.settle(held.reservation, micros)
                del self._open[job_id]

    def _compare(self, job_id: str, micros: int) -> None:
        held = self._open.get(job_id)
        if held is not None and micros > held.reservation.micros:
            self.overcharge = (
                f"job {job_id} cost US$ {_dollars(micros)}, more than the US$ "
                f"{_dollars(held.reservation.micros)} of the list price"
            )

    def shortage(self, worst: int) -> str | None:
        """Return why nothing may be sent that could cost *worst* micro-dollars, None where it may."""
        if worst > self.ledger.most - self.exposure:
            return self._missing(worst)
        return self.overcharge

    def _missing(self, worst: int) -> str:
        left = max(self.ledger.most - self.exposure, 0)
        return (
            f"it could cost US$ {_dollars(worst)}, and US$ {_dollars(left)} of the budget are left"
        )


def _dollars(micros: int) -> str:
    return f"{Decimal(micros) / MICROS:.4f}"
