"""An exchange: a request as it was sent, what was answered, and when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

MAIN = "main"
OTHER = "other"
JSON = "application/json"

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request, with the *name* of a key in place of the key, so that nothing made of it can give one away.

    *operation* is the id in the contract document of what the request is meant for. *target* is a path
    with its query, or a whole URL elsewhere, which never gets a key.
    """

    operation: str
    method: str
    target: str
    key: str | None = MAIN
    headers: Headers = ()
    body: bytes | None = None

    @property
    def content_type(self) -> str | None:
        """What the body is said to be, None without a word of it."""
        return next((value for name, value in self.headers if name == "content-type"), None)

    @property
    def says_json(self) -> bool:
        """Whether the body is said to be JSON, with any parameters."""
        said = self.content_type
        return said is not None and said.partition(";")[0].strip().lower() == JSON


@dataclass(frozen=True)
class Answer:
    """A complete answer; the names of *headers* are in lower case, values of the same name joined by commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: it is not JSON; the message says where.
        """
        return json.loads(self.body)

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case; empty without one."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its answer, or why there is none (*trouble*).

    *at* is when the request was sent, on the clock of whoever sent it, in seconds; *seconds* is how long
    the answer took. *number* counts the exchanges of a run.
    """

    sent: Sent
    answer: Answer | None
    trouble: str | None = None
    at: float = 0.0
    seconds: float = 0.0
    number: int = 0


def json_request(operation: str, method: str, target: str, fields: Any, **more: Any) -> Sent:
    """Return a request whose body is *fields* as JSON."""
    return Sent(
        operation=operation,
        method=method,
        target=target,
        headers=(("content-type", JSON),),
        body=json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass"),
        **more,
    )


@dataclass(slots=True)
class Recording:
    """The exchanges of a run, in the order in which they were begun."""

    exchanges: list[Exchange] = field(default_factory=list)

    def add(self, exchange: Exchange) -> None:
        """Take in the exchange that is over."""
        self.exchanges.append(exchange)
