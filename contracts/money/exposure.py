"""What a request could cost at the worst, by the list price, if it were accepted."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from contracts.document import Contract
from contracts.exchange import Sent
from contracts.expectation.outcome import Accepted, Expectation
from contracts.model import MICROS, Model, Rate
from contracts.reading import fields_of
from contracts.strictness import flaw_of

READING = frozenset({"GET", "HEAD"})

Fields = Mapping[str, Any]


def exposure(sent: Sent, contract: Contract) -> int:
    """Return what *sent* could cost in micro-dollars, 0 where no reading of the contract could accept it.

    That is whatever only reads, has no key or no JSON object. All else may be taken for a submission, also
    on another path or with another content type. One that the contract accepts is bounded by its own fields;
    one that is accepted against all expectation may be taken for the dearest there is.
    """
    fields = _fields(sent)
    if fields is None:
        return 0
    if not _is_good(sent, fields, contract):
        return dearest(contract)
    model = contract.models[fields["model"]]
    return _price(Decimal(str(_value(model, fields, "duration"))), _rates(model, fields))


def is_expected(sent: Sent, contract: Contract) -> bool:
    """Tell whether *sent* is a submission that the contract accepts, under its default policies."""
    fields = _fields(sent)
    return fields is not None and _is_good(sent, fields, contract)


def dearest(contract: Contract) -> int:
    """Return the list price of the longest video in the dearest tier, in micro-dollars."""
    return max(
        _price(Decimal(str(model.properties["duration"]["maximum"])), model.rates)
        for model in contract.models.values()
    )


def _fields(sent: Sent) -> Fields | None:
    return None if sent.method in READING or sent.key is None else fields_of(sent)


def _is_good(sent: Sent, fields: Fields, contract: Contract) -> bool:
    if flaw_of(sent.body or b"", contract.api.limits.max_depth) is not None:
        return False
    expectation = Expectation(contract, contract.policies_with({}))
    return isinstance(expectation.of(fields), Accepted)


def _value(model: Model, fields: Fields, name: str) -> Any:
    return fields.get(name, model.properties[name]["default"])


def _rates(model: Model, fields: Fields) -> Iterable[Rate]:
    found = [
        rate
        for rate in model.rates
        if rate.resolution == _value(model, fields, "resolution")
        and rate.flash == _is_flash(model, fields)
        and rate.audio in {None, _has_sound(fields)}
    ]
    return found or model.rates


def _is_flash(model: Model, fields: Fields) -> bool:
    """Tell whether *fields* ask for flash where it applies without a doubt: with a mode of their own."""
    known = model.modes.get(fields.get("mode", ""))
    return fields.get("flash_mode") is True and known is not None and known.flash


def _has_sound(fields: Fields) -> bool:
    """Tell whether *fields* leave it open that there is sound, which is dearer."""
    return fields.get("audio") is not False or "generate_audio" in fields


def _price(seconds: Decimal, rates: Iterable[Rate]) -> int:
    rate = max(Decimal(rate.list_rate) for rate in rates)
    return int((rate * seconds * MICROS).to_integral_value(ROUND_CEILING))
