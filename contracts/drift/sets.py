"""Arrays of which only the members matter, not their order."""

from collections.abc import Iterator
from typing import Any

from contracts.drift.difference import Difference, Level, Place
from contracts.drift.values import has


def set_differences(place: Place, document: list[Any], live: list[Any]) -> Iterator[Difference]:
    """Yield what is missing in *live* of a request's choices or an API's abilities, and what is new in it."""
    for value in document:
        if not has(live, value):
            yield place.removed(Level.BREAKING, value)
    for value in live:
        if not has(document, value):
            yield place.added(Level.COMPATIBLE, value)
