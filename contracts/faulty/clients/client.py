"""A careful client: it submits once, polls politely, and saves a whole file or none."""

from typing import Any, ClassVar

from contracts.faulty.clients.calling import Stop
from contracts.faulty.clients.fetching import Fetching


class Client(Fetching):
    """Makes one video; a faulty client overrides what it gets wrong.

    That has a *name*, the id of the *case* that has to find it, and as *seen* the URL of a place where a client did so for real.
    """

    name: ClassVar[str]
    case: ClassVar[str]
    seen: ClassVar[str | None] = None

    def run(self) -> dict[str, Any]:
        """Make the video, and return what became of it."""
        try:
            self.make()
            end = Stop("completed", None, "saved")
        except Stop as stop:
            end = stop
        finally:
            self.part.unlink(missing_ok=True)
        told = {"outcome": end.outcome, "error_code": end.code, "message": str(end)}
        return {"job_id": self.job_id, **told, "retryable": end.retryable}

    def make(self) -> None:
        """Go from the request to the file."""
        self.submit()
        job = self.follow()
        self.fetch(job)
        self.save()

    def save(self) -> None:
        """Give the part its name."""
        self.part.replace(self.output)
