"""Who may call what: keys and rates of the API, and the guard of the control interface."""

import hmac
import ipaddress
from itertools import count
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from starlette.types import Scope

from mock_server.accounts import Account
from mock_server.calls import header
from mock_server.commands import Count
from mock_server.emulator import Emulator
from mock_server.keys import Keyring
from mock_server.problems import Problem
from mock_server.settings import Settings

TOKEN_HEADER = b"x-mock-token"
COUNTED = "wan_mock.counted"  # in the scope of a request that came with the key of an account
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Gate:
    """Admits callers of the API (rules AUTH-KEY, AUTH-FORM and LIMIT-RPM)."""

    def __init__(self, emulator: Emulator, keyring: Keyring) -> None:
        """Open the accounts of *emulator* with the keys of *keyring*."""
        self._emulator = emulator
        self._keyring = keyring
        self._order = count(1)

    async def required(self, scope: Scope) -> Account:
        """Return the account of the key, counting the request."""
        account = await self.optional(scope)
        if account is None:
            message = f"no API key was sent; send Authorization: Bearer {self._keyring.prefix}<account>, or x-api-key."
            raise Problem("missing_api_key", message)
        return account

    async def optional(self, scope: Scope) -> Account | None:
        """Return the account of the key if one is sent; a bad key is refused all the same."""
        name = self._keyring.account_of(scope["headers"])
        if name is None:
            return None
        account = await self._emulator.present(name)
        account.requests += 1
        account.seen = next(self._order)
        scope[COUNTED] = True
        wait = await self._emulator.do(name, Count()) if account.window.requests else None
        if wait is not None:
            message = f"{account.window.requests} requests a minute are the limit of this account; try again in {wait} s."
            raise Problem("rate_limit_exceeded", message, headers={"retry-after": str(wait)})
        return account

    async def anyone(self, scope: Scope) -> None:
        """Let everybody in."""


class ControlGuard(NamedTuple):
    """Admits callers of the control interface: by Host, by token, and never from another site's page."""

    emulator: Emulator
    keyring: Keyring
    settings: Settings

    async def account(self, scope: Scope) -> Account:
        """Return the account that the call is about: that of the key, else ``?account=NAME``."""
        name = self.keyring.account_of(scope["headers"])
        if name is None:
            name = parse_qs(scope["query_string"].decode("latin-1")).get("account", [None])[0]
            if name is not None:
                name = self.keyring.account_named(name)
        if name is None:
            raise Problem("missing_api_key", "no account is named; send a key, or ?account=NAME.")
        return await self.emulator.present(name)

    async def anyone(self, scope: Scope) -> None:
        """Let in whoever is no stranger, without an account."""

    def refuse_strangers(self, scope: Scope) -> None:
        """Refuse whoever may not know of the control interface, or may only look at it."""
        token = self.settings.control_token
        sent = header(scope, TOKEN_HEADER) or ""
        open_door = token is None and is_loopback(self.settings.host)
        if not open_door and not (token and hmac.compare_digest(sent.encode(), token.encode())):
            raise Problem(
                "not_found", f"{scope['path']} does not exist here, or needs x-mock-token."
            )
        self.refuse_other_hosts(scope)
        if scope["method"] not in READING and _is_cross_site(scope):
            raise Problem(
                "cross_site_request", "a page of another site may not control the emulator."
            )

    def refuse_other_hosts(self, scope: Scope) -> None:
        """Refuse whoever has no door at all, or comes by a wrong name; a browser opens pages without a token."""
        if self.settings.control_token is None and not is_loopback(self.settings.host):
            raise Problem("not_found", f"{scope['path']} does not exist here.")
        host = host_name(header(scope, b"host") or "")
        if not is_loopback(host) and host not in self._known_hosts():
            message = f"Host {host!r} may not control the emulator; localhost, --host or --public-url would do."
            raise Problem("host_not_allowed", message)

    def _known_hosts(self) -> set[str]:
        public = self.settings.public_url
        return {self.settings.host.lower(), *([urlsplit(public).hostname or ""] if public else [])}


def is_loopback(host: str) -> bool:
    """Tell whether *host*, a name or an address without port, is this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_name(host: str) -> str:
    """Return the name or address in the Host header *host*, without port and brackets, in lower case."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def _is_cross_site(scope: Scope) -> bool:
    origin = header(scope, b"origin")
    if header(scope, b"sec-fetch-site") in {"cross-site", "same-site"}:
        return True
    return origin is not None and origin.partition("://")[2] != header(scope, b"host")
