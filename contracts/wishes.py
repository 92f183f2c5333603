"""What a person asks of a check."""

from dataclasses import dataclass
from pathlib import Path

from contracts.run import Profile
from contracts.script import Script

LEDGER = Path("wan-mock-ledger.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is asked for: to check the API at *url*, by *profile* from *seed*.

    *rules* are those to be checked (all when empty), *excluded* those that are not. *api_key* is None for a fresh
    account of an emulator; *other_api_key* is one of another account. *is_trusted* lets an emulator that is not on
    loopback be controlled, by *control_token* if it asks for one. *max_cost* is what a live API may cost at the
    most, in micro-dollars, counted in the file *ledger*. A live API, whose time
    nobody can hurry, is checked for *time_limit* seconds, without a limit where that is None. *known* are scripts that
    showed failures in an earlier run.
    """

    url: str
    profile: Profile
    seed: int = 0
    api_key: str | None = None
    other_api_key: str | None = None
    rules: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    is_trusted: bool = False
    control_token: str | None = None
    max_cost: int = 0
    ledger: Path = LEDGER
    time_limit: float | None = None
    known: tuple[Script, ...] = ()
