"""Read what requests and answers have for bodies, whatever that is."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from contracts.exchange import Answer, Sent

# No number of the API has more; Python refuses to read very long ones.
MOST_DIGITS = 18


def fields_of(sent: Sent) -> dict[str, Any] | None:
    """Return the JSON object that *sent* has for a body, None where it has none."""
    try:
        fields = json.loads(sent.body or b"")
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def json_object(answer: Answer) -> dict[str, Any] | None:
    """Return the JSON object that *answer* is, None where it is none."""
    try:
        body = answer.json
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def objects(items: Any) -> list[dict[str, Any]]:
    """Return the JSON objects among *items*, none where it is no array."""
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def videos(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the videos in the result of *job*, whatever else is in it."""
    result = job.get("result")
    return objects(result.get("data")) if isinstance(result, dict) else []


def told_cards(operation: str | None, answer: Answer) -> list[dict[str, Any]]:
    """Return the cards of models that *answer* has, as one of *operation*."""
    body = None if answer.status != 200 else json_object(answer)
    if body is None or operation not in {"model", "models"}:
        return []
    return [body] if operation == "model" else objects(body.get("data"))


def status_of(job: Mapping[str, Any]) -> str:
    """Return the status of *job*, the empty word where it is none."""
    status = job.get("status")
    return status if isinstance(status, str) else ""


def path_of(url: object) -> str:
    """Return the path of *url*, an empty one where that is none."""
    return _split(url).path


def target_of(url: object) -> str:
    """Return path and query of *url*."""
    parts = _split(url)
    return f"{parts.path}?{parts.query}"


def _split(url: object) -> SplitResult:
    try:
        return urlsplit(url if isinstance(url, str) else "")
    except ValueError:
        return urlsplit("")


def error_of(answer: Answer) -> Mapping[str, Any]:
    """Return the error in the envelope of *answer*, an empty one where there is none."""
    error = (json_object(answer) or {}).get("error")
    return error if isinstance(error, dict) else {}


def moment(text: object) -> datetime | None:
    """Return the moment that *text* names in RFC 3339, None where it names none: without an offset that is any of a day."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return None if found is None or found.tzinfo is None else found


def query_of(sent: Sent) -> dict[str, str]:
    """Return the query parameters of *sent*, the first of each name."""
    found = parse_qs(urlsplit(sent.target).query, keep_blank_values=True)
    return {name: values[0] for name, values in found.items()}


def whole(text: str) -> int | None:
    """Return the number that *text* writes with plain digits, None where it has anything else, or too many of them."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_number else None
