"""An exchange: a request as it was sent, what was answered, and when."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

MAIN = "main"
OTHER = "other"
JSON = "application/json"
# Headers for a key: the one takes it behind a word, the other alone.
AUTHORIZATION, BARE = "authorization", "x-api-key"
# How much of a body is kept once its checks are done.
KEPT_BYTES = 16_384
# What may be half of a surrogate pair, in any spelling that a reader of JSON takes.
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]|\x00")

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request, with the *name* of a key in place of the key, so that nothing made of it can give one away.

    *operation* is the id in the contract document of what the request is meant for. *target* is a path
    with its query, or a whole URL elsewhere, which never gets a key. *key_header* is the header that the key goes in.
    """

    operation: str
    method: str
    target: str
    key: str | None = MAIN
    headers: Headers = ()
    body: bytes | None = None
    key_header: str = AUTHORIZATION

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
            ValueError: it is not JSON, or has text that is none: half of a surrogate pair.
        """
        value = json.loads(self.body)
        if SURROGATE.search(self.body):
            json.dumps(value, ensure_ascii=False).encode()
        return value

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


def key_pair(header: str, key: str) -> tuple[str, str]:
    """Return the name and value of *header* that hand over *key*."""
    return header, f"Bearer {key}" if header == AUTHORIZATION else key


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


class CutBody(bytes):
    """The beginning of a body that had *size* bytes."""

    size: int


def cut(body: bytes) -> bytes:
    """Return *body*, of one that is longer than a report has room for only the beginning."""
    if len(body) <= KEPT_BYTES or isinstance(body, CutBody):
        return body
    kept = CutBody(body[:KEPT_BYTES])
    kept.size = len(body)
    return kept


def brief(exchange: Exchange) -> Exchange:
    """Return *exchange* with its bodies cut, so that it may be kept for long."""
    sent, answer = exchange.sent, exchange.answer
    return replace(
        exchange,
        sent=sent if sent.body is None else replace(sent, body=cut(sent.body)),
        answer=None if answer is None else Answer(answer.status, answer.headers, cut(answer.body)),
    )


@dataclass(slots=True)
class Recording:
    """The exchanges of a run, in the order in which they were begun; *count* is how many there were."""

    exchanges: list[Exchange] = field(default_factory=list)
    count: int = 0

    def add(self, exchange: Exchange) -> None:
        """Take in the exchange that is over."""
        self.exchanges.append(exchange)
        self.count += 1

    def take(self) -> list[Exchange]:
        """Return the exchanges that nobody has taken yet."""
        taken, self.exchanges = self.exchanges, []
        return taken
