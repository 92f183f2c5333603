"""What was seen so far of jobs, uploads and accounts, by their clients."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.exchange import Exchange
from contracts.expectation.outcome import Accepted, Refused
from contracts.reading import status_of

COMPLETED = frozenset({"completed", "succeeded"})
TERMINAL = COMPLETED | {"failed", "cancelled"}


@dataclass(slots=True)
class Job:
    """A job as its submitter and pollers saw it.

    *last* is what was told of it last, and *told_by* the exchange that did; *end* is the first that told of its end, None before
    that, and *running* the last by which it was known to run. *etag* and *content* are those of its video, once that was
    downloaded whole; *is_booked* tells that a usage page had an event of it. *signed* are the targets that were signed anew, and when.
    """

    id: str
    account: str
    fields: Mapping[str, Any]
    outcome: Accepted | Refused
    submitted: Exchange
    last: Mapping[str, Any] | None = None
    end: tuple[Exchange, Mapping[str, Any]] | None = None
    told_by: Exchange = field(init=False)
    running: Exchange = field(init=False)
    is_cancelling: bool = False
    is_booked: bool = False
    etag: str | None = None
    content: bytes | None = None
    signed: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with the submission."""
        self.told_by = self.running = self.submitted

    def tell(self, exchange: Exchange, body: Mapping[str, Any]) -> None:
        """Take in what *exchange* tells of it: *body*."""
        self.last, self.told_by = body, exchange
        if status_of(body) not in TERMINAL:
            self.running = exchange
        elif self.end is None:
            self.end = exchange, body


@dataclass(slots=True)
class File:
    """An upload of *account* with its *content*; *path* stands for it in a request, *url* served it first."""

    id: str
    account: str
    path: str
    url: str
    content: bytes
    uploaded: Exchange
    signed: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Account:
    """What is known of the account of one key; *worth* as of its last usage page, None where that tells none.

    *requests* are the moments of those that count, since the limit of *rpm* requests a minute was set: 0 is no limit,
    None is one that nobody told of. *balance* is what was told last, in micro-dollars, with the number of the exchange.
    *strangers* are jobs that nobody was seen to submit, as of the last list that had all; None before there was one.
    *events* are the ids of the usage events that were told.
    """

    name: str
    jobs: dict[str, Job] = field(default_factory=dict)
    worth: int | None = None
    rpm: int | None = None
    requests: list[float] = field(default_factory=list)
    balance: tuple[int, int] | None = None
    strangers: frozenset[str] | None = None
    events: set[str] = field(default_factory=set)
