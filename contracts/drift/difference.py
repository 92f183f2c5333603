"""A difference: one place where what is published is not what the contract document says."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from contracts.drift.values import ABSENT
from contracts.rule import Provenance


class Change(StrEnum):
    """What became of the document's value."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Level(StrEnum):
    """What a difference means to a client that was written against the document.

    An informational one is no drift: what stands there is meant for people, or is beyond what the document is about.
    """

    BREAKING = "breaking"
    COMPATIBLE = "compatible"
    INFORMATIONAL = "informational"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What *document* and *live* have at *pointer* in the answer to *source*; *rule* owns the place, if any does.

    *provenance* is who says that there is such an operation, None where that is not the question.
    A pointer names the members of an array by their name, value or charge, as `/supported_parameters/duration/maximum`.
    """

    level: Level
    rule: str | None
    source: str
    pointer: str
    document: Any
    live: Any
    provenance: Provenance | None = None

    @property
    def change(self) -> Change:
        """What became of the document's value."""
        if self.document is ABSENT:
            return Change.ADDED
        return Change.REMOVED if self.live is ABSENT else Change.CHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where two sides are compared: the request whose answer it is, a pointer into the answer, and the rule of it."""

    source: str
    rule: str | None = None
    pointer: str = ""
    provenance: Provenance | None = None

    def at(self, *steps: str | int, rule: str | None = None) -> "Place":
        """Return the place that is *steps* further in, which *rule* owns if it is given."""
        escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in steps)
        pointer = "".join([self.pointer, *(f"/{step}" for step in escaped)])
        return replace(self, rule=rule or self.rule, pointer=pointer)

    def differs(self, level: Level, document: Any, live: Any) -> Difference:
        """Return that the sides differ here."""
        return Difference(
            level=level,
            rule=self.rule,
            source=self.source,
            pointer=self.pointer,
            document=document,
            live=live,
            provenance=self.provenance,
        )

    def added(self, level: Level, live: Any) -> Difference:
        """Return that only the live side has something here."""
        return self.differs(level, ABSENT, live)

    def removed(self, level: Level, document: Any) -> Difference:
        """Return that only the document has something here."""
        return self.differs(level, document, ABSENT)
