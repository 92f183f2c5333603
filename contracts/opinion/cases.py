"""Schemathesis' cases of an operation: those that cover its schema, and others drawn by a seed."""

from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed as seeded, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode

from contracts.opinion.served import Operation

Cases = Iterator[Case[Any]]


def covering(operation: Operation) -> Cases:
    """Yield the cases that cover the schema of *operation*, each keyword kept and broken; always the same ones."""
    schema = operation.schema
    yield from schema.iter_coverage_cases(
        operation=operation,
        generation_modes=[*GenerationMode],
        generation_config=schema.config.generation,
    )


def drawn(operation: Operation, examples: int, seed: int) -> Cases:
    """Yield up to *examples* cases of *operation* that keep its schema and as many that do not, drawn by *seed*.

    Of an operation that takes neither a query nor a body there are none: its path has but an id.
    """
    if not examples or not (operation.query.items or operation.body.items):
        return
    for mode in GenerationMode:
        yield from _drawn(operation, mode, examples, seed)


def _drawn(operation: Operation, mode: GenerationMode, examples: int, seed: int) -> Cases:
    found: list[Case[Any]] = []

    @seeded(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def draw(case: Case[Any]) -> None:
        found.append(case)

    try:
        draw()
    except Unsatisfiable:
        return  # everything keeps such a schema, or nothing does
    yield from found
