"""All clients that come with the kit: the careful one, those that differ without harm, and those with one fault each."""

from collections.abc import Iterator
from types import ModuleType

from contracts.faulty.clients import (
    asking,
    downloads,
    ends,
    polls,
    submissions,
    waits,
    words,
)
from contracts.faulty.clients.client import Client
from contracts.faulty.clients.harmless import HARMLESS


def _of(module: ModuleType) -> Iterator[type[Client]]:
    """Yield the clients of *module* that have a fault, and not only share one, in the order in which they stand there."""
    for found in vars(module).values():
        if isinstance(found, type) and issubclass(found, Client) and "name" in vars(found):
            yield found


# Each tells what it does by its docstring, and by *case* the id of the case that has to find it.
FAULTY: tuple[type[Client], ...] = tuple(
    client
    for module in (asking, submissions, polls, waits, words, ends, downloads)
    for client in _of(module)
)


def client_of(name: str) -> type[Client]:
    """Return the client *name*.

    Raises:
        KeyError: there is none of that name.
    """
    return {**HARMLESS, **{client.name: client for client in FAULTY}}[name]
