"""Tables of Markdown."""

from collections.abc import Iterable


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table with *head* and *rows*, whose cells are Markdown; a bar in a cell does not end it."""
    head = [*head]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def code(value: object) -> str:
    """Return *value* as code."""
    return f"`{value}`"


def codes(values: Iterable[object]) -> str:
    """Return *values* as code, one after the other."""
    return ", ".join(map(code, values))
