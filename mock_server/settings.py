"""How an emulator is set up: one frozen value, checked when it is made."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from mock_server.clock import ClockMode
from mock_server.pricing import micros

UNLIMITED = "unlimited"
MOST_DOLLARS = 10**12
MOST_RPM = 1_000_000


class SettingsError(ValueError):
    """A setting has a value that cannot be; the message names both and says what would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The emulator's settings, with the defaults of ``wan-mock serve``.

    *latency* is a profile's name or seconds; *balance* is in US dollars, or ``"unlimited"``; *rpm* is
    requests a minute, 0 for any number, None for the contract's limit; *keys* is None to admit every key of the right form;
    *documents* are further contract documents, one a model; *max_body* is in bytes, None for the
    contract's own limit.

    Raises:
        SettingsError: a value that cannot be. What only the contract knows (policies, latency
            profiles) is checked when the application is made.
    """

    host: str = "127.0.0.1"
    port: int = 8026
    seed: int = 0
    latency: str | float = "quick"
    clock: str = ClockMode.REAL.value
    balance: str | float | Decimal = 1000
    rpm: int | None = 0
    policies: Mapping[str, str] = field(default_factory=dict)
    public_url: str | None = None
    keys: Collection[str] | None = None
    control: bool = True
    control_token: str | None = None
    cors: str | None = None
    max_body: int | None = None
    documents: tuple[Path, ...] = ()
    media_cache_bytes: int = 64 * 1024 * 1024

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.clock not in {mode.value for mode in ClockMode}:
            raise SettingsError(f"clock={self.clock!r} is not one of {', '.join(ClockMode)}")
        if self.rpm is not None and not 0 <= self.rpm <= MOST_RPM:
            raise SettingsError(
                f"rpm={self.rpm} is not a number of requests from 1 to {MOST_RPM}, nor 0 for any"
            )
        if isinstance(self.keys, str):
            raise SettingsError("keys is one string; a collection of keys would do")
        if self.max_body is not None and self.max_body < 1:
            raise SettingsError(f"max_body={self.max_body} is not a number of bytes from 1 up")
        if self.public_url is not None and not self.public_url.startswith(("http://", "https://")):
            raise SettingsError(f"public_url={self.public_url!r} is not an http(s) URL")
        parse_balance(self.balance)

    @property
    def balance_micros(self) -> int | None:
        """The balance of a new account in micro-dollars, None when it is unlimited."""
        return parse_balance(self.balance)


def parse_balance(value: object) -> int | None:
    """Return *value*, US dollars, in micro-dollars, None for ``"unlimited"``.

    Raises:
        SettingsError: it is neither a number from 0 to 10^12 nor ``"unlimited"``.
    """
    if value == UNLIMITED:
        return None
    try:
        dollars = Decimal(str(value))
    except InvalidOperation:
        dollars = Decimal(-1)
    if not dollars.is_finite() or not 0 <= dollars <= MOST_DOLLARS:
        raise SettingsError(
            f"balance={value!r} is not a number of dollars from 0 to {MOST_DOLLARS}, nor {UNLIMITED!r}"
        )
    return micros(dollars)
