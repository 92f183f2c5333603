"""Read a query string by the parameters that the contract gives an operation."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from contracts.api import Operation, Query
from mock_server.clock import EPOCH
from mock_server.problems import InvalidRequest, Violation, pointer
from mock_server.violations import show, wanted


def read_query(operation: Operation, query_string: bytes) -> dict[str, Any]:
    """Return the value of each parameter of *operation*: as sent, else its default, else None.

    Integers become int and moments microseconds since the epoch; unknown parameters are ignored.

    Raises:
        InvalidRequest: a value that the contract does not allow, or a required parameter is missing.
    """
    sent = dict(parse_qsl(query_string.decode("latin-1"), keep_blank_values=True, errors="replace"))
    values, broken = {}, []
    for parameter in operation.query:
        try:
            values[parameter.name] = _value(parameter, sent)
        except ValueError as error:
            assert operation.rule is not None
            message = f"{parameter.name}: {error}; {_wanted(parameter.schema)} would do."
            broken.append(
                Violation(rule=operation.rule, pointer=pointer([parameter.name]), message=message)
            )
    if broken:
        raise InvalidRequest(broken)
    return values


def _value(parameter: Query, sent: Mapping[str, str]) -> Any:
    schema = parameter.schema
    text = sent.get(parameter.name)
    if text is None:
        if parameter.required:
            raise ValueError("is missing")
        return schema.get("default")
    if schema["type"] == "integer":
        return integer(text, schema)
    if schema.get("format") == "date-time":
        return moment(text)
    if text not in schema.get("enum", [text]) or len(text) < schema.get("minLength", 0):
        raise ValueError(f"{show(text)} is not an option")
    return text


def integer(text: str, schema: Mapping[str, Any]) -> int:
    """Return *text* as a whole number within the bounds of *schema*.

    Raises:
        ValueError: it is none.
    """
    digits = re.fullmatch(r"0*([0-9]{1,15})", text)
    if digits is None or not schema["minimum"] <= int(digits[1]) <= schema["maximum"]:
        raise ValueError(f"{show(text)} is out of range")
    return int(digits[1])


def moment(text: str) -> int:
    """Return the date and time *text* (RFC 3339) in microseconds since the epoch.

    Raises:
        ValueError: it is none, or has no zone.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{show(text)} is not a date and time") from None
    if found.tzinfo is None:
        raise ValueError(f"{show(text)} has no zone")
    since = found - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _wanted(schema: Mapping[str, Any]) -> str:
    if schema.get("format") == "date-time":
        return "a moment such as 2026-11-22T18:00:00Z (write + as %2B)"
    return wanted(schema)
