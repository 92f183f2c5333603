"""Numbers: bounds that lie elsewhere, and fractions that are not taken as they are."""

import math
from collections.abc import Iterator
from typing import Any

from contracts.faulty.combining import Change, value
from contracts.faulty.fault import Fault
from contracts.model import Model

FAMILY = "bounds"
LITTLE = 0.01
FRACTION = ("REQ-DURATION", "REQ-DURATION-FRACTION", "PRICE-SECONDS")


def faults(model: Model) -> Iterator[Fault]:
    """Yield the faults of each field of *model* that has bounds."""
    for name, schema in model.schema_under({"seed_range": "enforce"})["properties"].items():
        if "minimum" in schema:
            steps = (1,) if schema["type"] == "integer" else (1, LITTLE)
            yield from _moved(name, schema["x-rule"], schema["minimum"], schema["maximum"], steps)
    yield _fault(
        "duration-whole-only",
        FRACTION,
        "A fraction of a second is refused.",
        "duration",
        lambda found: "no" if is_number(found) and found % 1 else found,
    )
    yield _fault(
        "duration-cut",
        FRACTION,
        "A fraction of a second is cut off.",
        "duration",
        lambda found: math.floor(found) if is_number(found) and found > 5 else found,
    )
    yield _fault(
        "seed-fraction",
        ("REQ-SEED",),
        "The fraction of a seed is cut off.",
        "seed",
        lambda found: math.floor(found) if isinstance(found, float) else found,
    )
    yield _fault(
        "seed-integers-by-spelling",
        ("REQ-SEED",),
        "A seed spelled 3.0 is refused.",
        "seed",
        lambda found: found + 0.5 if isinstance(found, float) else found,
    )


def is_number(found: Any) -> bool:
    """Tell whether *found* is a number of JSON."""
    return isinstance(found, int | float) and not isinstance(found, bool)


def _fault(id_: str, rules: tuple[str, ...], text: str, name: str, change: Change) -> Fault:
    return Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=value(name, change))


def _moved(
    name: str, rule: str, least: int, most: int, steps: tuple[float, ...]
) -> Iterator[Fault]:
    def fault(id_: str, text: str, change: Change) -> Fault:
        return _fault(f"{name}-{id_}", (rule,), text, name, change)

    for step in steps:
        below, above = least - step, most + step
        text = f"A {name} from {below} up is taken for {least}."
        yield fault(f"from-{below}", text, _taken(below, least, for_=least))
        text = f"A {name} up to {above} is taken for {most}."
        yield fault(f"up-to-{above}", text, _taken(most, above, for_=most))
    text = f"The {name} {least} is refused."
    yield fault(f"above-{least}", text, _taken(least, least, for_=least - 1))
    text = f"The {name} {most} is refused."
    yield fault(f"below-{most}", text, _taken(most, most, for_=most + 1))


def _taken(least: float, most: float, *, for_: float) -> Change:
    """Take a number from *least* to *most* for another one."""
    return lambda found: for_ if is_number(found) and least <= found <= most else found
