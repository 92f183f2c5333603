"""A verdict: what one check says of one exchange, about one rule."""

import json
from dataclasses import dataclass
from typing import Any

SHOWN_CHARACTERS = 200


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
    return Verdict(
        rule=rule,
        is_kept=bool(expected == received)
        and isinstance(expected, bool) == isinstance(received, bool),
        pointer=pointer,
        expected=show(expected),
        received=show(received),
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
        received=show(received),
        is_inferred=inferred,
    )


def show(value: Any) -> str:
    """Return *value* as JSON, cut where it gets long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
