"""A parameter on a model's card: name, type, whether it is required, default, options and bounds."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.drift.difference import Difference, Level, Place
from contracts.drift.sets import set_differences
from contracts.drift.strain import Direction, strain
from contracts.drift.values import ABSENT, names, same

# They bound what is accepted; null is none.
CONSTRAINTS = ("options", "minimum", "maximum")
Fields = Mapping[str, Any]


def parameter_differences(
    place: Place, document: Fields | None, live: Fields | None
) -> Iterator[Difference]:
    """Yield how one parameter differs; None is a side that does not have it. Its description is not compared."""
    if document is None:
        assert live is not None
        is_needed = live.get("required") is True
        yield place.added(Level.BREAKING if is_needed else Level.COMPATIBLE, live)
    elif live is None:
        yield place.removed(Level.BREAKING, document)
    else:
        yield from _fields(place, document, live)


def _fields(place: Place, document: Fields, live: Fields) -> Iterator[Difference]:
    for name in names(document, live):
        said, found = document.get(name, ABSENT), live.get(name, ABSENT)
        at = place.at(name)
        if name in CONSTRAINTS:
            yield from _constraint(at, name, said, ABSENT if found is None else found)
        elif said is ABSENT:
            yield at.added(Level.COMPATIBLE, found)
        elif found is ABSENT:
            yield at.removed(Level.BREAKING, said)
        elif name != "description" and not same(said, found):
            yield at.differs(_level(name, said, found), said, found)


def _constraint(place: Place, name: str, document: Any, live: Any) -> Iterator[Difference]:
    if isinstance(document, list) and isinstance(live, list):
        yield from set_differences(place, document, live)
    elif not same(document, live):
        level = strain(name, document, live).level(Direction.REQUEST)
        yield place.differs(level, document, live)


def _level(name: str, document: Any, live: Any) -> Level:
    """Return what another value means: a default that changes gives the same request another result and price."""
    if name == "type":
        return strain(name, document, live).level(Direction.REQUEST)
    if name == "required":
        return Level.COMPATIBLE if live is False else Level.BREAKING
    return Level.BREAKING
