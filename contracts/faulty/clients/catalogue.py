"""All clients that come with the kit: the careful one, those that differ without harm, and those with one fault each."""

from contracts.faulty.clients import asking, downloads, ends, polls, submissions
from contracts.faulty.clients.client import Client
from contracts.faulty.clients.faulty_client import FaultyClient
from contracts.faulty.clients.harmless import HARMLESS

FAULTY: tuple[FaultyClient, ...] = (
    *asking.clients(),
    *submissions.clients(),
    *polls.clients(),
    *ends.clients(),
    *downloads.clients(),
)


def client_of(name: str) -> type[Client]:
    """Return the client *name*.

    Raises:
        KeyError: there is none of that name.
    """
    return {**HARMLESS, **{one.id: one.make for one in FAULTY}}[name]
