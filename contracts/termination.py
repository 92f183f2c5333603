"""Requests to terminate, for commands that leave nothing behind."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import click

# By whoever supervises it, and when its terminal is closed.
ENDS = (signal.SIGTERM, signal.SIGHUP)


class TerminatedError(KeyboardInterrupt):
    """The process is asked to end. It is an interrupt, since Hypothesis takes any other exception for a finding."""

    def __init__(self, number: int) -> None:
        """Be asked by the signal of *number*."""
        super().__init__()
        self.number = number


@contextmanager
def terminating() -> Iterator[None]:
    """Let a request to terminate end what is within as an interrupt does: what is under way is put in order first.

    Raises:
        Exit: that has happened.
    """

    def end(number: int, _frame: object) -> None:
        raise TerminatedError(number)

    before = [(number, signal.signal(number, end)) for number in ENDS]
    try:
        yield
    except TerminatedError as ended:
        raise click.exceptions.Exit(128 + ended.number) from None
    finally:
        for number, handler in before:
            signal.signal(number, handler)
