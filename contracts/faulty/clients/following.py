"""How a careful client waits for its job."""

from collections.abc import Mapping
from typing import Any

from contracts.faulty.clients.answer import Answer
from contracts.faulty.clients.calling import Stop
from contracts.faulty.clients.submitting import Submitting

COMPLETED = frozenset({"completed", "succeeded"})
FAILED = frozenset({"failed", "cancelled"})


class Following(Submitting):
    """A client that polls its job until it ends."""

    def follow(self) -> Mapping[str, Any]:
        """Poll until the job ends, and return it."""
        missing, troubles, polls = 0, 0, 0
        while True:
            answer = self.poll()
            job = answer.json if answer.status == 200 else None
            if job is not None and self.is_over(job):
                return job
            missing = missing + 1 if answer.status == 404 else 0
            troubles = 0 if job is not None else troubles + 1
            if missing >= self.looks or self.is_fatal(answer):
                raise self.refused(answer)
            if self.left() <= 0:
                raise self.overdue()
            polls += 1
            self.pause(self.until_next(answer, polls, troubles))

    def poll(self) -> Answer:
        """Look at the job."""
        return self.ask(self.poll_url)

    def until_next(self, answer: Answer, polls: int, troubles: int) -> float:
        """Return how long to wait after the poll that *answer* is of: the *polls*-th, after *troubles* in a row."""
        if troubles:
            return min(self.delay(answer, troubles), max(self.left() / 2, self.interval))
        return self.varied(min(self.interval * self.growth**polls, 2.0))

    def is_fatal(self, answer: Answer) -> bool:
        """Tell whether no other poll will do."""
        return self.is_final(answer) and answer.status != 404

    def is_over(self, job: Mapping[str, Any]) -> bool:
        """Tell whether *job* is completed; one that failed is the end."""
        if job.get("status") in FAILED:
            raise self.failed(job)
        return job.get("status") in COMPLETED

    def failed(self, job: Mapping[str, Any]) -> Stop:
        """Return the end that a failed *job* is."""
        error = job.get("error")
        error = error if isinstance(error, dict) else {}
        message = str(error.get("message"))
        is_final = message.startswith(("DataInspection", "Invalid"))
        return self.stop(
            "failed", error.get("code") or str(job.get("status")), message, retryable=not is_final
        )

    def overdue(self) -> Stop:
        """Return the end at the deadline."""
        return self.stop("timeout", "deadline", f"{self.job_id} is not done yet; go on with it")
