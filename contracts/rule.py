"""One rule of the contract: what is promised, who says so, and what may be asserted live."""

from enum import StrEnum
from typing import NamedTuple


class Provenance(StrEnum):
    """Who says that a rule holds."""

    DOCUMENTED = "documented"
    CLIENT = "client"
    INFERRED = "inferred"
    OURS = "ours"


class Live(StrEnum):
    """What the suite does with a rule against the live API."""

    ASSERT = "assert"
    OBSERVE = "observe"
    NEVER = "never"


class Rule(NamedTuple):
    """A rule as the contract document states it; *policy* names the switch that changes it."""

    id: str
    section: str
    text: str
    provenance: Provenance
    source: str
    live: Live
    live_note: str | None = None
    policy: str | None = None


class Policy(NamedTuple):
    """A switch for a rule that the evidence leaves open; the first value is the default."""

    name: str
    values: tuple[str, ...]
    text: str

    @property
    def default(self) -> str:
        """The value that holds when nobody chooses."""
        return self.values[0]
