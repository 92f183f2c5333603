"""What jobs would have cost with the real API."""

from typing import NamedTuple

from mock_server.pricing import dollars, show_dollars


class Spend(NamedTuple):
    """How many *jobs* were made in how many *accounts*, and what they cost in *micros*, micro-dollars.

    A job that has not ended yet counts with its price; one that has failed or was cancelled costs nothing.
    """

    jobs: int = 0
    accounts: int = 0
    micros: int = 0

    @property
    def usd(self) -> float:
        """What the jobs cost in US dollars."""
        return dollars(self.micros)

    def __add__(self, other: "Spend") -> "Spend":  # type: ignore[override]
        """Return both together, as of different accounts."""
        return Spend(
            self.jobs + other.jobs, self.accounts + other.accounts, self.micros + other.micros
        )

    def __str__(self) -> str:
        """Return one line for people."""
        if not self.jobs:
            return "no job was made"
        made = f"{_count(self.jobs, 'job')} in {_count(self.accounts, 'account')}"
        return f"{made} would have cost US$ {show_dollars(self.micros)}; nothing was spent"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
