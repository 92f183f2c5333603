"""The options of the contract suite, which pytest must know before it collects; it loads this in every run.

A conftest.py of a package that is named by ``--pyargs`` comes too late for options.
"""

import argparse
from decimal import Decimal, InvalidOperation
from typing import Any

import pytest

SUITE = "contracts.suite"
MICROS = 1_000_000  # in a dollar, as contracts.model has it, which would be slow to load
# Those of contracts.run, which would be slow to load.
PROFILES = ("smoke", "default", "deep")
NO_TARGET = f"pytest --pyargs {SUITE} needs --wan-target URL, the API to check, such as http://127.0.0.1:8026"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, which are those of ``wan-mock check``."""
    usage = f"pytest --pyargs {SUITE} --wan-target URL"
    group = parser.getgroup("wan-mock-suite", f"the contract suite of wan-mock: {usage}")
    for name, more in _OPTIONS.items():
        group.addoption(f"--wan-{name}", **more)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Ask for a target, if the suite is to run.

    Raises:
        pytest.UsageError: there is none.
    """
    option = session.config.option
    if option.pyargs and not option.wan_target and any(map(_is_suite, session.config.args)):
        raise pytest.UsageError(NO_TARGET)


def _is_suite(argument: str) -> bool:
    return f"{argument.partition('::')[0]}.".startswith(f"{SUITE}.")


def _micros(text: str) -> int:
    """Return *text*, US dollars, in micro-dollars, rounded down."""
    try:
        dollars = Decimal(text)
    except InvalidOperation:
        dollars = Decimal(-1)
    if not dollars.is_finite() or dollars < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of dollars from 0 up")
    return int(dollars * MICROS)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not seconds > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds


# Values are of types that pytest-xdist can hand to its workers; a Path is not.
_OPTIONS: dict[str, dict[str, Any]] = {
    "target": {"metavar": "URL", "help": "The API to check: an emulator, or a live one."},
    "api-key": {
        "metavar": "K",
        "help": "The key to check with ($EMPIRIOLABS_API_KEY; a fresh account without one).",
    },
    "other-api-key": {"metavar": "K", "help": "A key of another account, on a live API."},
    "max-cost": {
        "metavar": "USD",
        "type": _micros,
        "default": 0,
        "help": "What a live API may cost at the most (0).",
    },
    "profile": {"choices": PROFILES, "default": "default", "help": "How much is tried (default)."},
    "seed": {
        "metavar": "N",
        "type": int,
        "default": 0,
        "help": "Decides what the state machine tries (0).",
    },
    "time-limit": {
        "metavar": "S",
        "type": _seconds,
        "help": "Seconds in all (those of the profile).",
    },
    "emulator": {"action": "store_true", "help": "Control an emulator that is not on loopback."},
    "control-token": {
        "metavar": "T",
        "help": "What the emulator's control interface asks for.",
    },
    "ledger": {"metavar": "FILE", "help": "The file that counts what a live API may have cost."},
    "report-dir": {"metavar": "DIR", "help": "Write the reports of wan-mock check, too."},
}
