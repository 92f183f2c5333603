"""A row of the price table on a model's card: rate and list rate, unit and currency."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from contracts.drift.difference import Difference, Level, Place
from contracts.drift.values import ABSENT, names, same

RATES = ("rate", "list_rate")
NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
Row = Mapping[str, Any]


def row_differences(place: Place, document: Row | None, live: Row | None) -> Iterator[Difference]:
    """Yield how one row differs; None is a side that does not have it. A new tier asks nothing of those who do not use it."""
    if document is None:
        yield place.added(Level.COMPATIBLE, live)
    elif live is None:
        yield place.removed(Level.BREAKING, document)
    else:
        for name in names(document, live):
            said, found = document.get(name, ABSENT), live.get(name, ABSENT)
            if not _means_the_same(name, said, found):
                yield place.at(name).differs(_level(name, said, found), said, found)


def _means_the_same(name: str, document: Any, live: Any) -> bool:
    if name in RATES and None not in (_amount(document), _amount(live)):
        return _amount(document) == _amount(live)
    return same(document, live)


def _level(name: str, document: Any, live: Any) -> Level:
    """Return what another value means: a lower rate harms nobody, a higher one costs; a unit or a form breaks readers."""
    if document is ABSENT:
        return Level.COMPATIBLE
    said, found = _amount(document), _amount(live)
    if name in RATES and said is not None and found is not None:
        return Level.BREAKING if found > said else Level.COMPATIBLE
    return Level.BREAKING


def _amount(value: Any) -> Decimal | None:
    """Return the amount that a decimal string is, None for anything else: also for a number, which readers do not expect."""
    return Decimal(value) if isinstance(value, str) and NUMBER.fullmatch(value) else None
