"""Clients that take one end for another, or hide it."""

from collections.abc import Mapping
from typing import Any

from contracts.faulty.clients.calling import Stop
from contracts.faulty.clients.client import Client


class _TryingAgain(Client):
    """It has a job that failed made again."""

    name = "buys-again-when-failed"
    case = "outcome-failed"

    def make(self) -> None:
        try:
            super().make()
        except Stop as stop:
            if stop.outcome != "failed":
                raise
            super().make()


class _AllErrors(Client):
    """It tells a job that failed as an error of its own."""

    name = "calls-failures-errors"
    case = "outcome-failed"

    def failed(self, job: Mapping[str, Any]) -> Stop:
        told = super().failed(job)
        return self.stop("error", told.code, str(told))


class _Mute(Client):
    """It does not pass on why a job failed."""

    name = "hides-the-reason"
    case = "outcome-failed-reason"

    def failed(self, job: Mapping[str, Any]) -> Stop:
        del job
        return self.stop("failed", "failed", "the job failed")


class _Hopeful(Client):
    """It tells a prompt that was refused to be worth another try."""

    name = "always-hopeful"
    case = "outcome-failed-not-retryable"

    def failed(self, job: Mapping[str, Any]) -> Stop:
        told = super().failed(job)
        return self.stop("failed", told.code, str(told), retryable=True)


class _Impatient(Client):
    """It takes 99 % for done."""

    name = "nearly-is-done"
    case = "outcome-failed-late"

    def is_over(self, job: Mapping[str, Any]) -> bool:
        return (job.get("progress") or 0) >= 0.99 or super().is_over(job)


class _NoCancel(Client):
    """It does not know cancelled."""

    name = "knows-no-cancelled"
    case = "outcome-cancelled"
    seen = "https://github.com/ArcReel/ArcReel/issues/651"

    def is_over(self, job: Mapping[str, Any]) -> bool:
        return job.get("status") != "cancelled" and super().is_over(job)


class _Nameless(Client):
    """It does not tell its job."""

    name = "never-names-its-job"
    case = "outcome-names-the-job"

    def run(self) -> dict[str, Any]:
        return {**super().run(), "job_id": None}


class _Empty(Client):
    """It saves an empty file where there is no URL."""

    name = "empty-file-without-url"
    case = "outcome-without-url"

    def fetch(self, job: Mapping[str, Any]) -> None:
        if self.url_of(job):
            super().fetch(job)
        else:
            self.part.touch()


class _Spinning(Client):
    """It polls for ever where there is no URL."""

    name = "spins-without-url"
    case = "outcome-without-url"
    seen = "https://github.com/lidge-jun/opencodex/pull/582"

    def is_over(self, job: Mapping[str, Any]) -> bool:
        return super().is_over(job) and bool(self.url_of(job))

    def left(self) -> float:
        return max(super().left(), 60.0)
