"""Clients that storm, sleep too long, or never come to an end."""

from collections.abc import Mapping
from typing import Any

from contracts.faulty.clients.answer import Answer
from contracts.faulty.clients.calling import Stop
from contracts.faulty.clients.client import Client


class _Deaf(Client):
    """It does not heed Retry-After."""

    name = "deaf-when-polling"
    case = "poll-retry-after"
    seen = "https://github.com/icoretech/codex-pooler/issues/390"

    def delay(self, answer: Answer, attempt: int) -> float:
        return super().delay(Answer(status=answer.status), attempt)


class _Sleepy(Client):
    """It waits four times as long as Retry-After says."""

    name = "sleeps-four-times"
    case = "poll-retry-after"

    def until_next(self, answer: Answer, polls: int, troubles: int) -> float:
        asked = answer.headers.get("retry-after")
        return int(asked) * 4 if asked else super().until_next(answer, polls, troubles)


class _Obedient(Client):
    """It takes Retry-After: 0 by its word."""

    name = "storm-at-zero"
    case = "poll-retry-after-zero"
    seen = "https://github.com/sooperset/mcp-atlassian/pull/1544"

    def delay(self, answer: Answer, attempt: int) -> float:
        asked = answer.headers.get("retry-after", "")
        return float(asked) if asked.isdigit() else super().delay(answer, attempt)


class _Trusting(Client):
    """It sleeps as long as Retry-After says, whatever its deadline."""

    name = "sleeps-for-a-day"
    case = "poll-retry-after-huge"
    seen = "https://github.com/vectorize-io/hindsight/pull/3390"

    def until_next(self, answer: Answer, polls: int, troubles: int) -> float:
        return (
            self.delay(answer, troubles)
            if troubles
            else super().until_next(answer, polls, troubles)
        )

    def pause(self, seconds: float) -> None:
        if seconds > self.left():
            self._over += seconds
        super().pause(seconds)


class _Steady(Client):
    """It keeps its pace where it is refused."""

    name = "never-backs-off"
    case = "poll-backs-off"

    interval = 1.0
    growth = 1.0
    jitter = 0.0

    def delay(self, answer: Answer, attempt: int) -> float:
        del attempt
        return super().delay(answer, 0)


class _Endless(Client):
    """It has no deadline."""

    name = "no-deadline"
    case = "poll-deadline"
    seen = "https://github.com/openai/openai-python/pull/3102"

    def left(self) -> float:
        return max(super().left(), 60.0)


class _RebuyingLate(Client):
    """It has another job made at the deadline."""

    name = "buys-again-at-the-deadline"
    case = "poll-deadline"

    def overdue(self) -> Stop:
        self.submit()
        return super().overdue()


class _Nameless(Client):
    """It does not tell the job that it gave up."""

    name = "forgets-its-job"
    case = "poll-deadline-names-the-job"

    def overdue(self) -> Stop:
        self.job_id = None
        return self.stop("timeout", "deadline", "it took too long")


class _Busy(Client):
    """It polls two hundred times a second."""

    name = "busy-loop"
    case = "poll-interval"

    interval = 0.005
    growth = 1.0


class _Metronome(Client):
    """It polls in step."""

    name = "metronome"
    case = "poll-jitter"

    interval = 1.0
    jitter = 0.0
    growth = 1.0


class _Restless(Client):
    """It polls on after the end."""

    name = "polls-on"
    case = "poll-stops"

    def follow(self) -> Mapping[str, Any]:
        job = super().follow()
        for _ in range(3):
            self.pause(self.interval)
            self.poll()
        return job
