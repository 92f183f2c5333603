"""Figures as a plain table, and as JSON."""

import dataclasses
import json
import statistics
from collections.abc import Iterable, Sequence

from benchmarks.figures import Figure, number

HEADINGS = ("measurement", "unit", "ours", "bare", "ratio", "target", "")


def as_text(figures: Iterable[Figure]) -> str:
    """Return a line for each figure: medians, and the spread in brackets."""
    figures = list(figures)
    rows = [HEADINGS, *map(_cells, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    problems = [
        f"{figure.name}: {figure.problem}" for figure in figures if figure.problem is not None
    ]
    return "\n".join([*lines, *problems])


def as_json(figures: Iterable[Figure]) -> str:
    """Return every sample, for comparing two runs."""
    rows = [
        dataclasses.asdict(figure) | {"ratios": figure.ratios, "verdict": figure.verdict}
        for figure in figures
    ]
    return json.dumps(rows, indent=2) + "\n"


def _cells(figure: Figure) -> tuple[str, ...]:
    spreads = (spread(samples) for samples in (figure.ours, figure.bare, figure.ratios))
    return (figure.name, figure.unit, *spreads, figure.target, figure.verdict)


def spread(samples: Sequence[float]) -> str:
    """Return the median, and least and most in brackets; nothing where nothing was measured."""
    if not samples:
        return ""
    median = number(statistics.median(samples))
    return (
        median if len(samples) == 1 else f"{median} ({number(min(samples))}-{number(max(samples))})"
    )
