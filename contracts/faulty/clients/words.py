"""Clients that take the words of a job for what they are not."""

from collections.abc import Mapping
from typing import Any

from contracts.faulty.clients.client import Client
from contracts.faulty.clients.following import COMPLETED


class _UnknownIsDone(Client):
    """It takes a word that it does not know for success."""

    name = "unknown-is-done"
    case = "poll-unknown-status"
    seen = "https://github.com/ArcReel/ArcReel/pull/410"

    def is_over(self, job: Mapping[str, Any]) -> bool:
        return job.get("status") not in {"queued", "processing"} or super().is_over(job)


class _UnknownIsFailure(Client):
    """It takes a word that it does not know for failure."""

    name = "unknown-is-failure"
    case = "poll-unknown-status"

    def is_over(self, job: Mapping[str, Any]) -> bool:
        if job.get("status") not in {"queued", "processing", *COMPLETED}:
            raise self.failed(job)
        return super().is_over(job)


class _Queued(Client):
    """It takes a job that is queued for failed."""

    name = "queued-is-failure"
    case = "poll-queued-long"
    seen = "https://github.com/huggingface/huggingface_hub/pull/4164"

    queued = 0

    def is_over(self, job: Mapping[str, Any]) -> bool:
        self.queued += job.get("status") == "queued"
        if self.queued > 2:
            raise self.stop("failed", "queued", "the job does not start")
        return super().is_over(job)


class _Strict(Client):
    """It refuses fields that it does not know."""

    name = "strict-about-fields"
    case = "poll-unknown-fields"

    known = frozenset(
        {"job_id", "status", "progress", "created_at", "completed_at", "model", "result", "error"}
    )

    def is_over(self, job: Mapping[str, Any]) -> bool:
        if job.keys() - self.known:
            raise self.stop("error", "schema", f"unknown fields: {sorted(job.keys() - self.known)}")
        return super().is_over(job)


class _OneWord(Client):
    """It does not know succeeded."""

    name = "knows-no-succeeded"
    case = "poll-succeeded"

    def is_over(self, job: Mapping[str, Any]) -> bool:
        return job.get("status") != "succeeded" and super().is_over(job)


class _Progress(Client):
    """It needs a progress of 1."""

    name = "needs-progress"
    case = "poll-without-progress"

    def is_over(self, job: Mapping[str, Any]) -> bool:
        return super().is_over(job) and float(job["progress"]) >= 1
