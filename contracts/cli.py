"""The commands of the kit, by name: what ``wan-mock`` loads when one of them is called, and not before."""

from collections.abc import Callable, Mapping

import click


def _check() -> click.Command:
    from contracts.check_command import check_command  # noqa: PLC0415 - each command loads its own libraries

    return check_command


def _drift() -> click.Command:
    from contracts.drift.command import drift_command  # noqa: PLC0415

    return drift_command


def _conformance() -> click.Command:
    from contracts.conformance.command import conformance_command  # noqa: PLC0415

    return conformance_command


COMMANDS: Mapping[str, Callable[[], click.Command]] = {
    "check": _check,
    "conformance": _conformance,
    "drift": _drift,
}


def command(name: str) -> click.Command:
    """Return the command *name*, one of `COMMANDS`, with everything that it needs.

    Raises:
        ModuleNotFoundError: a library of the kit is not installed.
    """
    return COMMANDS[name]()
