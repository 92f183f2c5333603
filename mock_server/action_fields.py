"""The fields of a fault's action, as a fault call sends them: checked, with errors that name the field and the value."""

import json
import re
from collections.abc import Mapping
from typing import Any

from mock_server.actions import BODYLESS, Action, Part
from mock_server.answers import encode
from mock_server.violations import show

MOST_DELAY_SECONDS = 3600
MOST_BODY_BYTES = 1024 * 1024
MOST_HEADERS = 50
MOST_HEADER_CHARACTERS = 8192
MOST_BYTES = 10**9
LEAST_STATUS, MOST_STATUS = 200, 599
TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
OURS = frozenset({"content-length", "transfer-encoding", "connection", "x-request-id"})


class ActionError(ValueError):
    """An action that cannot be; *name* is the field at fault, None for the action as a whole."""

    def __init__(self, name: str | None, message: str) -> None:
        """Refuse the field *name*; *message* names the value and what would do."""
        super().__init__(message)
        self.name = name


KNOWN = (
    "status",
    "body",
    "headers",
    "delay_seconds",
    "reset",
    "drop",
    "truncate_bytes",
    "drip_bytes_per_second",
    "malformed",
)
# With one of these nothing else of an answer is seen, except that it is late.
SILENCING = ("reset", "drop", "malformed")
UNSEEN = frozenset(KNOWN) - {"delay_seconds"}


def plain(value: Any) -> Any:
    """Return the JSON *value* with a float for every Decimal.

    Raises:
        ActionError: there is a number in it that no float is near to.
    """
    try:
        return json.loads(json.dumps(value, default=float, allow_nan=False))
    except (ValueError, OverflowError):
        raise ActionError(None, "has a number that is too large for a float") from None


def parse_action(value: Any) -> Action:
    """Return the action that *value* tells, JSON as Python reads it; null is as good as no field.

    Raises:
        ActionError: a field that is unknown, or whose value cannot be.
    """
    if not isinstance(value, dict):
        raise ActionError(None, f"{show(value)} is not an object of {', '.join(KNOWN)}")
    for name in value:
        if name not in KNOWN:
            raise ActionError(name, f"is not known; {', '.join(KNOWN)} would do")
    given = {name: _PARSERS[name](name, told) for name, told in value.items() if told is not None}
    given = {name: parsed for name, parsed in given.items() if parsed is not False}
    if not given:
        raise ActionError(None, f"does nothing; one of {', '.join(KNOWN)} would do")
    _refuse_unseen(given)
    return Action(**given)


def _refuse_unseen(given: Mapping[str, Any]) -> None:
    """Refuse what nobody would ever see."""
    for silencing in SILENCING:
        if given.get(silencing) is True:
            unseen = sorted(UNSEEN.intersection(given) - {silencing})
            if unseen:
                message = f"cannot be seen when {silencing} is true; leave one of the two out"
                raise ActionError(unseen[0], message)
    if given.get("status") in BODYLESS:
        for name in ("body", "truncate_bytes", "malformed"):
            if name in given:
                raise ActionError(name, f"cannot be: an answer {given['status']} has no body")


def _integer(name: str, value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ActionError(name, f"{show(value)} is not an integer from {least} to {most}")
    return value


def _number(name: str, value: Any, least: int, most: int) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not least <= value <= most:
        raise ActionError(name, f"{show(value)} is not a number from {least} to {most}")
    return float(value)


def _status(name: str, value: Any) -> int:
    return _integer(name, value, LEAST_STATUS, MOST_STATUS)


def _body(name: str, value: Any) -> bytes:
    body = value.encode() if isinstance(value, str) else encode(value)
    if len(body) > MOST_BODY_BYTES:
        raise ActionError(name, f"has {len(body)} bytes; at most {MOST_BODY_BYTES} would do")
    return body


def _headers(name: str, value: Any) -> dict[str, str | None]:
    if not isinstance(value, dict) or len(value) > MOST_HEADERS:
        message = f"{show(value)} is not an object of at most {MOST_HEADERS} names and texts"
        raise ActionError(name, message)
    for header, text in value.items():
        _check_header(f"{name}.{header}", header, text)
    return {header.lower(): text for header, text in value.items()}


def _check_header(place: str, name: str, text: Any) -> None:
    if not TOKEN.fullmatch(name) or len(name) > MOST_HEADER_CHARACTERS:
        raise ActionError(place, f"{show(name)} is not the name of a header")
    if name.lower() in OURS:
        raise ActionError(place, f"{show(name)} is the emulator's own; truncate_bytes may be meant")
    if text is None:
        return
    if not isinstance(text, str) or not VALUE.fullmatch(text) or len(text) > MOST_HEADER_CHARACTERS:
        message = (
            f"{show(text)} is not the text of a header: Latin-1 without control characters, "
            f"at most {MOST_HEADER_CHARACTERS}; null takes the header away"
        )
        raise ActionError(place, message)


def _seconds(name: str, value: Any) -> float:
    return _number(name, value, 0, MOST_DELAY_SECONDS)


def _bytes(name: str, value: Any) -> int:
    return _integer(name, value, 0, MOST_BYTES)


def _rate(name: str, value: Any) -> float:
    return _number(name, value, 1, MOST_BYTES)


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ActionError(name, f"{show(value)} is neither true nor false")
    return value


def _part(name: str, value: Any) -> Part:
    if value == "body":
        return "body"
    if not isinstance(value, bool):
        raise ActionError(name, f'{show(value)} is none of true, false and "body"')
    return value


_PARSERS: Mapping[str, Any] = {
    "status": _status,
    "body": _body,
    "headers": _headers,
    "delay_seconds": _seconds,
    "reset": _part,
    "drop": _flag,
    "truncate_bytes": _bytes,
    "drip_bytes_per_second": _rate,
    "malformed": _part,
}
