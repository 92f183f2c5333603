"""Bills that are told in another way: in jobs, in usage events and in the balance alike."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from contracts.books import exact
from contracts.faulty.combining import TELLING, USAGE, retell, rewrite
from contracts.faulty.fault import Begin, Proceed
from contracts.faulty.message import SUBMIT, Fields, Reply, Request
from contracts.model import Model

MICRO = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What a completed job costs: *units* and *dollars*; *fields* are those of its submission."""

    units: Decimal
    dollars: Decimal
    fields: Fields

    @property
    def rate(self) -> Decimal:
        """Dollars a unit."""
        return self.dollars / self.units

    def per_unit(self, model: Model) -> Decimal:
        """Return the rate of *model* that comes nearest to this bill's."""
        rates = [Decimal(rate.rate) for rate in model.rates]
        return min(rates, key=lambda rate: abs(rate - self.rate))

    def at(self, rate: str | Decimal) -> "Bill":
        """Return the same units at another *rate*."""
        return replace(self, dollars=(Decimal(rate) * self.units).quantize(MICRO, ROUND_HALF_UP))

    def for_(self, units: Decimal) -> "Bill":
        """Return other *units* at the same rate."""
        rate = self.rate
        return replace(self, units=units).at(rate)


Reprice = Callable[[Bill], Bill]


def rebilled(reprice: Reprice) -> Begin:
    """Bill completed jobs by *reprice*."""
    return lambda: _Rebilling(reprice).behave


@dataclass(slots=True)
class _Rebilling:
    """What is known of the bills of one server: fields of submissions and bills of completed jobs, by job."""

    reprice: Reprice
    fields: dict[str, Fields] = field(default_factory=dict)
    bills: dict[str, Bill] = field(default_factory=dict)

    async def behave(self, request: Request, proceed: Proceed) -> Reply:
        reply = await proceed(request)
        if request.operation == SUBMIT and reply.is_accepted:
            self.fields[reply.json["job_id"]] = request.fields or {}
        if request.operation in TELLING:
            return retell(request, reply, self._job)
        if request.operation == USAGE and reply.is_accepted:
            for event in reply.json["data"]:
                await self._look_up(event["job_id"], request, proceed)
            return rewrite(reply, self._page)
        return reply

    async def _look_up(self, job_id: str, request: Request, proceed: Proceed) -> None:
        """Ask for a job whose bill is not known yet."""
        if job_id not in self.bills:
            reply = await proceed(request.asking(f"/v1/jobs/{job_id}"))
            if reply.is_accepted:
                self._job(reply.json)

    def _job(self, job: Fields) -> Fields:
        """Return *job* as it is billed, and remember the bill."""
        if job["result"] is None:
            return job
        usage = job["result"]["usage"]
        units, dollars = exact(usage["billable_units"]), exact(usage["cost"]["amount"])
        assert units is not None
        assert dollars is not None
        bill = Bill(units=units, dollars=dollars, fields=self.fields.get(job["job_id"], {}))
        self.bills[job["job_id"]] = bill = self.reprice(bill)
        usage["billable_units"] = number(bill.units)
        usage["cost"]["amount"] = number(bill.dollars)
        return job

    def _page(self, page: Fields) -> Fields:
        for event in page["data"]:
            bill = self.bills.get(event["job_id"])
            if bill is not None:
                lower(page, bill.dollars - (exact(event["cost"]["amount"]) or 0))
                event["cost"]["amount"] = number(bill.dollars)
        return page


def lower(page: Fields, dollars: Decimal) -> None:
    """Lower the balance of a usage *page* by *dollars*, unless it is unlimited."""
    balance = exact(page["balance"]["amount"])
    if balance is not None:
        page["balance"]["amount"] = number(balance - dollars)


def number(value: Decimal) -> Any:
    """Return *value* as a number of JSON, without a fraction where it has none."""
    return int(value) if value == value.to_integral_value() else float(value)
