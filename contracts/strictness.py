"""JSON as RFC 8259 means it, where readers differ (rule REQ-STRICT)."""

import json
from typing import Any, NoReturn


class _FlawError(Exception):
    """The text is JSON to lenient readers only; the message says why."""


def flaw_of(body: bytes, most_levels: int) -> str | None:
    """Return what in *body* only lenient readers take for JSON, None where there is nothing, or it is no JSON at all."""
    try:
        value = json.loads(body, object_pairs_hook=_object, parse_constant=_constant)
        json.dumps(value, ensure_ascii=False).encode()
    except _FlawError as flaw:
        return str(flaw)
    except UnicodeEncodeError:
        return "a lone surrogate"
    except (ValueError, RecursionError):
        return None
    levels = levels_of(value)
    return f"{levels} levels, more than {most_levels}" if levels > most_levels else None


def levels_of(value: Any) -> int:
    """Return how deep *value* is nested: 0 for a plain value, 1 for an array or object of such."""
    if not isinstance(value, dict | list):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max(map(levels_of, inner), default=0)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise _FlawError("a key that comes twice in an object")
    return fields


def _constant(name: str) -> NoReturn:
    raise _FlawError(f"{name}, which is no number of JSON")
