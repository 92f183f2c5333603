"""API keys: how they are sent, what they look like, and whose account they open."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from contracts.api import Api
from mock_server.problems import Problem

REVOKED = "revoked"

Headers = Iterable[tuple[bytes, bytes]]


def is_reserved(account: str, name: str) -> bool:
    """Tell whether *account* is the reserved *name*, alone or with anything after a dash."""
    return account == name or account.startswith(f"{name}-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """Which keys open which account; without *allowed* every key of the right form does."""

    prefix: str
    variable: str
    allowed: Collection[str] | None = None

    @classmethod
    def of(cls, api: Api, allowed: Collection[str] | None) -> "Keyring":
        """Return the keyring for the keys of *api*."""
        return cls(prefix=api.key_prefix, variable=api.key_variable, allowed=allowed)

    def account_of(self, headers: Headers) -> str | None:
        """Return the account that the key in *headers* opens, None when no key is sent.

        Raises:
            Problem: ``invalid_api_key`` (rules AUTH-KEY and AUTH-FORM).
        """
        key = _sent(headers)
        return None if key is None else self.open(key)

    def open(self, key: str) -> str:
        """Return the account of *key*.

        Raises:
            Problem: ``invalid_api_key``; the message never repeats the key.
        """
        if key.strip("\"'") in {f"${self.variable}", f"${{{self.variable}}}"}:
            raise _invalid(
                f"the key is the literal ${self.variable}: the shell did not put the key in, "
                "because single quotes keep it from doing so; use double quotes around the header"
            )
        form = re.fullmatch(
            rf"{re.escape(self.prefix)}([A-Za-z0-9_-]{{1,64}})(\.[A-Za-z0-9._-]{{1,64}})?", key
        )
        if form is None:
            raise _invalid(
                f"the API key format is invalid; {self.prefix}<account> would do, or {self.prefix}<account>.<label>"
            )
        if self.allowed is not None and key not in self.allowed:
            raise _invalid("the API key is not known; it is not in the list given with --keys")
        account = form[1]
        if is_reserved(account, REVOKED):
            raise _invalid("the API key has been revoked")
        return account


def _sent(headers: Headers) -> str | None:
    """Return the key among *headers*: ``Authorization`` before ``x-api-key``."""
    other = None
    for name, value in headers:
        if name == b"authorization":
            scheme, _, key = value.decode("latin-1").strip().partition(" ")
            if scheme.lower() != "bearer" and scheme:
                raise _invalid(
                    "the Authorization header has another scheme; Bearer and the key would do"
                )
            if key.strip():
                return key.strip()
        elif name == b"x-api-key" and value.strip():
            other = value.decode("latin-1").strip()
    return other


def _invalid(message: str) -> Problem:
    return Problem("invalid_api_key", f"{message}.")
