"""The card of a model, as it is published, against the one that the contract document would have."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contracts.document import Contract
from contracts.drift.card import published_card
from contracts.drift.difference import Difference, Level, Place
from contracts.drift.parameters import parameter_differences
from contracts.drift.prices import row_differences
from contracts.drift.sets import set_differences
from contracts.drift.values import ABSENT, names, same
from contracts.model import Model

RULE = "MODEL-CARD"
# The vendor's own words, which the document does not repeat, and what clients at most show to a person.
WORDS = frozenset({"description", "notes"})
LABELS = frozenset({"display_name", "owned_by", "category", "served_from"})
SETS = frozenset({"input_modalities", "output_modalities", "features", "supported_endpoints"})

Row = Mapping[str, Any]
Differences = Callable[[Place, Row | None, Row | None], Iterator[Difference]]


def card_differences(
    model: Model, contract: Contract, live: Mapping[str, Any], source: str
) -> Iterator[Difference]:
    """Yield where *live*, the answer to *source*, is not the card of *model*."""
    card, whole = published_card(model, contract), Place(source=source, rule=RULE)
    for name in names(card, live):
        expected, found, place = card.get(name, ABSENT), live.get(name, ABSENT), whole.at(name)
        if expected is ABSENT:
            yield place.added(Level.COMPATIBLE, found)
        elif found is ABSENT:
            yield place.removed(Level.BREAKING, expected)
        else:
            yield from _field(name, place, expected, found, model)


def _field(
    name: str, place: Place, expected: Any, found: Any, model: Model
) -> Iterator[Difference]:
    if name == "supported_parameters":
        yield from _named(place, "name", expected, found, parameter_differences, _rules(model))
    elif name == "pricing_rows":
        rules = {rate.charge: rate.rule for rate in model.rates}
        yield from _named(place, "charge", expected, found, row_differences, rules)
    elif name == "default_params":
        yield from _defaults(place, expected, found, _rules(model))
    elif name in SETS and isinstance(found, list):
        yield from set_differences(place, expected, found)
    elif not same(expected, found):
        yield place.differs(_level(name), expected, found)


def _level(name: str) -> Level:
    if name in WORDS:
        return Level.INFORMATIONAL
    return Level.COMPATIBLE if name in LABELS else Level.BREAKING


def _rules(model: Model) -> dict[str, str]:
    return {
        name: schema["x-rule"] for name, schema in model.properties.items() if "x-rule" in schema
    }


def _defaults(
    place: Place, expected: Mapping[str, Any], found: Any, rules: Mapping[str, str]
) -> Iterator[Difference]:
    """Yield which defaults differ: each changes what a request that leaves the field out gets, and its price."""
    if not isinstance(found, dict):
        yield place.differs(Level.BREAKING, expected, found)
        return
    for name in names(expected, found):
        said, live = expected.get(name, ABSENT), found.get(name, ABSENT)
        if not same(said, live):
            yield place.at(name, rule=rules.get(name)).differs(Level.BREAKING, said, live)


def _named(
    place: Place,
    key: str,
    expected: list[Any],
    found: Any,
    differences: Differences,
    rules: Mapping[str, str],
) -> Iterator[Difference]:
    """Yield how the objects of two arrays differ, matched by what they have under *key*."""
    if not isinstance(found, list):
        yield place.differs(Level.BREAKING, expected, found)
        return
    known = {entry[key]: entry for entry in expected}
    told: dict[str, Mapping[str, Any]] = {}
    for entry in found:
        name = entry.get(key) if isinstance(entry, dict) else None
        if not isinstance(name, str) or name in told:
            # It has no name, or one that is taken: nobody can tell what it speaks of.
            yield place.added(Level.BREAKING, entry)
        else:
            told[name] = entry
    for name in names(known, told):
        at = place.at(name, rule=rules.get(name))
        yield from differences(at, known.get(name), told.get(name))
