"""A request on its way to an application, and the reply on its way back; both are values, and are changed by copies."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from contracts.asgi import Message
from contracts.exchange import JSON, Headers

Fields = dict[str, Any]

SUBMIT = "submit"
CONTENT_TYPE, LENGTH, KEY = "content-type", "content-length", "authorization"
ACCEPTED = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request; *operation* is the id of what it asks for, None where that is nothing of the API.

    *parameters* are the values of the names in the path of the operation.
    """

    operation: str | None
    method: str
    target: str
    parameters: Mapping[str, str]
    headers: Headers
    body: bytes

    @property
    def fields(self) -> Fields | None:
        """The JSON object that is the body, made anew; None where it is none, or not the same to every reader."""
        try:
            found = json.loads(self.body, object_pairs_hook=_object)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query, each with its first value."""
        found = parse_qs(urlsplit(self.target).query, keep_blank_values=True)
        return {name: values[0] for name, values in found.items()}

    @property
    def path(self) -> str:
        """The target without its query."""
        return urlsplit(self.target).path

    def header(self, name: str) -> str | None:
        """Return the value of the header *name*, in lower case."""
        return next((value for known, value in self.headers if known == name), None)

    @property
    def caller(self) -> str:
        """What tells the accounts apart: the key as it was sent."""
        return self.header(KEY) or self.header("x-api-key") or ""

    def with_fields(self, fields: Mapping[str, Any]) -> "Request":
        """Return the request with *fields* for a body; the very same where they are those it has."""
        if _is_same(fields, self.fields):
            return self
        return self.with_body(json.dumps(fields).encode())

    def with_body(self, body: bytes) -> "Request":
        """Return the request with another body, and its length."""
        return replace(self, body=body).with_header(LENGTH, str(len(body)))

    def with_header(self, name: str, value: str | None) -> "Request":
        """Return the request with *value* for the header *name*, None for without it."""
        return replace(self, headers=_with(self.headers, name, value))

    def with_caller(self, key: str) -> "Request":
        """Return the request as sent with *key*."""
        return self.with_header("x-api-key", None).with_header(KEY, key)

    def with_query(self, name: str, value: str | None) -> "Request":
        """Return the request with *value* for the parameter *name* of its query, None for without it."""
        query = {**self.query, name: value}
        kept = urlencode({known: told for known, told in query.items() if told is not None})
        return replace(self, target=f"{self.path}?{kept}" if kept else self.path)

    def asking(self, target: str) -> "Request":
        """Return another request of the same caller, which reads *target*."""
        headers = _with(_with(self.headers, LENGTH, None), "range", None)
        return replace(self, operation=None, method="GET", target=target, headers=headers, body=b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer; *messages* are those that the application sent, empty for an answer that is not the application's."""

    status: int
    headers: Headers
    body: bytes
    messages: tuple[Message, ...] = ()

    @property
    def json(self) -> Any:
        """The body as JSON, made anew; None where it is none."""
        return _read(self.body)

    @property
    def is_accepted(self) -> bool:
        """Whether the request was."""
        return self.status in ACCEPTED

    def header(self, name: str) -> str | None:
        """Return the value of the header *name*, in lower case."""
        return next((value for known, value in self.headers if known == name), None)

    def with_json(self, value: Any) -> "Reply":
        """Return the reply with *value* for a body; the very same where it has that already."""
        if _is_same(value, self.json):
            return self
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self.with_body(text.encode())

    def with_body(self, body: bytes) -> "Reply":
        """Return the reply with another body, and its length."""
        return replace(self, body=body, messages=()).with_header(LENGTH, str(len(body)))

    def with_status(self, status: int) -> "Reply":
        """Return the reply with another status."""
        return replace(self, status=status, messages=())

    def with_header(self, name: str, value: str | None) -> "Reply":
        """Return the reply with *value* for the header *name*, None for without it."""
        return replace(self, headers=_with(self.headers, name, value), messages=())


def as_json(status: int, value: Any) -> Reply:
    """Return a reply that the application knows nothing of."""
    reply = Reply(status=status, headers=((CONTENT_TYPE, JSON),), body=b"")
    return reply.with_json(value)


def refusal(status: int, code: str, kind: str = "invalid_request_error") -> Reply:
    """Return a refusal in the envelope of the API; *kind* is its ``type``."""
    error = {"message": f"{code}: it is so.", "type": kind, "param": None, "code": code}
    return as_json(status, {"error": error})


def changed(value: Any, place: tuple[str | int, ...], change: Callable[[Any], Any]) -> Any:
    """Return *value* with *change* made at *place*, a way of names and numbers; as it is where there is no such place."""
    if not place:
        return change(value)
    name, *rest = place
    try:
        inner = value[name]
    except (KeyError, IndexError, TypeError):
        return value
    value[name] = changed(inner, (*rest,), change)
    return value


def _object(pairs: list[tuple[str, Any]]) -> Fields:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a key that comes twice")
    return fields


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _is_same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same as JSON, where 1 is neither 1.0 nor true."""
    return one == other and json.dumps(one) == json.dumps(other)


def _with(headers: Headers, name: str, value: str | None) -> Headers:
    """Return *headers* with *value* in the place of the header *name*, or behind the others."""
    if value is None:
        return tuple(header for header in headers if header[0] != name)
    if any(known == name for known, _ in headers):
        return tuple((known, value if known == name else told) for known, told in headers)
    return (*headers, (name, value))
