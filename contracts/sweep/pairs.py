"""Pairs of values: every two good values of any two fields come together in some submission."""

import itertools
from collections.abc import Iterator, Mapping, Set
from functools import partial
from typing import Any

from contracts.document import Contract
from contracts.model import Model
from contracts.script import Follow, Script, Submit
from contracts.sweep.fields import base
from contracts.sweep.values import URL

Row = dict[str, Any]
Cell = tuple[int, int]
Pair = tuple[Cell, Cell]


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
    open_pairs: set[Pair] = {
        ((one, first), (other, second))
        for one, other in itertools.combinations(range(len(names)), 2)
        for first in range(len(values[names[one]]))
        for second in range(len(values[names[other]]))
    }
    rows = []
    while open_pairs:
        chosen = dict(min(open_pairs))
        for index, name in enumerate(names):
            if index not in chosen:
                numbers = range(len(values[name]))
                chosen[index] = max(numbers, key=partial(_gain, open_pairs, chosen, index))
        open_pairs -= {pair for pair in open_pairs if chosen.items() >= {*pair}}
        rows.append({name: values[name][chosen[index]] for index, name in enumerate(names)})
    return rows


def _gain(open_pairs: Set[Pair], chosen: Mapping[int, int], index: int, number: int) -> int:
    """Return how many of *open_pairs* the value *number* of the field *index* makes with those *chosen*."""
    return sum(
        (min(cell, (index, number)), max(cell, (index, number))) in open_pairs
        for cell in chosen.items()
    )
