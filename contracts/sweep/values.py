"""Values for a field: such as its schema accepts, and such as it just does not."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

Schema = Mapping[str, Any]

# What neighbours of the API call things: each is a likely mistake, of clients and of servers.
NEIGHBOURS: Mapping[str, tuple[str, ...]] = {
    "resolution": ("360p", "480p", "540p", "1440p", "2k", "4k"),
    "aspect_ratio": ("3:2", "2:3", "21:9", "16x9"),
    "mode": ("v2v",),
}
# A value of every kind that JSON has, with the ones that languages take for false.
ANYTHING: tuple[Any, ...] = ("", " ", None, [], {}, 0, 1, True, False, 1.5, "x", ["x"], {"x": 1})
# Blank to a reader of Unicode, and not to one of ASCII.
BLANKS = ("\u3000", "\u00a0\n")
STEPS = (Decimal("0.01"), Decimal(1))
URL = "https://example.com/picture.png"
TEXTS = ("a lighthouse", "\u3000灯台\u3000", 'a "quoted" \\ \t\n / word', "👩\u200d🚀 e\u0301")
NOT_AN_UPLOAD = "bunny://nothing/of/the/kind.png"
NO_URLS = ("picture.png", "//example.com/picture.png", "ftp://example.com/picture.png", "https://")


def accepted(schema: Schema) -> Iterator[Any]:
    """Yield values at the very bounds of *schema*."""
    if "enum" in schema:
        yield from schema["enum"]
    elif "minimum" in schema:
        least, most = schema["minimum"], schema["maximum"]
        yield from (least, most, float(least))
        for value in (*around(least), *around(most)):
            if least <= value <= most and (schema["type"] == "number" or isinstance(value, int)):
                yield value
    elif schema.get("type") == "boolean":
        yield from (True, False)
    elif schema.get("type") == "array":
        yield from ([], [URL])
    elif schema.get("type") == "string":
        yield from (URL,) if _is_link(schema) else TEXTS


def refused(name: str, schema: Schema) -> Iterator[Any]:
    """Yield values that *schema* may refuse: near misses first, then those of other kinds. Some are accepted."""
    if "enum" in schema:
        for word in schema["enum"]:
            yield from misspelled(word)
            yield from _without_unit(word)
        yield from NEIGHBOURS.get(name, ())
    if "minimum" in schema:
        least, most = schema["minimum"], schema["maximum"]
        yield from (*around(least), *around(most))
        yield from (-least, 0, most * 1000, str(least), str(most))
    elif schema.get("type") == "number":
        yield "1"
    if schema.get("type") == "boolean":
        yield from ("true", "false", 0, 1)
    yield from _malformed(schema)
    yield from ANYTHING


def _malformed(schema: Schema) -> Iterator[Any]:
    """Yield texts and arrays of another form than *schema* may ask for."""
    if schema.get("type") == "array":
        yield from ([1], [None], [URL, "x"])
    if _is_link(schema):
        yield from NO_URLS
    elif schema.get("type") == "string" and "enum" not in schema:
        yield from BLANKS


def spellings(schema: Schema) -> Iterator[str]:
    """Yield numbers as JSON may write them, good ones for *schema*, which has bounds, and such as are far beyond them."""
    least, most = schema["minimum"], schema["maximum"]
    for bound in (least, most):
        yield from (f"{bound}.0", f"{bound}.000", f"{bound}e0", f"{bound}E+0", f"{bound}0e-1")
        yield f"0.{bound}e{len(str(bound))}"
    if schema["type"] == "number" and "multipleOf" not in schema:
        yield f"{least + 0.125}"
    yield from ("1e400", "-1e400", f"{most}e1", "1" + "0" * 40)


def around(bound: float) -> Iterator[int | float]:
    """Yield *bound*, and what is ± 0.01 and ± 1 from it, exactly."""
    exact = Decimal(str(bound))
    for value in (exact, *(exact + sign * step for step in STEPS for sign in (-1, 1))):
        yield int(value) if value == value.to_integral_value() else float(value)


def misspelled(word: str) -> Iterator[str]:
    """Yield *word* in another case, with a blank before or after it, and with a letter too many."""
    yield from (word.upper(), word.title(), word.capitalize(), word.lower())
    yield from (f" {word}", f"{word} ", f"{word}s", f"{word}\n")


def _without_unit(word: str) -> Iterator[str | int]:
    """Yield the number that *word* starts with, if that is all but its unit."""
    digits = word.rstrip("abcdefghijklmnopqrstuvwxyz")
    if digits != word and digits.isdecimal():
        yield digits
        yield int(digits)


def _is_link(schema: Schema) -> bool:
    """Tell whether *schema* takes text of a certain form only, which no word has."""
    return "pattern" in schema and re.search(schema["pattern"], "x") is None
