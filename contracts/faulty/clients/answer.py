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
        connection = http.client.HTTPConnection(parts.netloc, timeout=self.seconds)
        connection._http_vsn = 10 + self.minor  # type: ignore[attr-defined]  # noqa: SLF001
        connection._http_vsn_str = f"HTTP/1.{self.minor}"  # type: ignore[attr-defined]  # noqa: SLF001
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        sent = {self.header_case(name): value for name, value in headers.items()}
        status, told = 0, {}
        try:
            connection.request(method, target, body, sent)
            response = connection.getresponse()
            status, told = (
                response.status,
                {name.lower(): value for name, value in response.getheaders()},
            )
            kept = bytearray()
            while piece := response.read1(PIECE_BYTES):
                if into is not None and status in {200, 206}:
                    into.write(piece)
                    into.flush()
                else:
                    kept += piece
            lacking = response.length or 0
            if lacking:
                return Answer(
                    status=0, headers=told, body=bytes(kept), trouble=f"{lacking} bytes are missing"
                )
        except (OSError, http.client.HTTPException) as error:
            return Answer(status=0, headers=told, trouble=f"{type(error).__name__}: {error}")
        finally:
            connection.close()
        return Answer(status=status, headers=told, body=bytes(kept))
