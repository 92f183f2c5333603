"""Strain: whether a constraint became narrower or wider, and which of the two breaks a client.

The rules are those of oasdiff: what narrows a request breaks it, because what was accepted no longer is; what widens
an answer breaks its reader, because what comes was never heard of.
"""

from collections.abc import Iterable
from enum import Enum, StrEnum, auto
from typing import Any

from contracts.drift.difference import Level
from contracts.drift.values import ABSENT

LEAST = frozenset(
    {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"}
)
MOST = frozenset(
    {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"}
)
# Types that have others in them; "enum" is a type of parameters on a model's card.
PARTS = {"number": {"integer"}, "string": {"enum"}}


class Direction(StrEnum):
    """Who writes the value: the client in a request, the API in an answer."""

    REQUEST = "request"
    RESPONSE = "response"


class Strain(Enum):
    """What became of a constraint; *OTHER* is neither narrower nor wider, or nobody can tell."""

    NARROWER = auto()
    WIDER = auto()
    OTHER = auto()

    def level(self, direction: Direction) -> Level:
        """Return what it means to a client."""
        harmless = Strain.WIDER if direction is Direction.REQUEST else Strain.NARROWER
        return Level.COMPATIBLE if self is harmless else Level.BREAKING


def strain(keyword: str, document: Any, live: Any) -> Strain:
    """Return what became of the constraint *keyword* whose values, which differ, are *document* and *live*."""
    if document is ABSENT:
        return Strain.NARROWER
    if live is ABSENT:
        return Strain.WIDER
    if keyword == "type":
        return _of_sets(_types(document), _types(live))
    if keyword == "uniqueItems":
        return Strain.NARROWER if live is True else Strain.WIDER
    if _is_number(document) and _is_number(live):
        return _of_numbers(keyword, document, live)
    return Strain.OTHER


def _of_numbers(keyword: str, document: float, live: float) -> Strain:
    if keyword in LEAST:
        return Strain.NARROWER if live > document else Strain.WIDER
    if keyword in MOST:
        return Strain.NARROWER if live < document else Strain.WIDER
    return Strain.OTHER


def _of_sets(document: set[str], live: set[str]) -> Strain:
    if live < document:
        return Strain.NARROWER
    return Strain.WIDER if document < live else Strain.OTHER


def _types(value: Any) -> set[str]:
    names: Iterable[Any] = value if isinstance(value, list) else [value]
    types = {name for name in names if isinstance(name, str)}
    return types.union(*(PARTS.get(name, set()) for name in types))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
