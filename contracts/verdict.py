"""A verdict: what one check says of one exchange, about one rule."""

import json
from dataclasses import dataclass
from typing import Any

SHOWN_CHARACTERS = 200
BEFORE_CHARACTERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether *rule* was kept, with what was *expected* and *received* at *pointer* in the answer where it was not.

    *is_inferred* marks a part of the rule that no evidence vouches for: of a live API it is told, and never
    held against it. *by_refusal* tells that the rule was exercised by a request which breaks it.
    """

    rule: str
    is_kept: bool
    pointer: str = ""
    expected: str = ""
    received: str = ""
    is_inferred: bool = False
    by_refusal: bool = False


def equal(
    rule: str,
    pointer: str,
    expected: Any,
    received: Any,
    *,
    inferred: bool = False,
    refusal: bool = False,
) -> Verdict:
    """Return whether *received* is the very value that is *expected*."""
    is_kept = bool(expected == received)
    is_kept = is_kept and isinstance(expected, bool) == isinstance(received, bool)
    shown = ("", "") if is_kept else _apart(_text(expected), _text(received))
    return Verdict(
        rule=rule,
        is_kept=is_kept,
        pointer=pointer,
        expected=shown[0],
        received=shown[1],
        is_inferred=inferred,
        by_refusal=refusal,
    )


def holds(
    rule: str,
    *,
    kept: bool,
    expected: str,
    received: Any,
    pointer: str = "",
    inferred: bool = False,
) -> Verdict:
    """Return whether *expected*, in words, holds of *received*."""
    return Verdict(
        rule=rule,
        is_kept=kept,
        pointer=pointer,
        expected=expected,
        received="" if kept else show(received),
        is_inferred=inferred,
    )


def show(value: Any) -> str:
    """Return *value* as JSON, cut where it gets long."""
    return _cut(_text(value), 0)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _apart(one: str, other: str) -> tuple[str, str]:
    """Return two texts, long ones from a little before the place where they begin to differ."""
    pairs = enumerate(zip(one, other, strict=False))
    same = next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))
    start = max(0, same - BEFORE_CHARACTERS) if same > SHOWN_CHARACTERS // 2 else 0
    return _cut(one, start), _cut(other, start)


def _cut(text: str, start: int) -> str:
    end = start + SHOWN_CHARACTERS
    return f"{'…' if start else ''}{text[start:end]}{'…' if len(text) > end else ''}"
