"""Clients that give up their job, storm, sleep too long, or take its words for what they are not."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from contracts.faulty.clients.answer import Answer, Wire
from contracts.faulty.clients.calling import Stop
from contracts.faulty.clients.client import Client
from contracts.faulty.clients.faulty_client import FaultyClient
from contracts.faulty.clients.following import COMPLETED


class _Fragile(Client):
    """Gives up at an answer of some kind."""

    def poll(self) -> Answer:
        answer = super().poll()
        if self.breaks(answer):
            raise self.stop("error", "poll", f"the poll failed: {answer.status} {answer.trouble}")
        return answer

    breaks: Callable[[Answer], bool]


class _At503(_Fragile):
    def breaks(self, answer: Answer) -> bool:
        return answer.status == 503


class _At429(_Fragile):
    def breaks(self, answer: Answer) -> bool:
        return answer.status == 429


class _AtReset(_Fragile):
    def breaks(self, answer: Answer) -> bool:
        return "Reset" in answer.trouble


class _AtCut(_Fragile):
    def breaks(self, answer: Answer) -> bool:
        return "missing" in answer.trouble


class _AtHtml(_Fragile):
    def breaks(self, answer: Answer) -> bool:
        return answer.status == 502


class _AtGarbage(_Fragile):
    def breaks(self, answer: Answer) -> bool:
        return answer.status == 200 and answer.json is None


class _AtSlowness(_Fragile):
    def breaks(self, answer: Answer) -> bool:
        return "imeout" in answer.trouble or "timed out" in answer.trouble

    def follow(self) -> Mapping[str, Any]:
        self.wire = Wire(seconds=1.0)
        return super().follow()


class _At404(_Fragile):
    def breaks(self, answer: Answer) -> bool:
        return answer.status == 404


class _Rebuying(Client):
    """Has another job made where the first is not to be found."""

    def follow(self) -> Mapping[str, Any]:
        try:
            return super().follow()
        except Stop:
            self.submit()
            return super().follow()


class _Deaf(Client):
    def delay(self, answer: Answer, attempt: int) -> float:
        return super().delay(Answer(status=answer.status), attempt)


class _Sleepy(Client):
    def until_next(self, answer: Answer, polls: int, troubles: int) -> float:
        asked = answer.headers.get("retry-after")
        return int(asked) * 4 if asked else super().until_next(answer, polls, troubles)


class _Obedient(Client):
    def delay(self, answer: Answer, attempt: int) -> float:
        asked = answer.headers.get("retry-after", "")
        return float(asked) if asked.isdigit() else super().delay(answer, attempt)


class _Trusting(Client):
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
    growth = 1.0
    jitter = 0.0

    def delay(self, answer: Answer, attempt: int) -> float:
        del attempt
        return super().delay(answer, 0)


class _UnknownIsDone(Client):
    def is_over(self, job: Mapping[str, Any]) -> bool:
        return job.get("status") not in {"queued", "processing"} or super().is_over(job)


class _UnknownIsFailure(Client):
    def is_over(self, job: Mapping[str, Any]) -> bool:
        if job.get("status") not in {"queued", "processing", *COMPLETED}:
            raise self.failed(job)
        return super().is_over(job)


class _Queued(Client):
    queued = 0

    def is_over(self, job: Mapping[str, Any]) -> bool:
        self.queued += job.get("status") == "queued"
        if self.queued > 2:
            raise self.stop("failed", "queued", "the job does not start")
        return super().is_over(job)


class _Strict(Client):
    known = frozenset(
        {"job_id", "status", "progress", "created_at", "completed_at", "model", "result", "error"}
    )

    def is_over(self, job: Mapping[str, Any]) -> bool:
        if job.keys() - self.known:
            raise self.stop("error", "schema", f"unknown fields: {sorted(job.keys() - self.known)}")
        return super().is_over(job)


class _OneWord(Client):
    def is_over(self, job: Mapping[str, Any]) -> bool:
        return job.get("status") != "succeeded" and super().is_over(job)


class _Progress(Client):
    def is_over(self, job: Mapping[str, Any]) -> bool:
        return super().is_over(job) and float(job["progress"]) >= 1


class _Endless(Client):
    def left(self) -> float:
        return max(super().left(), 60.0)


class _RebuyingLate(Client):
    def overdue(self) -> Stop:
        self.submit()
        return super().overdue()


class _Nameless(Client):
    def overdue(self) -> Stop:
        self.job_id = None
        return self.stop("timeout", "deadline", "it took too long")


class _Busy(Client):
    interval = 0.005
    growth = 1.0


class _Metronome(Client):
    jitter = 0.0
    growth = 1.0


class _Restless(Client):
    def follow(self) -> Mapping[str, Any]:
        job = super().follow()
        for _ in range(3):
            self.pause(self.interval)
            self.poll()
        return job


class _Concatenating(Client):
    def joined(self, poll_url: str) -> str:
        return (
            self.base.rstrip("/") + poll_url
            if poll_url.startswith("/")
            else super().joined(poll_url)
        )


class _Pathlike(Client):
    def joined(self, poll_url: str) -> str:
        if poll_url.startswith("http"):
            return f"{self.base}{poll_url}"
        return super().joined(poll_url)


class _Anywhere(Client):
    def joined(self, poll_url: str) -> str:
        return urljoin(self.base, poll_url)


UNKNOWN = "https://github.com/ArcReel/ArcReel/pull/410"
NO_DEADLINE = "https://github.com/openai/openai-python/pull/3102"


def clients() -> Iterator[FaultyClient]:
    """Yield the clients with a fault in how they wait."""
    for id_, case, text, make, seen in (
        ("gives-up-at-503-poll", "poll-503", "It gives up at a poll that is 503.", _At503, None),
        (
            "gives-up-at-reset",
            "poll-reset",
            "It gives up at a poll that is reset.",
            _AtReset,
            "https://github.com/ffroliva/gflow-cli/issues/895",
        ),
        ("gives-up-at-a-cut", "poll-cut", "It gives up at a poll that breaks off.", _AtCut, None),
        ("gives-up-at-html", "poll-html", "It gives up at a page of a gateway.", _AtHtml, None),
        (
            "gives-up-at-no-json",
            "poll-not-json",
            "It gives up at an answer that is no JSON.",
            _AtGarbage,
            None,
        ),
        (
            "a-second-of-patience",
            "poll-slow",
            "It gives up at a poll of more than a second.",
            _AtSlowness,
            None,
        ),
        ("gives-up-at-404", "poll-404-once", "It gives up at the first 404.", _At404, None),
        (
            "buys-again-when-forgotten",
            "poll-forgotten",
            "It has a job made anew that is 404.",
            _Rebuying,
            "https://github.com/kodelyx/flow-agent/issues/4",
        ),
        ("gives-up-at-429-poll", "poll-429", "It gives up at a poll that is 429.", _At429, None),
        (
            "deaf-when-polling",
            "poll-retry-after",
            "It does not heed Retry-After.",
            _Deaf,
            "https://github.com/icoretech/codex-pooler/issues/390",
        ),
        (
            "sleeps-four-times",
            "poll-retry-after",
            "It waits four times as long as Retry-After says.",
            _Sleepy,
            None,
        ),
        (
            "storm-at-zero",
            "poll-retry-after-zero",
            "It takes Retry-After: 0 by its word.",
            _Obedient,
            "https://github.com/sooperset/mcp-atlassian/pull/1544",
        ),
        (
            "sleeps-for-a-day",
            "poll-retry-after-huge",
            "It sleeps as long as Retry-After says, whatever its deadline.",
            _Trusting,
            "https://github.com/vectorize-io/hindsight/pull/3390",
        ),
        (
            "never-backs-off",
            "poll-backs-off",
            "It keeps its pace where it is refused.",
            _Steady,
            None,
        ),
        (
            "unknown-is-done",
            "poll-unknown-status",
            "It takes a word that it does not know for success.",
            _UnknownIsDone,
            UNKNOWN,
        ),
        (
            "unknown-is-failure",
            "poll-unknown-status",
            "It takes a word that it does not know for failure.",
            _UnknownIsFailure,
            None,
        ),
        (
            "queued-is-failure",
            "poll-queued-long",
            "It takes a job that is queued for failed.",
            _Queued,
            "https://github.com/huggingface/huggingface_hub/pull/4164",
        ),
        (
            "strict-about-fields",
            "poll-unknown-fields",
            "It refuses fields that it does not know.",
            _Strict,
            None,
        ),
        ("knows-no-succeeded", "poll-succeeded", "It does not know succeeded.", _OneWord, None),
        ("needs-progress", "poll-without-progress", "It needs a progress of 1.", _Progress, None),
        ("no-deadline", "poll-deadline", "It has no deadline.", _Endless, NO_DEADLINE),
        (
            "buys-again-at-the-deadline",
            "poll-deadline",
            "It has another job made at the deadline.",
            _RebuyingLate,
            None,
        ),
        (
            "forgets-its-job",
            "poll-deadline-names-the-job",
            "It does not tell the job that it gave up.",
            _Nameless,
            None,
        ),
        ("busy-loop", "poll-interval", "It polls two hundred times a second.", _Busy, None),
        ("metronome", "poll-jitter", "It polls in step.", _Metronome, None),
        ("polls-on", "poll-stops", "It polls on after the end.", _Restless, None),
        (
            "joins-by-adding",
            "poll-url-relative",
            "It adds poll_url to a base that ends in /v1.",
            _Concatenating,
            "https://github.com/BerriAI/litellm/issues/17512",
        ),
        ("paths-only", "poll-url-absolute", "It takes every poll_url for a path.", _Pathlike, None),
        (
            "key-to-any-host",
            "poll-url-elsewhere",
            "It sends its key wherever poll_url leads.",
            _Anywhere,
            None,
        ),
    ):
        yield FaultyClient(id=id_, case=case, text=text, make=make, seen=seen)
