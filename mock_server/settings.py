"""How an emulator is set up: one frozen value, checked when it is made."""

import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from math import inf
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from mock_server.clock import ClockMode
from mock_server.pricing import micros

UNLIMITED = "unlimited"
MOST_DOLLARS = 10**12
MOST_RPM = 1_000_000
MOST_WORKERS = 256
MOST_DRAIN_SECONDS = 3600
LOG_FORMATS = ("text", "json")
UVICORN, GRANIAN = SERVERS = ("uvicorn", "granian")
FOR_SERVE = (
    "workers",
    "server",
    "drain",
)  # what an emulator in a thread of another program cannot have
MEMORY = "memory"
SQLITE = "sqlite:"
REDIS = ("redis://", "rediss://")
# What one video is made of, a picture and a sound, must fit; both together have some megabytes.
LEAST_PRODUCT_BYTES = 16 * 1024 * 1024


class SettingsError(ValueError):
    """A setting has a value that cannot be; the message names both and says what would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The emulator's settings, with the defaults of ``wan-mock serve``.

    *latency* is a profile's name or seconds; *balance* is in US dollars, or ``"unlimited"``; *rpm* is
    requests a minute, 0 for any number, None for the contract's limit; *keys* is None to admit every key of the right form;
    *documents* are further contract documents, one a model; *max_body* is in bytes, None for the
    contract's own limit; *media_folder* is where the emulator makes a folder of its own for what users send,
    None for the machine's temporary files (those of ``sqlite:FILE`` are in ``FILE-files``);
    *product_bytes* is how much an account may have there for its videos;
    *journal_entries* and *journal_bytes* bound what is remembered of the requests of an account;
    *log_format* is how each request is written to standard error, None for not at all;
    *state* is where accounts are kept: ``memory``, ``sqlite:FILE``, or a ``redis://`` URL; *workers* is how many
    processes answer, and *server* what reads HTTP, ``uvicorn`` or ``granian``, both for ``wan-mock serve`` alone;
    *drain* is for how many seconds connections that are open may go on after SIGTERM or SIGINT.

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
    media_folder: Path | None = None
    product_bytes: int = 512 * 1024 * 1024
    journal_entries: int = 1000
    journal_bytes: int = 8 * 1024 * 1024
    log_format: str | None = None
    state: str = MEMORY
    workers: int = 1
    server: str = UVICORN
    drain: float = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        for name, check in _CHECKS.items():
            value = getattr(self, name)
            try:
                check(value)
            except ValueError as error:
                told = str(value) if isinstance(value, Path) else value
                told = shown(str(value)) if name == "state" else told
                raise SettingsError(f"{name}={told!r} {error}") from None
        if self.workers > 1 and self.state == MEMORY:
            raise SettingsError(
                f"workers={self.workers} needs a state that they share: --state sqlite:FILE, or redis://HOST:PORT/NUMBER"
            )

    @property
    def balance_micros(self) -> int | None:
        """The balance of a new account in micro-dollars, None when it is unlimited."""
        return parse_balance(self.balance)


def parse_balance(value: object) -> int | None:
    """Return *value*, US dollars, in micro-dollars, None for ``"unlimited"``.

    Raises:
        ValueError: it is neither a number from 0 to 10^12 nor ``"unlimited"``.
    """
    if value == UNLIMITED:
        return None
    try:
        dollars = Decimal(str(value))
    except InvalidOperation:
        dollars = Decimal(-1)
    if not dollars.is_finite() or not 0 <= dollars <= MOST_DOLLARS:
        raise ValueError(f"is not a number of dollars from 0 to {MOST_DOLLARS}, nor {UNLIMITED!r}")
    return micros(dollars)


def _clock(value: object) -> None:
    if value not in {mode.value for mode in ClockMode}:
        raise ValueError(f"is not one of {', '.join(ClockMode)}")


def _seed(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("is not a whole number")


def _whole(least: int, most: float, meaning: str) -> Callable[[object], None]:
    """Return a check for whole numbers from *least* to *most*, or None."""

    def check(value: object) -> None:
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"is not {meaning}")

    return check


def _count(meaning: str, least: int = 0, most: float = inf) -> Callable[[object], None]:
    """Return a check for whole numbers from *least* to *most*."""

    def check(value: object) -> None:
        if value is None:
            raise ValueError(f"is not {meaning}")
        _whole(least, most, meaning)(value)

    return check


def _keys(value: object) -> None:
    if isinstance(value, str):
        raise ValueError("is one string; a collection of keys would do")


def _url(value: object) -> None:
    if value is None:
        return
    parts = urlsplit(str(value))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("is not an http(s) URL with a host and without a query")


def _token(value: object) -> None:
    if value == "":
        raise ValueError("is empty; leave it out, or choose a token")
    # Others are spelled in several ways in a header, or not at all.
    if value is not None and not all("!" <= character <= "~" for character in str(value)):
        raise ValueError("is not a token of letters, digits and signs of ASCII without spaces")


def _origin(value: object) -> None:
    if value is None or value == "*":
        return
    parts = urlsplit(str(value))
    if value != f"{parts.scheme}://{parts.netloc}" or not parts.netloc or "," in parts.netloc:
        raise ValueError("is not one origin such as http://localhost:3000, nor *")


def _drain(value: object) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= float(str(value)) <= MOST_DRAIN_SECONDS:
        raise ValueError(f"is not a number of seconds from 0 to {MOST_DRAIN_SECONDS}")


def _log_format(value: object) -> None:
    if value is not None and value not in LOG_FORMATS:
        raise ValueError(f"is not one of {', '.join(LOG_FORMATS)}")


def _server(value: object) -> None:
    if value not in SERVERS:
        raise ValueError(f"is not one of {', '.join(SERVERS)}")


def _state(value: object) -> None:
    place = str(value)
    is_file = place.startswith(SQLITE) and len(place) > len(SQLITE)
    is_url = place.startswith(REDIS) and _is_redis(urlsplit(place))
    if value != MEMORY and not is_file and not is_url:
        raise ValueError("is not one of memory, sqlite:FILE, redis://HOST:PORT/NUMBER")


# In a URL, also in a misspelt one: who asks, and what else there is to tell, passwords among it.
_SECRET = re.compile(r"(?:(?<=//)|(?<=:)(?!//)).*(?=@)|(?<=\?).*")


def shown(state: str) -> str:
    """Return *state*, a place for state, as people may see it: without the password of its URL."""
    return state if state.startswith(SQLITE) else _SECRET.sub("[redacted]", state)


def _is_redis(url: SplitResult) -> bool:
    """Tell whether *url* has a host, and a number of a database or none; of options it has those of TLS, with TLS."""
    options = (
        url.scheme == "rediss" and option.startswith("ssl_")
        for option in parse_qs(url.query, keep_blank_values=True)
    )
    number = url.path.removeprefix("/")
    return url.hostname is not None and re.fullmatch("[0-9]*", number) is not None and all(options)


def _folder(value: object) -> None:
    if value is None:
        return
    if not isinstance(value, Path):
        raise ValueError("is not a pathlib.Path")
    if not value.is_dir():
        raise ValueError("is not a folder; one that exists would do")
    if not os.access(value, os.W_OK | os.X_OK):
        raise ValueError("is a folder that cannot be written to")


_CHECKS: Mapping[str, Callable[[object], object]] = {
    "seed": _seed,
    "clock": _clock,
    "balance": parse_balance,
    "rpm": _whole(0, MOST_RPM, f"a number of requests from 1 to {MOST_RPM}, nor 0 for any"),
    "keys": _keys,
    "public_url": _url,
    "control_token": _token,
    "cors": _origin,
    "max_body": _whole(1, inf, "a number of bytes from 1 up"),
    "media_cache_bytes": _whole(0, inf, "a number of bytes from 0 up"),
    "media_folder": _folder,
    "journal_entries": _count("a number of requests from 0 up"),
    "journal_bytes": _count("a number of bytes from 0 up"),
    "log_format": _log_format,
    "state": _state,
    "workers": _count(f"a number of processes from 1 to {MOST_WORKERS}", 1, MOST_WORKERS),
    "server": _server,
    "drain": _drain,
    "product_bytes": _whole(
        LEAST_PRODUCT_BYTES, inf, f"a number of bytes from {LEAST_PRODUCT_BYTES} up"
    ),
}
