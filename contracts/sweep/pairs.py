"""Pairs of values: every two good values of any two fields come together in some submission."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.document import Contract
from contracts.model import Model
from contracts.script import Follow, Script, Submit
from contracts.sweep.fields import base
from contracts.sweep.values import URL

Row = dict[str, Any]


def scripts(contract: Contract, policies: Mapping[str, str]) -> Iterator[Script]:
    """Yield a job for each row of a pairwise table over the parameters that decide outcome and price."""
    for model in contract.models.values():
        for row in table(_values(model, policies)):
            fields = {**base(model), **row}
            if fields.get("mode") in {"i2v", "r2v"}:
                fields["image"] = URL
            name = ", ".join(f"{field} {value}" for field, value in row.items())
            rules = ("PRICE-SECONDS", "MODE-EXPLICIT", "FLASH-SCOPE", "R2V-CAP")
            yield Script(name=name, rules=rules, steps=(Submit(fields=fields), Follow()))


def _values(model: Model, policies: Mapping[str, str]) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = {}
    for name, schema in model.schema_under(policies)["properties"].items():
        if "enum" in schema:
            values[name] = [*schema["enum"]]
        elif schema.get("type") == "boolean" and name not in model.aliases:
            values[name] = [True, False]
        elif "minimum" in schema and name != "seed":
            caps = [mode.max_seconds for mode in model.modes.values() if mode.max_seconds]
            values[name] = [schema["minimum"], *caps, *(cap + 1 for cap in caps), schema["maximum"]]
    return values


def table(values: Mapping[str, list[Any]]) -> list[Row]:
    """Return rows in which every pair of values of two fields stands at least once, greedily few."""
    names = [*values]
    open_pairs = {
        ((one, first), (other, second))
        for one, other in itertools.combinations(range(len(names)), 2)
        for first in range(len(values[names[one]]))
        for second in range(len(values[names[other]]))
    }
    rows = []
    while open_pairs:
        row: dict[int, int] = {}
        for (one, first), (other, second) in sorted(open_pairs):
            if row.get(one, first) == first and row.get(other, second) == second:
                row |= {one: first, other: second}
        chosen = {index: row.get(index, 0) for index in range(len(names))}
        open_pairs -= {
            pair for pair in open_pairs if all(chosen[field] == value for field, value in pair)
        }
        rows.append({names[index]: values[names[index]][value] for index, value in chosen.items()})
    return rows
