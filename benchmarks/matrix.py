"""The kill matrix: how many of the faults of each family are found, and what that takes."""

import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from benchmarks.trial import Result

MOST_MISSES = 1  # of the seeds of a fault: 19 of 20 must find it
DASH = "-"
Found = TypeVar("Found")
SUITE_HEADINGS = (
    "family",
    "faults",
    "detected",
    "by sweep",
    "by others",
    "other rule only",
    "not detected",
    "not reached",
    "calls",
    "creates",
)
PLAIN_HEADINGS = ("tried", "detected", "not detected", "not reached", "calls", "creates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """What plain Schemathesis made of a fault, *checks* being what it complained of, by name and operation."""

    checks: tuple[str, ...]
    calls: int
    creates: int
    is_reached: bool
    is_complete: bool
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fault of the matrix: what the suite made of it, and plain Schemathesis, where that was asked."""

    suite: Result
    plain: Plain | None = None


def is_detected(result: Result) -> bool:
    """Tell whether enough seeds found the fault, by one of its rules."""
    return result.found >= max(1, result.seeds - MOST_MISSES)


def rows(entries: Sequence[Entry], sweep: str) -> list[tuple[str, ...]]:
    """Return a row for each family and one for all, with the headings first; *sweep* is that engine's name."""
    families = dict.fromkeys(entry.suite.family for entry in entries)
    table: list[tuple[str, ...]] = [(*SUITE_HEADINGS, *PLAIN_HEADINGS)]
    for family in families:
        own = [entry for entry in entries if entry.suite.family == family]
        table.append((family, *_suite(own, sweep), *_plain(own)))
    table.append(("all", *_suite(entries, sweep), *_plain(entries)))
    return table


def _suite(entries: Sequence[Entry], sweep: str) -> Iterator[str]:
    results = [entry.suite for entry in entries]
    found = [result for result in results if is_detected(result)]
    rest = [result for result in results if not is_detected(result)]
    reached = [result for result in rest if result.is_reached]
    yield str(len(results))
    yield str(len(found))
    yield str(sum(result.engine == sweep for result in found))
    yield str(sum(result.engine != sweep for result in found))
    yield str(sum(bool(result.named) for result in reached))
    yield str(sum(not result.named for result in reached))
    yield str(len(rest) - len(reached))
    yield _spread(found, lambda result: result.calls)
    yield _spread(found, lambda result: result.creates)


def _plain(entries: Sequence[Entry]) -> Iterator[str]:
    tried = [entry.plain for entry in entries if entry.plain is not None]
    if not tried:
        yield from [DASH] * len(PLAIN_HEADINGS)
        return
    found = [plain for plain in tried if plain.checks]
    yield str(len(tried))
    yield str(len(found))
    yield str(sum(plain.is_reached for plain in tried if not plain.checks))
    yield str(sum(not plain.is_reached for plain in tried if not plain.checks))
    yield _spread(found, lambda plain: plain.calls)
    yield _spread(found, lambda plain: plain.creates)


def _spread(found: Iterable[Found], of: Callable[[Found], int]) -> str:
    """Return median and maximum."""
    values = [of(one) for one in found]
    return f"{statistics.median(values):.0f} ({max(values)})" if values else DASH


def as_text(table: Sequence[Sequence[str]]) -> str:
    """Return *table* in columns."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in table)


def as_markdown(table: Sequence[Sequence[str]]) -> str:
    """Return *table* as Markdown."""
    headings, *body = table
    lines = [headings, [DASH * 3] * len(headings), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
