"""How long a run takes."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How often each thing is measured, and for how many seconds each time."""

    rounds: int
    seconds: int
