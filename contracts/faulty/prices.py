"""Prices: tiers that are off, seconds that are not those of the video, and jobs that cost what they should not."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

from contracts.faulty.choice import mode_of
from contracts.faulty.combining import events, told
from contracts.faulty.fault import Begin, Fault
from contracts.faulty.message import Fields, changed
from contracts.faulty.rebilling import MICRO, Bill, Reprice, rebilled
from contracts.model import Model, Rate

FAMILY = "prices"
SECONDS = "PRICE-SECONDS"
A_LITTLE = Decimal("0.0001")
COST = ("result", "usage", "cost")


def faults(model: Model) -> Iterator[Fault]:
    """Yield the faults of the price table of *model*, and of what is billed by it."""
    for rate in model.rates:
        dearer = Decimal(rate.rate) + A_LITTLE
        name = rate.rule.removeprefix("PRICE-").lower()
        text = f"{rate.charge} costs US$ {dearer} per second."
        yield _fault(f"{name}-a-little-dearer", (rate.rule,), text, _tier(rate, dearer))
        text = f"{rate.charge} costs its list price."
        yield _fault(f"{name}-at-list-price", (rate.rule,), text, _tier(rate, rate.list_rate))
    yield from _tiers(model)
    yield from _seconds(model)
    yield from _told(model)
    yield from _told_seconds()


def _fault(id_: str, rules: tuple[str, ...], text: str, begin: Begin) -> Fault:
    return Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=begin)


def _tier(rate: Rate, price: Decimal | str) -> Begin:
    """Bill what falls into the tier of *rate* at another *price*."""
    return rebilled(lambda bill: bill.at(price) if _is_in(bill, rate) else bill)


def _is_in(bill: Bill, rate: Rate) -> bool:
    return bill.at(rate.rate).dollars == bill.dollars


def _tiers(model: Model) -> Iterator[Fault]:
    prices = tuple(rate.rule for rate in model.rates)
    flash = [rate for rate in model.rates if rate.flash]
    standard = {rate.resolution: rate for rate in model.rates if not rate.flash}
    by_sound = {(rate.resolution, rate.audio): rate for rate in flash}

    def unflashed(bill: Bill) -> Bill:
        tier = next((rate for rate in flash if _is_in(bill, rate)), None)
        return bill if tier is None else bill.at(standard[tier.resolution].rate)

    def flashed(bill: Bill) -> Bill:
        tier = next((rate for rate in standard.values() if _is_in(bill, rate)), None)
        is_flash = tier is not None and bill.fields.get("flash_mode") is True
        has_sound = bill.fields.get("audio", True)
        return bill.at(by_sound[tier.resolution, has_sound].rate) if tier and is_flash else bill

    def sounding(bill: Bill) -> Bill:
        tier = next((rate for rate in flash if _is_in(bill, rate) and not rate.audio), None)
        return bill if tier is None else bill.at(by_sound[tier.resolution, True].rate)

    yield _fault("flash-not-billed", prices, "Flash is billed as Standard.", rebilled(unflashed))
    yield _fault(
        "flash-billed-to-t2v",
        ("FLASH-SCOPE", *prices),
        "t2v with flash_mode is billed as Flash.",
        rebilled(flashed),
    )
    yield _fault(
        "silence-not-billed", prices, "Flash without audio is billed as with.", rebilled(sounding)
    )


def _caps(model: Model) -> Iterator[Fault]:
    cap = next(mode.max_seconds for mode in model.modes.values() if mode.max_seconds)

    def uncapped(bill: Bill) -> Bill:
        asked = bill.fields.get("duration", 0)
        is_capped = bill.units == cap and mode_of(bill.fields) == "r2v"
        return bill.for_(Decimal(str(asked))) if is_capped and asked > cap else bill

    def capped(bill: Bill) -> Bill:
        is_longer = bill.units > cap and mode_of(bill.fields) == "i2v"
        return bill.for_(Decimal(cap)) if is_longer else bill

    rules = (SECONDS, "R2V-CAP")
    text = f"r2v of more than {cap} s is billed for all that was asked for."
    yield _fault("cap-not-billed", rules, text, rebilled(uncapped))
    text = f"i2v is billed for {cap} s at most."
    yield _fault("cap-billed-to-i2v", rules, text, rebilled(capped))


def _seconds(model: Model) -> Iterator[Fault]:
    yield from _caps(model)
    rules: Mapping[str, tuple[tuple[str, ...], str, Reprice]] = {
        "seconds-begun-billed": (
            (SECONDS, "REQ-DURATION-FRACTION"),
            "A second that has begun is billed whole.",
            lambda bill: bill.for_(Decimal(math.ceil(bill.units))),
        ),
        "halves-to-even": (
            (SECONDS, *(rate.rule for rate in model.rates)),
            "Half a micro-dollar is rounded to the even one.",
            lambda bill: replace(
                bill, dollars=(bill.per_unit(model) * bill.units).quantize(MICRO, ROUND_HALF_EVEN)
            ),
        ),
        "six-seconds-at-least": (
            (SECONDS,),
            "Less than six seconds are billed as six.",
            lambda bill: bill.for_(max(bill.units, Decimal(6))),
        ),
    }
    for id_, (names, text, reprice) in rules.items():
        yield _fault(id_, names, text, rebilled(reprice))


def _told(model: Model) -> Iterator[Fault]:
    """Yield bills that are right, and wrongly told."""
    prices = tuple(rate.rule for rate in model.rates)
    yield _fault(
        "cost-in-cents",
        prices,
        "The cost of a job is told in whole cents.",
        _cost(lambda found: {**found, "amount": round(found["amount"], 2)}),
    )
    yield _fault(
        "cost-in-euros",
        ("JOB-SHAPE",),
        "Costs are in EUR.",
        _cost(lambda found: {**found, "currency": "EUR"}),
    )
    yield _fault(
        "event-costs-double",
        prices,
        "The event of a job costs twice what the job says.",
        events(
            lambda told_events: [
                changed(event, ("cost", "amount"), lambda amount: amount * 2)
                for event in told_events
            ]
        ),
    )


def _cost(change: Callable[[Fields], Fields]) -> Begin:
    return told(lambda job: changed(job, COST, change))


def _told_seconds() -> Iterator[Fault]:
    """Yield lengths that are right, and wrongly told."""
    yield _fault(
        "unit-is-request",
        (SECONDS,),
        "The billing unit is request.",
        told(lambda job: changed(job, ("result", "usage", "billing_unit"), lambda _: "request")),
    )
    yield _fault(
        "length-a-second-short",
        (SECONDS,),
        "duration_seconds is a second less than what is billed.",
        told(
            lambda job: changed(
                job, ("result", "data", 0, "duration_seconds"), lambda seconds: seconds - 1
            )
        ),
    )
