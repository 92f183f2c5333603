"""A job: what was submitted, what it costs and how it will go, frozen when it is accepted."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mock_server.exact import Number
from mock_server.intake.finding import Finding
from mock_server.pricing import Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class JobError:
    """Why a job failed: a code of the error table, its type, and the provider's code first in the message."""

    code: str
    type: str
    message: str


class Plan(NamedTuple):
    """When a job starts and ends, in microseconds after its submission, and how.

    *reach* is how far its progress comes by its end, in steps of 1/10000; a job with an *error* fails there.
    """

    starts_after: int
    ends_after: int
    reach: int
    error: JobError | None = None


class Frame(NamedTuple):
    """What the video of a job looks and sounds like: *picture* and *sound* are the user's own, where known."""

    width: int
    height: int
    frames: int
    has_sound: bool
    picture: Path | None = None
    sound: Path | None = None


class Job(NamedTuple):
    """An accepted submission; its state at a moment follows from it alone.

    Moments are microseconds since the epoch on the account's clock; *base_url* is where the submitter
    reached the emulator; *findings* tell what its media were.
    """

    id: str
    model: str
    mode: str
    prompt: str
    seed: Number
    submitted_at: int
    base_url: str
    quote: Quote
    frame: Frame
    plan: Plan
    findings: tuple[Finding, ...] = ()
    cancelled_at: int | None = None

    @property
    def ended_at(self) -> int:
        """The moment from which the job is terminal."""
        return (
            self.submitted_at + self.plan.ends_after
            if self.cancelled_at is None
            else self.cancelled_at
        )
