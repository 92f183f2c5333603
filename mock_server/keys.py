"""API keys: how they are sent, what they look like, and whose account they open."""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import count

from contracts.api import Api
from mock_server.problems import Problem

AUTHORIZATION = b"authorization"
API_KEY = b"x-api-key"
KEY_HEADERS = (AUTHORIZATION, API_KEY)
REVOKED = "revoked"
KEYS_REMEMBERED = 4096
LONGEST_REMEMBERED = 256  # bytes; no key that is let in is longer

Headers = Iterable[tuple[bytes, bytes]]


def is_reserved(account: str, name: str) -> bool:
    """Tell whether *account* is the reserved *name*, alone or with anything after a dash."""
    return account == name or account.startswith(f"{name}-")


class Keyring:
    """Which keys open which account; without *allowed* every key of the right form does."""

    def __init__(self, api: Api, allowed: Collection[str] | None) -> None:
        """Admit the keys of *api*."""
        self.prefix = api.key_prefix
        self._literals = {f"${api.key_variable}", f"${{{api.key_variable}}}"}
        self._form = re.compile(
            rf"{re.escape(api.key_prefix)}([A-Za-z0-9_-]{{1,64}})(\.[A-Za-z0-9._-]{{1,64}})?"
        )
        self._allowed = allowed
        # The same few keys come with every request.
        self.open = lru_cache(KEYS_REMEMBERED)(self._open)

    def account_of(self, headers: Headers) -> str | None:
        """Return the account that the key in *headers* opens, None when no key is sent.

        Raises:
            Problem: ``invalid_api_key`` (rules AUTH-KEY and AUTH-FORM).
        """
        key = _sent(headers)
        return None if key is None else self.open(key)

    def account_named(self, name: str) -> str:
        """Return *name*, if keys could open an account of that name, whether or not they are let in.

        Raises:
            Problem: ``invalid_api_key``.
        """
        form = self._form.fullmatch(self.prefix + name)
        if form is None or form[2] is not None:
            raise _invalid(_not_a_name(name))
        return _unless_revoked(name)

    def names(self) -> Iterator[str]:
        """Yield the names of fresh accounts: a1, a2, …, or those whose keys are let in."""
        if self._allowed is None:
            yield from (f"a{number}" for number in count(1))
        else:
            opened = map(self._form.fullmatch, sorted(self._allowed))
            yield from (form[1] for form in opened if form is not None)

    def key_of(self, name: str) -> str:
        """Return a key that opens the account *name*, unless that is a revoked one.

        Raises:
            ValueError: none does.
        """
        key = self.prefix + name
        form = self._form.fullmatch(key)
        if form is None or form[2] is not None:
            raise ValueError(_not_a_name(name))
        if self._allowed is None or key in self._allowed:
            return key
        labelled = sorted(key for key in self._allowed if key.startswith(f"{self.prefix}{name}."))
        if not labelled:
            raise ValueError(
                f"no key that is let in opens an account {name!r}; see the setting keys"
            )
        return labelled[0]

    def _open(self, key: str) -> str:
        """Return the account of *key*.

        Raises:
            Problem: ``invalid_api_key``; the message never repeats the key.
        """
        if key.strip("\"'") in self._literals:
            raise _invalid(
                f"the key is the literal {key}: the shell did not put the key in, "
                "because single quotes keep it from doing so; use double quotes around the header"
            )
        form = self._form.fullmatch(key)
        if form is None:
            raise _invalid(
                f"the API key format is invalid; {self.prefix}<account> would do, "
                f"or {self.prefix}<account>.<label>"
            )
        if self._allowed is not None and key not in self._allowed:
            raise _invalid("the API key is not known; it is not in the list given with --keys")
        return _unless_revoked(form[1])


def _sent(headers: Headers) -> str | None:
    """Return the key among *headers*: ``Authorization`` before ``x-api-key``."""
    other = None
    for name, value in headers:
        if name == AUTHORIZATION:
            read = _credentials if len(value) <= LONGEST_REMEMBERED else _credentials.__wrapped__
            key = read(value)
            if key:
                return key
        elif name == API_KEY and value.strip():
            other = value.decode("latin-1").strip()
    return other


@lru_cache(KEYS_REMEMBERED)
def _credentials(authorization: bytes) -> str:
    """Return the key in the value of an ``Authorization`` header, empty where there is none."""
    scheme, _, key = authorization.decode("latin-1").strip().partition(" ")
    if scheme.lower() != "bearer" and scheme:
        raise _invalid("the Authorization header has another scheme; Bearer and the key would do")
    return key.strip()


def _not_a_name(name: str) -> str:
    return f"{name!r} is not the name of an account; letters, digits, - and _ would do"


def _unless_revoked(account: str) -> str:
    if is_reserved(account, REVOKED):
        raise _invalid("the API key has been revoked")
    return account


def _invalid(message: str) -> Problem:
    return Problem("invalid_api_key", f"{message}.")
