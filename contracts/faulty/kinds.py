"""Kinds of values: one that is taken for another, and forms that nobody looks at."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.faulty.bounds import is_number
from contracts.faulty.combining import Change, submissions, value
from contracts.faulty.fault import Fault
from contracts.model import Model

FAMILY = "kinds"
URL = "https://example.com/taken.png"
WORDS = {"true": True, "false": False}
NULL = "REQ-NULL"


def faults(model: Model) -> Iterator[Fault]:
    """Yield the faults of each field of *model* that is published, or has a form of its own."""
    for name, schema in model.properties.items():
        rule = schema.get("x-rule", NULL)
        for id_, text, change in _of(name, schema):
            yield Fault(
                id=f"{name}-{id_}",
                family=FAMILY,
                rules=(rule,),
                text=text,
                begin=value(name, change),
            )
        if schema.get("x-published") and schema.get("default", "") == "" and name != "prompt":
            yield _nullable(name)
    yield Fault(
        id="null-is-absent",
        family=FAMILY,
        rules=(NULL,),
        text="A field that is null counts as absent, whichever it is.",
        begin=submissions(_without_nulls),
    )


def _nullable(name: str) -> Fault:
    return Fault(
        id=f"{name}-null-is-absent",
        family=FAMILY,
        rules=(NULL,),
        text=f"A {name} that is null counts as absent.",
        begin=submissions(lambda fields: _without_nulls(fields, name)),
    )


def _without_nulls(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return *fields* without those that are null: of *names*, or all."""
    return {
        name: found
        for name, found in fields.items()
        if found is not None or (names and name not in names)
    }


def _of(name: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, str, Change]]:
    """Yield id, text and change of what becomes of wrong values of the field *name*."""
    match schema.get("type"):
        case "number":
            yield "as-text", f"A {name} may be a string of digits.", _number
            yield "as-boolean", f"A {name} that is true counts as 5.", _five
        case "boolean" if "x-alias" not in schema:
            yield "as-text", f"{name} may be the string true or false.", _boolean
            yield "as-number", f"{name} may be 0 or 1.", _bit
        case "array":
            yield "as-text", f"One string will do for {name}.", _array
        case "string" if "x-truncated-at" in schema:
            yield "as-number", f"A {name} may be a number.", _text
        case "string" if "pattern" in schema and schema.get("x-published"):
            pattern = re.compile(schema["pattern"])
            yield (
                "in-any-form",
                f"Any string will do for {name}.",
                lambda found: (
                    URL if isinstance(found, str) and not pattern.search(found) else found
                ),
            )


def _number(found: Any) -> Any:
    """Return the number that *found* spells."""
    try:
        return int(found) if isinstance(found, str) else found
    except ValueError:
        return found


def _five(found: Any) -> Any:
    return 5 if found is True else found


def _boolean(found: Any) -> Any:
    return WORDS.get(found, found) if isinstance(found, str) else found


def _bit(found: Any) -> Any:
    return bool(found) if is_number(found) and found in (0, 1) else found


def _array(found: Any) -> Any:
    return [URL] if isinstance(found, str) else found


def _text(found: Any) -> Any:
    return str(found) if is_number(found) else found
