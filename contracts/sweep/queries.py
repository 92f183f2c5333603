"""Scripts about query parameters: at their bounds and just beyond, each word and its near misses."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from contracts.api import Operation
from contracts.document import Contract
from contracts.script import Script
from contracts.sweep.lives import get
from contracts.sweep.values import around, misspelled

MOMENTS = ("2026-11-22T18:00:00Z", "2026-11-22T18:00:00.000+01:00")
NO_MOMENTS = ("2026-11-22T18:00:00", "2026-11-22", "yesterday", "1795370400")


def scripts(contract: Contract) -> Iterator[Script]:
    """Yield a script for each operation that takes a query with a key."""
    for operation in contract.api.operations.values():
        if operation.rule is not None and operation.key == "required" and operation.query:
            steps = [get(operation.id, target) for target in _targets(operation)]
            name = f"queries of {operation.id}"
            yield Script(name=name, rules=(operation.rule,), steps=(*steps,))


def _targets(operation: Operation) -> Iterator[str]:
    yield operation.path
    for parameter in operation.query:
        for value in dict.fromkeys(_values(parameter.schema)):
            yield f"{operation.path}?{parameter.name}={quote(value)}"


def _values(schema: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    if "minimum" in schema:
        yield from (
            f"{value}" for bound in ("minimum", "maximum") for value in around(schema[bound])
        )
        yield from ("x", f"-{schema['maximum']}")
    for word in schema.get("enum", ()):
        yield word
        yield from misspelled(word)
    if schema.get("format") == "date-time":
        yield from (*MOMENTS, *NO_MOMENTS)
    if schema["type"] == "string":
        yield "nothing-of-the-kind"
