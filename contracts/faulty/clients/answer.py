"""One request of a client and its answer, by the standard library alone, so that a client starts at once."""

import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from urllib.parse import urlsplit

PIECE_BYTES = 16_384
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered; *status* is 0, and *trouble* says why, where there is no whole answer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    trouble: str = ""

    @property
    def json(self) -> dict[str, Any] | None:
        """The body as a JSON object, None where it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


@dataclass
class Wire:
    """How requests are sent: over HTTP/1.*minor*, waiting *seconds* for each piece of an answer."""

    seconds: float = 60.0
    minor: int = 1
    header_case: Callable[[str], str] = str

    def connection(self, netloc: str) -> http.client.HTTPConnection:
        """Return a connection to *netloc*."""
        connection = http.client.HTTPConnection(netloc, timeout=self.seconds)
        connection._http_vsn = 10 + self.minor  # type: ignore[attr-defined]  # noqa: SLF001
        connection._http_vsn_str = f"HTTP/1.{self.minor}"  # type: ignore[attr-defined]  # noqa: SLF001
        return connection

    def leave(self, connection: http.client.HTTPConnection, *, is_whole: bool) -> None:
        """Be done with *connection*, of which the last answer *is_whole*, or broke off."""
        del is_whole
        connection.close()

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        into: BinaryIO | None = None,
    ) -> Answer:
        """Send a request and return the answer; its body is written *into* a file where there is one to write to."""
        parts = urlsplit(url)
        connection = self.connection(parts.netloc)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        sent = {self.header_case(name): value for name, value in headers.items()}
        status, told = 0, dict[str, str]()
        try:
            connection.request(method, target, body, sent)
            response = connection.getresponse()
            told |= {name.lower(): value for name, value in response.getheaders()}
            content = _content(response, into if response.status in {200, 206} else None)
            trouble = f"{response.length} bytes are missing" if response.length else ""
            status = 0 if trouble else response.status
        except (OSError, http.client.HTTPException) as error:
            content, trouble = b"", f"{type(error).__name__}: {error}"
        self.leave(connection, is_whole=not trouble)
        return Answer(status=status, headers=told, body=content, trouble=trouble)


def _content(response: http.client.HTTPResponse, into: BinaryIO | None) -> bytes:
    """Return what *response* has, unless that is written *into* a file."""
    kept = bytearray()
    while piece := response.read1(PIECE_BYTES):
        if into is None:
            kept += piece
        else:
            into.write(piece)
            into.flush()
    response.close()  # else its connection takes no other request
    return bytes(kept)
