"""Values for a field: such as its schema accepts, and such as it just does not."""

from collections.abc import Iterator, Mapping
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
STEPS = (0.01, 1)
URL = "https://example.com/picture.png"


def accepted(name: str, schema: Schema) -> Iterator[Any]:
    """Yield values at the very bounds of *schema*, the one of the field *name*."""
    if "enum" in schema:
        yield from schema["enum"]
    elif "minimum" in schema:
        least, most = schema["minimum"], schema["maximum"]
        yield from (least, most, float(least))
        if schema["type"] == "number":
            yield from (least + STEPS[0], most - STEPS[0])
        yield from (least + 1, most - 1)
    elif schema.get("type") == "boolean":
        yield from (True, False)
    elif schema.get("type") == "array":
        yield from ([], [URL])
    elif schema.get("type") == "string":
        yield URL if "pattern" in schema and name != "prompt" else "a lighthouse"


def refused(name: str, schema: Schema) -> Iterator[Any]:
    """Yield values that *schema* may refuse: near misses first, then those of other kinds. Some are accepted."""
    if "enum" in schema:
        for word in schema["enum"]:
            yield from _misspelled(word)
        yield from NEIGHBOURS.get(name, ())
    if "minimum" in schema:
        least, most = schema["minimum"], schema["maximum"]
        for step in STEPS:
            yield from (least - step, most + step)
        yield from (-least, 0, most * 1000, str(least), str(most))
    if schema.get("type") == "boolean":
        yield from ("true", "false", 0, 1)
    yield from ANYTHING


def _misspelled(word: str) -> Iterator[str]:
    yield from (word.upper(), word.title(), word.lower(), f" {word}", f"{word} ", f"{word}s")
    digits = word.rstrip("abcdefghijklmnopqrstuvwxyz")
    if digits != word and digits:
        yield digits
