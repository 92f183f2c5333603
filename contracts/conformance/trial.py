"""A trial: a client that was set to one case, what it said, what the emulator saw of it, and what it left on the disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.conformance.entry import DOWNLOAD, POLL, SUBMIT, Entry
from contracts.conformance.said import COMPLETED, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How the adapter's process went: what it *said*, or the *trouble* of why it said nothing; *seconds* it took.

    *saved* is the file under the name that was asked for, None without one. *glimpses* are the sizes that it was seen to
    have while the process ran.
    """

    said: Said | None
    trouble: str | None
    seconds: float
    is_killed: bool
    saved: bytes | None
    glimpses: tuple[int, ...]
    errors: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of a case: *request* is what was asked for, *began* when, *url* the root of the emulator.

    *jobs* are those that the client made, oldest first, as the emulator tells them; *video* is what the first of them came to.
    """

    request: Mapping[str, Any]
    deadline: float
    url: str
    began: float
    ran: Ran
    entries: Sequence[Entry]
    jobs: Sequence[Mapping[str, Any]]
    video: bytes | None

    def of(self, operation: str) -> list[Entry]:
        """Return the requests of *operation*, in order."""
        return [entry for entry in self.entries if entry.operation == operation]

    def asked(self, operation: str) -> list[Entry]:
        """Return the requests of *operation* that asked for all of it, in order: HEAD is left out, which costs nobody anything."""
        return [entry for entry in self.of(operation) if entry.method != "HEAD"]

    @property
    def starting(self) -> float:
        """The seconds that the client took to its first request, 0 where it sent none."""
        if not self.entries:
            return 0.0
        return min(max(self.entries[0].at - self.began, 0.0), self.ran.seconds)

    @property
    def submits(self) -> list[Entry]:
        """The paid requests."""
        return self.of(SUBMIT)

    @property
    def polls(self) -> list[Entry]:
        """The looks at a job."""
        return self.of(POLL)

    @property
    def downloads(self) -> list[Entry]:
        """What was asked of the video's host."""
        return self.asked(DOWNLOAD)

    @property
    def outcome(self) -> str:
        """The outcome that the client told, or why it told none."""
        return self.ran.said.outcome if self.ran.said is not None else f"{self.ran.trouble}"

    @property
    def is_completed(self) -> bool:
        """Whether the client says that it has the video."""
        return self.outcome == COMPLETED
