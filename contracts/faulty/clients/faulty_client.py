"""A faulty client: the careful one, but for one thing."""

from dataclasses import dataclass

from contracts.faulty.clients.client import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultyClient:
    """A client with the *id*: *text* tells what it does, *case* is the id of the case that has to find it.

    *seen* is where a client did so for real, as a URL, where that is known.
    """

    id: str
    case: str
    text: str
    make: type[Client]
    seen: str | None = None
