"""Clients that differ from the careful one in ways that do no harm: nothing may be found with them."""

import http.client
from typing import Any

from contracts.faulty.clients.answer import Answer, Wire
from contracts.faulty.clients.client import Client


class Slower(Client):
    """Polls once a second."""

    interval = 1.0


class Shouting(Client):
    """Writes its headers in capitals."""

    wire = Wire(header_case=str.upper)


class Whispering(Client):
    """Writes its headers in small letters, and its key as x-api-key."""

    wire = Wire(header_case=str.lower)

    def key_headers(self) -> dict[str, str]:
        """Return the key alone."""
        return {"x-api-key": self.key}


class Old(Client):
    """Speaks HTTP/1.0."""

    wire = Wire(minor=0)


class Closing(Client):
    """Closes each connection by name."""

    def key_headers(self) -> dict[str, str]:
        """Return the key, and that this is the last request."""
        return {**super().key_headers(), "Connection": "close"}


class Probing(Client):
    """Asks for the head of the video before the video."""

    def download(self, url: str, hops: int = 3) -> Answer:
        """Ask for the head, then fetch the file."""
        self.wire.send("HEAD", url, {})
        return super().download(url, hops)


class Ranging(Client):
    """Asks for the video from its first byte on."""

    def video_headers(self) -> dict[str, str]:
        """Return a range in any case."""
        return super().video_headers() or {"Range": "bytes=0-"}


class Cautious(Client):
    """Looks at the models and its balance before it submits, and sends the job's label along."""

    def submit(self) -> None:
        """Look around, then submit."""
        self.ask("models")
        self.ask("account/usage")
        super().submit()


class _Kept(Wire):
    """A wire that keeps its connections open."""

    def __init__(self) -> None:
        super().__init__()
        self._connections: dict[str, http.client.HTTPConnection] = {}

    def connection(self, netloc: str) -> http.client.HTTPConnection:
        return self._connections.setdefault(netloc, super().connection(netloc))

    def leave(self, connection: http.client.HTTPConnection, *, is_whole: bool) -> None:
        if not is_whole:
            super().leave(connection, is_whole=is_whole)


class Keeping(Client):
    """Keeps its connection to the API open."""

    wire: Any = None

    def submit(self) -> None:
        """Open the connection, then submit."""
        self.wire = _Kept()
        super().submit()


HARMLESS: dict[str, type[Client]] = {
    "careful": Client,
    "slower": Slower,
    "headers-in-capitals": Shouting,
    "headers-in-small-letters": Whispering,
    "http-1.0": Old,
    "closing": Closing,
    "keeping-alive": Keeping,
    "head-before-get": Probing,
    "ranged": Ranging,
    "looking-around": Cautious,
}
