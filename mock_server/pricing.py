"""What a request costs and what it gets for that: tier, seconds, price and frame."""

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from contracts.model import MICROS, Mode, Model, Rate
from mock_server.exact import Number, times
from mock_server.request import Request


class Quote(NamedTuple):
    """The bill of a request: *seconds* of output at *rate*, together *price_micros* micro-dollars."""

    rate: Rate
    seconds: Number
    price_micros: int


def quote(request: Request, model: Model) -> Quote:
    """Return what *request* costs on *model* (rules PRICE-SECONDS and R2V-CAP, and the six tiers)."""
    return _bill(rate_of(request, model), billed_seconds(request, model.modes[request.mode]))


@lru_cache(maxsize=1024)
def _bill(rate: Rate, seconds: Number) -> Quote:
    """Return the bill of so many *seconds* at *rate*: jobs that cost the same share it, for there may be a million."""
    return Quote(rate=rate, seconds=seconds, price_micros=times(seconds, rate.micros_per_second))


def billed_seconds(request: Request, mode: Mode) -> Number:
    """Return the seconds of output, which are the seconds billed: capped where the mode has a cap."""
    if mode.max_seconds is not None and request.duration > mode.max_seconds:
        return mode.max_seconds
    return request.duration


def rate_of(request: Request, model: Model) -> Rate:
    """Return the tier of the price table that *request* falls into."""
    flash = is_flash(request, model.modes[request.mode])
    return model.tiers[flash, request.resolution, request.audio]


def is_flash(request: Request, mode: Mode) -> bool:
    """Tell whether *request* runs in flash mode, which not every mode has (rule FLASH-SCOPE)."""
    return request.flash and mode.flash


def dollars(micros: int) -> float:
    """Return *micros* micro-dollars as the JSON number of dollars."""
    return micros / MICROS


def micros(dollars: Decimal) -> int:
    """Return *dollars* as whole micro-dollars, rounded half up."""
    return times(dollars, MICROS)


def show_dollars(micros: int) -> str:
    """Return *micros* micro-dollars in dollars, to be read by a person."""
    text = f"{Decimal(micros) / MICROS:.6f}".rstrip("0")
    return text + "0" * (2 - len(text.partition(".")[2]))
