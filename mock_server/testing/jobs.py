"""The jobs of an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mock_server.testing.channel import Channel
from mock_server.testing.live import LiveSequence
from mock_server.testing.pages import Change, PlanPage, PricePage, VideoPage


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class JobView:
    """A job as it was when somebody looked, with all that the emulator knows of it.

    *progress* goes from 0 to 1; *timeline* tells when each status begins; *media* has what was found in each
    medium that was sent; *url* leads to the video of a completed job.
    """

    job_id: str
    model: str
    mode: str
    prompt: str
    seed: float
    status: str
    progress: float
    scenarios: Sequence[str]
    plan: PlanPage
    timeline: Sequence[Change]
    price: PricePage
    video: VideoPage
    media: Sequence[dict[str, Any]]
    url: str | None

    @property
    def id(self) -> str:
        """The same as *job_id*."""
        return self.job_id

    def __repr__(self) -> str:
        """Return id, status and progress."""
        return f"<JobView {self.job_id} {self.status} {self.progress:.0%}>"


class MockJobs(LiveSequence[JobView]):
    """The jobs of an account, newest first, those that the API has forgotten included."""

    def __init__(self, channel: Channel) -> None:
        """Look at the jobs through *channel*."""
        self._channel = channel

    def read(self) -> list[JobView]:
        """Return the jobs as they are now."""
        return [JobView(**page) for page in self._channel.jobs()]

    def get(self, job_id: str) -> JobView:
        """Return the job *job_id* as it is now.

        Raises:
            LookupError: the account has no such job.
        """
        return JobView(**self._channel.ask("GET /_mock/jobs/{job_id}", job_id=job_id))

    def finish(self, job: JobView | str) -> JobView:
        """End *job* (or the one with that id) now as its plan has it; a terminal one stays as it is.

        Raises:
            LookupError: the account has no such job.
        """
        return self._end("finish", job)

    def fail(
        self, job: JobView | str, *, code: str | None = None, message: str | None = None
    ) -> JobView:
        """Let *job* (or the one with that id) fail now; a terminal one stays as it is.

        *code* is one of the error table, ``upstream_error`` by default; the provider's code comes first in *message*.

        Raises:
            LookupError: the account has no such job.
            ValueError: a code or a message that cannot be.
        """
        given = {"code": code, "message": message}
        return self._end(
            "fail", job, {name: text for name, text in given.items() if text is not None}
        )

    def cancel(self, job: JobView | str) -> JobView:
        """Cancel *job* (or the one with that id) as the API does; a terminal one stays as it is.

        Raises:
            LookupError: the account has no such job.
        """
        return self._end("cancel", job)

    def _end(self, how: str, job: JobView | str, fields: dict[str, str] | None = None) -> JobView:
        job_id = job if isinstance(job, str) else job.job_id
        operation = f"POST /_mock/jobs/{{job_id}}/{how}"
        return JobView(**self._channel.ask(operation, fields, job_id=job_id))
