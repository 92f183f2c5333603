"""Entries of the journal as bytes, and back."""

from operator import attrgetter
from typing import NamedTuple

import msgspec

from mock_server.accounts import Account
from mock_server.answers import Answer
from mock_server.exchange import Exchange
from mock_server.problems import Violation


class Told(NamedTuple):
    """The answer of an exchange, as far as the journal keeps it."""

    status: int
    body: bytes
    content_type: str | None
    headers: tuple[tuple[str, str], ...]
    struck_by: str | None


class Entry(NamedTuple):
    """An exchange as it stands in the journal; its job is named, because the account has it."""

    request_id: str
    at: int
    took: int
    operation: str | None
    method: str
    path: str
    query: bytes
    headers: bytes
    sent: bytes
    received: int | None
    status: int | None
    job_id: str | None
    violations: tuple[Violation, ...]
    code: str | None
    near: str | None
    length: int
    answered: int
    answer: Told | None


# What is the same in both, by name.
SHARED = tuple(name for name in Entry._fields if name not in {"headers", "answer"})
# All but the answer, in the order of an entry.
kept = attrgetter(
    *("packed_headers" if name == "headers" else name for name in Entry._fields if name != "answer")
)


class Entries:
    """Reads and writes entries."""

    def __init__(self) -> None:
        """Know what they are made of."""
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Entry)

    def encode(self, exchange: Exchange) -> bytes:
        """Return *exchange*, which the journal may keep."""
        answer = exchange.answer
        told = answer and Told(
            status=answer.status,
            body=bytes(answer.body),
            content_type=answer.content_type,
            headers=answer.headers,
            struck_by=answer.struck_by,
        )
        # As an entry is encoded, without having been one.
        return self._encoder.encode((*kept(exchange), told))

    def decode(self, entry: bytes, account: Account) -> Exchange:
        """Return the exchange that *entry* is of, one of *account*."""
        found = self._decoder.decode(entry)
        exchange = Exchange(found.request_id, 0)
        for name in SHARED:
            setattr(exchange, name, getattr(found, name))
        exchange.packed_headers = found.headers
        told = found.answer
        exchange.answer = told and Answer(
            status=told.status,
            body=told.body,
            content_type=told.content_type,
            headers=told.headers,
            struck_by=told.struck_by,
        )
        exchange.job = None if found.job_id is None else account.job(found.job_id)
        return exchange
