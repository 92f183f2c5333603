"""Clients that differ from the careful one in ways that do no harm: nothing may be found with them."""

import http.client
from collections.abc import Mapping
from typing import Any, BinaryIO
from urllib.parse import urlsplit

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
        return {"x-api-key": self.key}


class Old(Client):
    """Speaks HTTP/1.0."""

    wire = Wire(minor=0)


class Closing(Client):
    """Closes each connection by name."""

    def key_headers(self) -> dict[str, str]:
        return {**super().key_headers(), "Connection": "close"}


class Probing(Client):
    """Asks for the head of the video before the video."""

    def download(self, url: str, hops: int = 3) -> Answer:
        self.wire.send("HEAD", url, {})
        return super().download(url, hops)


class Ranging(Client):
    """Asks for the video from its first byte on."""

    def video_headers(self) -> dict[str, str]:
        return super().video_headers() or {"Range": "bytes=0-"}


class Cautious(Client):
    """Looks at the models and its balance before it submits, and sends the job's label along."""

    def submit(self) -> None:
        self.ask("models")
        self.ask("account/usage")
        super().submit()


class _Kept(Wire):
    """A wire that keeps its connections to the API open."""

    def __init__(self) -> None:
        super().__init__()
        self._connections: dict[str, http.client.HTTPConnection] = {}

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        into: BinaryIO | None = None,
    ) -> Answer:
        parts = urlsplit(url)
        if into is not None:
            return super().send(method, url, headers, body, into)
        connection = self._connections.setdefault(
            parts.netloc, http.client.HTTPConnection(parts.netloc, timeout=self.seconds)
        )
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        try:
            connection.request(method, target, body, dict(headers))
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return Answer(status=0, trouble=f"{type(error).__name__}: {error}")
        told = {name.lower(): value for name, value in response.getheaders()}
        return Answer(status=response.status, headers=told, body=content)


class Keeping(Client):
    """Keeps its connection to the API open."""

    wire: Any = None

    def submit(self) -> None:
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
