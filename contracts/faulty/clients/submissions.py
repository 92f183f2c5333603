"""Clients that buy twice, give up what could be had, or try for ever what cannot."""

from collections.abc import Iterator
from typing import Any

from contracts.faulty.clients.answer import Answer, Wire
from contracts.faulty.clients.calling import Stop
from contracts.faulty.clients.client import Client
from contracts.faulty.clients.faulty_client import FaultyClient

TWICE = "https://github.com/ArcReel/ArcReel/issues/687"


class _Blind(Client):
    """Sends again whatever is not answered, without a look."""

    def lost(self, before: set[str] | None) -> None:
        del before


class _BlindCut(_Blind):
    def is_lost(self, answer: Answer) -> bool:
        return super().is_lost(answer) and "missing" in answer.trouble


class _BlindGarbled(_Blind):
    def is_lost(self, answer: Answer) -> bool:
        return answer.status == 202


class _Guessing(Client):
    def listed(self) -> set[str] | None:
        return super().listed() or set()


class _Resigned(Client):
    def lost(self, before: set[str] | None) -> None:
        del before
        raise self.stop("error", "connection", "the API did not answer")


class _Hasty(_Blind):
    def post(self) -> Answer:
        self.wire = Wire(seconds=2.0)
        answer = super().post()
        self.wire = Client.wire
        return answer


class _Twice(Client):
    def post(self) -> Answer:
        answer = super().post()
        if answer.status == 500:
            super().post()
            answer = super().post()
        return answer


class _Resigning(Client):
    status = 0

    def post(self) -> Answer:
        answer = super().post()
        if answer.status == self.status:
            raise self.refused(answer)
        return answer


class _Resigning429(_Resigning):
    status = 429


class _Resigning503(_Resigning):
    status = 503


class _Deaf(Client):
    def delay(self, answer: Answer, attempt: int) -> float:
        return super().delay(Answer(status=answer.status), attempt)


class _Endless(Client):
    tries = 1000

    def left(self) -> float:
        return 1000.0

    def delay(self, answer: Answer, attempt: int) -> float:
        del answer, attempt
        return 1.0


class _Storming(Client):
    tries = 60

    def delay(self, answer: Answer, attempt: int) -> float:
        del answer, attempt
        return 0.01


class _Final(Client):
    def given_up(self, answer: Answer) -> Stop:
        return self.refused(answer, retryable=False)


class _Only202(Client):
    def is_accepted(self, answer: Answer) -> bool:
        return answer.status == 202 and super().is_accepted(answer)

    def is_lost(self, answer: Answer) -> bool:
        return answer.status != 200 and super().is_lost(answer)


class _Stubborn(Client):
    status = 0

    def is_final(self, answer: Answer) -> bool:
        return answer.status != self.status and super().is_final(answer)


class _Stubborn400(_Stubborn):
    status = 400


class _Stubborn401(_Stubborn):
    status = 401

    def listed(self) -> set[str] | None:
        return set()


class _Stubborn402(_Stubborn):
    status = 402


class _Mute(Client):
    status = 0

    def refused(self, answer: Answer, *, retryable: bool = False) -> Stop:
        if answer.status == self.status:
            return self.stop("error", None, "the request failed", retryable=retryable)
        return super().refused(answer, retryable=retryable)


class _Mute400(_Mute):
    status = 400


class _Mute401(_Mute):
    status = 401


class _Mute402(_Mute):
    status = 402


class _Careless(Client):
    def refused(self, answer: Answer, *, retryable: bool = False) -> Stop:
        error: Any = (answer.json or {}).get("error")
        return self.stop("error", error["code"], error["message"], retryable=retryable)


def clients() -> Iterator[FaultyClient]:
    """Yield the clients with a fault in how they submit."""
    for id_, case, text, make, seen in (
        ("buys-again-when-lost", "submit-lost", "It sends a lost submission again.", _Blind, TWICE),
        (
            "guesses-without-a-list",
            "submit-lost-no-list",
            "It takes a list that it does not get for an empty one, and sends a lost submission again.",
            _Guessing,
            None,
        ),
        (
            "gives-up-when-lost",
            "submit-lost-is-found",
            "It does not look for a job whose answer was lost.",
            _Resigned,
            None,
        ),
        (
            "buys-again-when-cut",
            "submit-answer-cut",
            "It sends a submission again whose answer broke off.",
            _BlindCut,
            TWICE,
        ),
        (
            "buys-again-when-garbled",
            "submit-answer-garbled",
            "It sends a submission again whose answer is no JSON.",
            _BlindGarbled,
            None,
        ),
        (
            "two-seconds-of-patience",
            "submit-slow",
            "It takes an answer for lost after two seconds.",
            _Hasty,
            "https://github.com/gitroomhq/agent-media-app/pull/4",
        ),
        (
            "sends-three-after-500",
            "submit-500",
            "It sends two more to be sure, after a 500.",
            _Twice,
            None,
        ),
        (
            "gives-up-at-429",
            "submit-429",
            "It gives up at 429.",
            _Resigning429,
            "https://github.com/Raftersecurity/rafter-cli/pull/227",
        ),
        ("gives-up-at-503", "submit-503", "It gives up at 503.", _Resigning503, None),
        (
            "deaf-when-submitting",
            "submit-429-retry-after",
            "It does not heed Retry-After.",
            _Deaf,
            "https://github.com/icoretech/codex-pooler/issues/390",
        ),
        ("submits-for-ever", "submit-503-always", "It never stops trying.", _Endless, None),
        (
            "storm-of-submissions",
            "submit-503-always",
            "It tries a hundred times a second.",
            _Storming,
            None,
        ),
        (
            "final-for-good",
            "submit-503-retryable",
            "It does not say that a later try may help.",
            _Final,
            None,
        ),
        ("takes-202-only", "submit-200", "It takes 200 for a refusal.", _Only202, None),
        ("tries-400-again", "submit-400", "It sends again what was 400.", _Stubborn400, None),
        ("tries-401-again", "submit-401", "It sends again what was 401.", _Stubborn401, None),
        (
            "tries-402-again",
            "submit-402",
            "It sends again what was 402.",
            _Stubborn402,
            "https://github.com/Raftersecurity/rafter-cli/pull/227",
        ),
        ("hides-400", "submit-400-reason", "It does not pass on why it was 400.", _Mute400, None),
        ("hides-401", "submit-401-reason", "It does not pass on why it was 401.", _Mute401, None),
        ("hides-402", "submit-402-reason", "It does not pass on why it was 402.", _Mute402, None),
        (
            "falls-over-a-text",
            "outcome-error-in-words",
            "It ends in a traceback where an error is a text.",
            _Careless,
            "https://github.com/tetsuo-ai/agenc-core/pull/2349",
        ),
    ):
        yield FaultyClient(id=id_, case=case, text=text, make=make, seen=seen)
