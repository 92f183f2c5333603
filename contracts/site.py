"""The site of an API: its root, as somebody names it on a command line."""

import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from contracts.errors import ContractError

SCHEMES = {"http": 80, "https": 443}


class UrlError(ContractError):
    """A URL is none, or names a host that does not exist; the message says which, and what would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The root of an API, and the key that goes there and nowhere else."""

    url: str
    api_key: str | None = field(repr=False)
    timeout: float


def site_at(url: str, *, api_key: str | None, timeout: float) -> Site:
    """Return the API at *url*, each look at which may take *timeout* seconds.

    Raises:
        UrlError: *url* is no http(s) URL of a host and a path, or its host does not exist.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        raise UrlError(f"{url!r} is no URL; http://127.0.0.1:8026 would do") from None
    if parts.scheme not in SCHEMES or not host:
        raise UrlError(f"{url!r} is no URL of an API; http://127.0.0.1:8026 would do")
    if parts.username is not None or parts.password is not None:
        raise UrlError("a URL with a name or a password is not taken; --api-key would do")
    if parts.query or parts.fragment:
        raise UrlError(f"{url!r}: the root of an API is a host and at most a path")
    if api_key is not None:
        assert_secret("the key", api_key)
    try:
        socket.getaddrinfo(host, port or SCHEMES[parts.scheme], type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not the name of a host"
        raise UrlError(f"{url}: no such host: {reason}") from None
    return Site(url=url.rstrip("/"), api_key=api_key, timeout=timeout)


def assert_secret(what: str, text: str) -> None:
    """See that *text*, a key or a token, can be sent in a header; *what* names it in the message.

    Raises:
        UrlError: it cannot.
    """
    if not (text.isascii() and text.isprintable()):
        raise UrlError(f"{what} has characters that no header can carry")
