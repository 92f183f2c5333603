"""A job: what was submitted, what it costs and how it will go, frozen when it is accepted."""

from pathlib import Path
from typing import NamedTuple

from mock_server.exact import Number
from mock_server.intake.finding import Finding
from mock_server.pricing import Quote


class JobError(NamedTuple):
    """Why a job failed: a code of the error table, its type, and the provider's code first in the message."""

    code: str
    type: str
    message: str


# A time that no clock of the emulator comes to: the end of a job that never ends.
NEVER = 1 << 62


class Plan(NamedTuple):
    """When a job starts and ends, in microseconds after its submission, and how.

    *reach* is how far its progress comes, in steps of 1/10000: by its end, or already *halts_after* so many
    microseconds, from when on it is shown as ``paused`` if it *pauses*. A job with an *error* fails at its
    end, one that *is_cancelled* is cancelled there by the provider.
    """

    starts_after: int
    ends_after: int
    reach: int
    error: JobError | None = None
    is_cancelled: bool = False
    halts_after: int | None = None
    pauses: bool = False

    @property
    def never_ends(self) -> bool:
        """Whether the job goes on for ever unless somebody ends it."""
        return self.ends_after >= NEVER

    @property
    def progress_ends_after(self) -> int:
        """From when on progress no longer changes."""
        return self.ends_after if self.halts_after is None else self.halts_after


class EarlyEnd(NamedTuple):
    """How somebody ended a job before its time: when, with how much progress, and as what."""

    at: int
    steps: int
    error: JobError | None = None
    is_cancelled: bool = False


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
    reached the emulator; *findings* tell what its media were; *scenarios* are the names of those that act
    on it; *early_end* is there when somebody has ended it before its time.
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
    scenarios: tuple[str, ...] = ()
    early_end: EarlyEnd | None = None

    @property
    def ended_at(self) -> int:
        """The moment from which the job is terminal."""
        return (
            self.submitted_at + self.plan.ends_after
            if self.early_end is None
            else self.early_end.at
        )

    @property
    def never_ends(self) -> bool:
        """Whether the job goes on for ever, unless somebody ends it yet."""
        return self.early_end is None and self.plan.never_ends

    @property
    def error(self) -> JobError | None:
        """Why the job has failed once it has ended, None if it does not fail."""
        return (self.early_end or self.plan).error

    @property
    def is_cancelled(self) -> bool:
        """Whether the job is cancelled once it has ended."""
        return (self.early_end or self.plan).is_cancelled

    @property
    def is_charged(self) -> bool:
        """Whether the job costs its price once it has ended (rule PRICE-FAILED)."""
        ending = self.early_end or self.plan
        return ending.error is None and not ending.is_cancelled
