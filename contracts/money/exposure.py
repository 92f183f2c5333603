"""What a request could cost at the worst, by the list price, if it were accepted against all expectation."""

import json
from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from contracts.document import Contract
from contracts.exchange import Sent
from contracts.model import MICROS, Model, Rate

READING = frozenset({"GET", "HEAD"})

Fields = Mapping[str, Any]


def exposure(sent: Sent, contract: Contract) -> int:
    """Return what *sent* could cost in micro-dollars, 0 where no reading of the contract could accept it.

    That is whatever only reads, has no key or no JSON object. All else may be taken for a submission, also
    on another path or with another content type. Each field that the contract understands bounds the price,
    each that it does not leaves the dearest.
    """
    if sent.method in READING or sent.key is None:
        return 0
    fields = _object(sent.body)
    if fields is None:
        return 0
    name = fields.get("model")
    model = contract.models.get(name) if isinstance(name, str) else None
    return (
        dearest(contract)
        if model is None
        else _price(_seconds(model, fields), _rates(model, fields))
    )


def dearest(contract: Contract) -> int:
    """Return the list price of the longest video in the dearest tier, in micro-dollars."""
    return max(
        _price(Decimal(str(model.properties["duration"]["maximum"])), model.rates)
        for model in contract.models.values()
    )


def _object(body: bytes | None) -> Fields | None:
    try:
        fields = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def _seconds(model: Model, fields: Fields) -> Decimal:
    schema = model.properties["duration"]
    asked = fields.get("duration", schema["default"])
    is_number = isinstance(asked, int | float) and not isinstance(asked, bool)
    is_known = is_number and schema["minimum"] <= asked <= schema["maximum"]
    return Decimal(str(asked if is_known else schema["maximum"]))


def _rates(model: Model, fields: Fields) -> Iterable[Rate]:
    resolution = fields.get("resolution", model.properties["resolution"]["default"])
    found = [
        rate
        for rate in model.rates
        if rate.resolution == resolution
        and rate.flash == _is_flash(model, fields)
        and rate.audio in {None, _has_sound(fields)}
    ]
    return found or model.rates


def _is_flash(model: Model, fields: Fields) -> bool:
    """Tell whether *fields* ask for flash where it applies without a doubt: with a mode of their own."""
    mode = fields.get("mode")
    known = model.modes.get(mode) if isinstance(mode, str) else None
    return fields.get("flash_mode") is True and known is not None and known.flash


def _has_sound(fields: Fields) -> bool:
    """Tell whether *fields* leave it open that there is sound, which is dearer."""
    return fields.get("audio") is not False or "generate_audio" in fields


def _price(seconds: Decimal, rates: Iterable[Rate]) -> int:
    rate = max(Decimal(rate.list_rate) for rate in rates)
    return int((rate * seconds * MICROS).to_integral_value(ROUND_CEILING))
