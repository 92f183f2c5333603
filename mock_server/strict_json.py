"""Read JSON as RFC 8259 means it, where Python's own reader is lenient (rule REQ-STRICT)."""

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

# Python refuses to read longer integers; a longer number can only be meant to hurt.
MAX_NUMBER_CHARACTERS = 4300
EXACT_INTEGER_CHARACTERS = 18
SHOWN_CHARACTERS = 60


class JsonError(ValueError):
    """The text is not JSON."""


class StrictJsonError(JsonError):
    """The text is JSON to some readers only: it breaks REQ-STRICT."""


def parse(raw: bytes, *, max_depth: int) -> Any:
    """Return the value that *raw* spells; numbers with a fraction or exponent become Decimal.

    Raises:
        StrictJsonError: duplicate keys, NaN, Infinity, a lone surrogate, an endless number, or more
            than *max_depth* levels.
        JsonError: *raw* is not JSON in UTF-8.
    """
    try:
        text = raw.decode()
        value = _DECODER.decode(text)
    except RecursionError:
        raise StrictJsonError(f"the body is nested deeper than {max_depth} levels") from None
    except UnicodeDecodeError as error:
        raise JsonError(f"the body is not UTF-8: byte {error.start} does not belong") from None
    except json.JSONDecodeError as error:
        raise JsonError(
            f"the body is not JSON: {error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}"
        ) from None
    if raw.count(b"[") + raw.count(b"{") > max_depth and _depth(value) > max_depth:
        raise StrictJsonError(f"the body is nested deeper than {max_depth} levels")
    if "\\u" in text:
        _refuse_lone_surrogates(value)
    return value


def _refuse_lone_surrogates(value: Any) -> None:
    for string in _strings(value):
        try:
            string.encode()
        except UnicodeEncodeError as error:
            raise StrictJsonError(
                f"the body has a lone surrogate: {string[error.start]!a}"
            ) from None


def _strings(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            yield current
        elif isinstance(current, dict):
            waiting.extend(current)
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, (dict, list))]:
        depth += 1
        level = [
            child for item in level for child in (item.values() if isinstance(item, dict) else item)
        ]
    return depth


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise StrictJsonError(f"the body has the key {json.dumps(twice)} twice")
    return fields


def _constant(name: str) -> NoReturn:
    raise StrictJsonError(f"the body has {name}, which is not a JSON number")


def _number(text: str) -> Decimal:
    if len(text) > MAX_NUMBER_CHARACTERS:
        raise StrictJsonError(
            f"the body has a number of {len(text)} characters; {MAX_NUMBER_CHARACTERS} is the most"
        )
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _too_large(text) from None
    # Written out in full, as arithmetic would, the number must not be longer either.
    if not -MAX_NUMBER_CHARACTERS < number.adjusted() < MAX_NUMBER_CHARACTERS:
        raise _too_large(text)
    return number


def _too_large(text: str) -> StrictJsonError:
    return StrictJsonError(
        f"the body has the number {text[:SHOWN_CHARACTERS]}, which would take more than {MAX_NUMBER_CHARACTERS} digits"
    )


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= EXACT_INTEGER_CHARACTERS else _number(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_float=_number, parse_int=_integer
)
