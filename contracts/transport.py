"""How a request travels: the one method that everything which sends goes through."""

from typing import Protocol

from contracts.exchange import Exchange, Sent


class Transport(Protocol):
    """Sends requests to the target of a run; the keys are its own."""

    def send(self, sent: Sent) -> Exchange:
        """Send *sent* and return what came of it; a lost answer is an exchange without one, never an exception."""
        ...
