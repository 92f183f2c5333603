"""Words of an enum: one that is missing, and spellings that are taken for one."""

from collections.abc import Iterator, Sequence
from typing import Any

from contracts.faulty.combining import Change, value
from contracts.faulty.fault import Fault
from contracts.model import Model
from contracts.sweep.values import NEIGHBOURS

FAMILY = "words"


def faults(model: Model) -> Iterator[Fault]:
    """Yield the faults of each field of *model* that is one of several words."""
    for name, schema in model.properties.items():
        if "enum" in schema:
            for id_, text, change in _of(name, schema["enum"], schema["default"]):
                yield Fault(
                    id=f"{name}-{id_}",
                    family=FAMILY,
                    rules=(schema["x-rule"],),
                    text=text,
                    begin=value(name, change),
                )


def _of(name: str, words: Sequence[str], default: str) -> Iterator[tuple[str, str, Change]]:
    (*_, last) = (word for word in words if word != default)
    yield (
        f"without-{last}",
        f"The {name} {last} is refused.",
        lambda found: f"{found}?" if found == last else found,
    )
    if any(word.upper() != word for word in words):
        yield (
            "in-any-case",
            f"A {name} is taken in any case.",
            lambda found: _lowered(found, words),
        )
    yield (
        "among-blanks",
        f"Blanks around a {name} are left away.",
        lambda found: found.strip() if isinstance(found, str) else found,
    )
    yield (
        "before-a-line-end",
        f"A line end behind a {name} is not seen.",
        lambda found: found.removesuffix("\n") if isinstance(found, str) else found,
    )
    if name in NEIGHBOURS:
        neighbour = NEIGHBOURS[name][0]
        yield (
            f"like-{neighbour}",
            f"The {name} {neighbour}, which others have, is taken for {default}.",
            lambda found: default if found == neighbour else found,
        )
    digits = {word.rstrip("abcdefghijklmnopqrstuvwxyz"): word for word in words}
    if all(number.isdigit() for number in digits):
        yield (
            "without-unit",
            f"A {name} is taken without its unit.",
            lambda found: digits.get(found, found) if isinstance(found, str) else found,
        )


def _lowered(found: Any, words: Sequence[str]) -> Any:
    """Return the word that *found* is in another case."""
    spelled = {word.lower(): word for word in words}
    return spelled.get(found.lower(), found) if isinstance(found, str) else found
