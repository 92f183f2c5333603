"""Requests to terminate, for commands that leave nothing behind."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import click


class TerminatedError(KeyboardInterrupt):
    """The process is asked to end. It is an interrupt, since Hypothesis takes any other exception for a finding."""


@contextmanager
def terminating() -> Iterator[None]:
    """Let a request to terminate end what is within as an interrupt does: what is under way is put in order first.

    Raises:
        Exit: that has happened.
    """

    def end(_number: int, _frame: object) -> None:
        raise TerminatedError

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except TerminatedError:
        raise click.exceptions.Exit(128 + signal.SIGTERM) from None
    finally:
        signal.signal(signal.SIGTERM, before)
