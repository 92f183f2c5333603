"""What is different between two values of JSON."""

from collections.abc import Iterator
from typing import Any

from contracts.expectation.form import pointer

ABSENT = "(absent)"

Change = tuple[str, Any, Any]


def changes(before: Any, after: Any, *path: str | int) -> Iterator[Change]:
    """Yield each place below *path* where *before* and *after* differ, as a JSON pointer, with what each has there."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            yield from changes(before.get(name, ABSENT), after.get(name, ABSENT), *path, name)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from changes(one, other, *path, number)
    elif before != after or isinstance(before, bool) != isinstance(after, bool):
        yield pointer(*path), before, after
