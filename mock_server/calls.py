"""A call: one HTTP request on its way to an endpoint, and what every endpoint may ask of it."""

import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import NamedTuple

from starlette.types import Receive, Scope

from mock_server.accounts import Account
from mock_server.answers import Answer
from mock_server.exchange import Exchange
from mock_server.jobs import Job
from mock_server.problems import Problem

LONGEST_HOST = 261  # a name of 255 characters, and a port
HOST = re.compile(r"[A-Za-z0-9._-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")


class Gone(Exception):  # noqa: N818 - not an error of ours: the client left before it had sent everything
    """The client is no longer there; nobody waits for an answer."""


class Call(NamedTuple):
    """One request; *account* is that of its key, None where none was sent and none is needed."""

    scope: Scope
    receive: Receive
    account: Account | None

    @property
    def caller(self) -> Account:
        """The account of an operation that needs a key."""
        assert self.account is not None
        return self.account

    @property
    def query_string(self) -> bytes:
        """The query, still percent-encoded."""
        query: bytes = self.scope["query_string"]
        return query

    def path_parameter(self, name: str) -> str:
        """Return what stands in the path where its template has ``{name}``."""
        return str(self.scope["path_params"][name])

    def header(self, name: bytes) -> str | None:
        """Return the first header *name* (lower case), None without one."""
        return header(self.scope, name)

    @property
    def headers(self) -> dict[str, str]:
        """The headers by their names (lower case); of one that comes several times, the last."""
        return {
            str(name, "latin-1"): str(value, "latin-1") for name, value in self.scope["headers"]
        }

    def base_url(self, public_url: str | None) -> str:
        """Return where the client reached the emulator: *public_url* when set, else by scheme and Host."""
        if public_url is not None:
            return public_url.rstrip("/")
        host = self.header(b"host")
        if host is not None and len(host) > LONGEST_HOST:
            host = None
        # Some servers and test clients give a list.
        return _base_url(self.scope["scheme"], host, (*(self.scope.get("server") or ()),))

    @property
    def announced(self) -> int | None:
        """How many bytes the body is said to have, None where nobody said."""
        length = self.header(b"content-length")
        return int(length[:20]) if length is not None and length.isdecimal() else None

    async def body(self, most: int) -> bytes:
        """Return the whole body, of at most *most* bytes (rule REQ-SIZE).

        Raises:
            Problem: ``request_too_large``, before anything beyond the limit is kept.
            Gone: the client left.
        """
        announced = self.announced
        if announced is not None and announced > most:
            raise _too_large(most)
        exchange = self.exchange
        body = bytearray()
        more = True
        while more:
            try:
                piece, more = await self.piece()
            except Gone:
                exchange.broke_off(body, len(body))
                raise
            if len(body) + len(piece) > most:
                exchange.broke_off(body, len(body) + len(piece))
                raise _too_large(most)
            if not more and not body:
                return exchange.read(bytes(piece))  # which is no copy, unless it was something else
            body += piece
        return exchange.read(bytes(body))

    @property
    def exchange(self) -> Exchange:
        """What is written down about the request; nobody keeps it of one that came by no envelope."""
        known: Exchange | None = self.scope.get("wan_mock.exchange")
        return known if known is not None else Exchange("", 0)

    def belongs_to(self, account: Account, job: Job | None = None) -> None:
        """Write down that the request is *account*'s, and about *job*."""
        self.scope["wan_mock.account"] = account
        if job is not None:
            exchange = self.exchange
            exchange.job, exchange.job_id = job, job.id

    async def piece(self) -> tuple[bytes, bool]:
        """Return the next piece of the body, and whether there is more.

        Raises:
            Gone: the client left.
        """
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise Gone
        return message.get("body", b""), message.get("more_body", False)


Endpoint = Callable[[Call], Awaitable[Answer]]


def header(scope: Scope, name: bytes) -> str | None:
    """Return the first header *name* (lower case) of a request, None without one."""
    for known, value in scope["headers"]:
        if known == name:
            return str(value, "latin-1")
    return None


@lru_cache(maxsize=256)
def _base_url(scheme: str, host: str | None, server: tuple[str, int | None] | tuple[()]) -> str:
    if host is None or not HOST.fullmatch(host):
        name, port = server or ("127.0.0.1", None)
        host = name if port is None else f"{name}:{port}"
    return f"{scheme}://{host}"


def _too_large(most: int) -> Problem:
    return Problem(
        "request_too_large",
        f"the body is larger than {most} bytes; send media by URL to make it smaller.",
    )
