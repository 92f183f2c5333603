"""How a careful client submits: once, and again only where there is no job of it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from contracts.faulty.clients.answer import Answer
from contracts.faulty.clients.calling import Calling, Stop


class Submitting(Calling):
    """A client that has its job made."""

    def submit(self) -> None:
        """Have the job made, once."""
        before = self.listed()
        attempt = 0
        while True:
            answer = self.post()
            if self.is_accepted(answer):
                self.accept(answer.json or {})
                return
            if self.is_lost(answer):
                self.lost(before)
                if self.job_id is not None:
                    return
            elif self.is_final(answer):
                raise self.refused(answer)
            seconds = self.delay(answer, attempt)
            if seconds > self.left() or attempt == self.tries - 1:
                raise self.given_up(answer)
            self.pause(seconds)
            attempt += 1

    def given_up(self, answer: Answer) -> Stop:
        """Return the end of a submission that was refused for the moment once too often."""
        return self.refused(answer, retryable=True)

    def is_accepted(self, answer: Answer) -> bool:
        """Tell whether *answer* names a job."""
        return answer.status in {200, 202} and "job_id" in (answer.json or {})

    def is_lost(self, answer: Answer) -> bool:
        """Tell whether there may be a job that *answer* says nothing of."""
        return answer.status in {0, 200, 202, 500, 502, 504}

    def is_final(self, answer: Answer) -> bool:
        """Tell whether the API says the same next time."""
        return 400 <= answer.status < 500 and answer.status not in {408, 429}

    def listed(self) -> set[str] | None:
        """Return the ids of the jobs that there are, None where nobody tells."""
        jobs = (self.ask("jobs?limit=100").json or {}).get("data")
        return {job["job_id"] for job in jobs} if isinstance(jobs, list) else None

    def lost(self, before: set[str] | None) -> None:
        """Look for the job of a submission whose answer was lost."""
        for _ in range(self.looks):
            now = self.listed()
            if before is None or now is None or len(now - before) > 1:
                raise self.stop(
                    "error",
                    "outcome_unknown",
                    "a job may have been made; look before you submit again",
                )
            if now - before:
                self.accept({"job_id": (now - before).pop()})
                return
            self.pause(self.interval)

    def accept(self, answer: Mapping[str, Any]) -> None:
        """Take down the job of *answer*, and where to poll it: with the host of the API, and nowhere else."""
        self.job_id = str(answer["job_id"])
        self.poll_url = self.joined(answer.get("poll_url") or f"jobs/{self.job_id}")

    def joined(self, poll_url: str) -> str:
        """Return the URL that *poll_url* means."""
        url = urljoin(self.base, poll_url)
        is_own = urlsplit(url)[:2] == urlsplit(self.base)[:2]
        return url if is_own else urljoin(self.base, f"jobs/{self.job_id}")
