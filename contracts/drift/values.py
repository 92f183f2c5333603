"""Values of JSON as two sides of a comparison have them."""

import json
from collections.abc import Iterable
from enum import Enum
from typing import Any, Final

from contracts.printable import one_line

SHOWN_CHARACTERS = 200


class _Absent(Enum):
    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT
"""What a side has where it has nothing at all, which null is not."""


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are equal as JSON: 5 is 5.0, but true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def has(items: list[Any], value: Any) -> bool:
    """Tell whether *value* is among *items*."""
    return any(same(item, value) for item in items)


def names(one: Iterable[str], other: Iterable[str]) -> list[str]:
    """Return the names of either side, each once: first those of *one*, in order."""
    return [*dict.fromkeys([*one, *other])]


def shown(value: Any) -> str:
    """Return *value* as JSON for a person to read: cut where it gets long, and nothing a terminal would obey."""
    if value is ABSENT:
        return "nothing"
    return printable(json.dumps(value, ensure_ascii=False))


def printable(text: str) -> str:
    """Return *text* on one line, cut where it gets long, every character that does not print escaped."""
    cut = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
    return one_line(cut)
