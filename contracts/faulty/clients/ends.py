"""Clients that take one end for another, or hide it."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.faulty.clients.calling import Stop
from contracts.faulty.clients.client import Client
from contracts.faulty.clients.faulty_client import FaultyClient


class _TryingAgain(Client):
    def make(self) -> None:
        try:
            super().make()
        except Stop as stop:
            if stop.outcome != "failed":
                raise
            super().make()


class _AllErrors(Client):
    def failed(self, job: Mapping[str, Any]) -> Stop:
        told = super().failed(job)
        return self.stop("error", told.code, str(told))


class _Mute(Client):
    def failed(self, job: Mapping[str, Any]) -> Stop:
        del job
        return self.stop("failed", "failed", "the job failed")


class _Hopeful(Client):
    def failed(self, job: Mapping[str, Any]) -> Stop:
        told = super().failed(job)
        return self.stop("failed", told.code, str(told), retryable=True)


class _Impatient(Client):
    def is_over(self, job: Mapping[str, Any]) -> bool:
        return (job.get("progress") or 0) >= 0.99 or super().is_over(job)


class _NoCancel(Client):
    def is_over(self, job: Mapping[str, Any]) -> bool:
        return job.get("status") != "cancelled" and super().is_over(job)


class _Nameless(Client):
    def run(self) -> dict[str, Any]:
        return {**super().run(), "job_id": None}


class _Empty(Client):
    def fetch(self, job: Mapping[str, Any]) -> None:
        if self.url_of(job):
            super().fetch(job)
        else:
            self.part.touch()


class _Spinning(Client):
    def is_over(self, job: Mapping[str, Any]) -> bool:
        return super().is_over(job) and bool(self.url_of(job))

    def left(self) -> float:
        return max(super().left(), 60.0)


def clients() -> Iterator[FaultyClient]:
    """Yield the clients with a fault in what they make of the end of a job."""
    for id_, case, text, make, seen in (
        (
            "buys-again-when-failed",
            "outcome-failed",
            "It has a job that failed made again.",
            _TryingAgain,
            None,
        ),
        (
            "calls-failures-errors",
            "outcome-failed",
            "It tells a job that failed as an error of its own.",
            _AllErrors,
            None,
        ),
        (
            "hides-the-reason",
            "outcome-failed-reason",
            "It does not pass on why a job failed.",
            _Mute,
            None,
        ),
        (
            "always-hopeful",
            "outcome-failed-not-retryable",
            "It tells a prompt that was refused to be worth another try.",
            _Hopeful,
            None,
        ),
        ("nearly-is-done", "outcome-failed-late", "It takes 99 % for done.", _Impatient, None),
        (
            "knows-no-cancelled",
            "outcome-cancelled",
            "It does not know cancelled.",
            _NoCancel,
            "https://github.com/ArcReel/ArcReel/issues/651",
        ),
        (
            "never-names-its-job",
            "outcome-names-the-job",
            "It does not tell its job.",
            _Nameless,
            None,
        ),
        (
            "empty-file-without-url",
            "outcome-without-url",
            "It saves an empty file where there is no URL.",
            _Empty,
            None,
        ),
        (
            "spins-without-url",
            "outcome-without-url",
            "It polls for ever where there is no URL.",
            _Spinning,
            "https://github.com/lidge-jun/opencodex/pull/582",
        ),
    ):
        yield FaultyClient(id=id_, case=case, text=text, make=make, seen=seen)
