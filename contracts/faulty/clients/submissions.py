"""Clients that buy twice, give up what could be had, or try for ever what cannot."""

from typing import Any

from contracts.faulty.clients.answer import Answer, Wire
from contracts.faulty.clients.calling import Stop
from contracts.faulty.clients.client import Client


class _Blind(Client):
    """It sends a lost submission again."""

    name = "buys-again-when-lost"
    case = "submit-lost"
    seen = "https://github.com/ArcReel/ArcReel/issues/687"

    def lost(self, before: set[str] | None) -> None:
        del before


class _BlindCut(_Blind):
    """It sends a submission again whose answer broke off."""

    name = "buys-again-when-cut"
    case = "submit-answer-cut"
    seen = "https://github.com/ArcReel/ArcReel/issues/687"

    def is_lost(self, answer: Answer) -> bool:
        return super().is_lost(answer) and "missing" in answer.trouble


class _BlindGarbled(_Blind):
    """It sends a submission again whose answer is no JSON."""

    name = "buys-again-when-garbled"
    case = "submit-answer-garbled"

    def is_lost(self, answer: Answer) -> bool:
        return answer.status == 202


class _Guessing(Client):
    """It takes a list that it does not get for an empty one, and sends a lost submission again."""

    name = "guesses-without-a-list"
    case = "submit-lost-no-list"

    def listed(self) -> set[str] | None:
        return super().listed() or set()


class _Resigned(Client):
    """It does not look for a job whose answer was lost."""

    name = "gives-up-when-lost"
    case = "submit-lost-is-found"

    def lost(self, before: set[str] | None) -> None:
        del before
        raise self.stop("error", "connection", "the API did not answer")


class _Hasty(_Blind):
    """It takes an answer for lost after two seconds."""

    name = "two-seconds-of-patience"
    case = "submit-slow"
    seen = "https://github.com/gitroomhq/agent-media-app/pull/4"

    def post(self) -> Answer:
        self.wire = Wire(seconds=2.0)
        answer = super().post()
        self.wire = Client.wire
        return answer


class _Twice(Client):
    """It sends two more to be sure, after a 500."""

    name = "sends-three-after-500"
    case = "submit-500"

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
    """It gives up at 429."""

    name = "gives-up-at-429"
    case = "submit-429"
    seen = "https://github.com/Raftersecurity/rafter-cli/pull/227"

    status = 429


class _Resigning503(_Resigning):
    """It gives up at 503."""

    name = "gives-up-at-503"
    case = "submit-503"

    status = 503


class _Deaf(Client):
    """It does not heed Retry-After."""

    name = "deaf-when-submitting"
    case = "submit-429-retry-after"
    seen = "https://github.com/icoretech/codex-pooler/issues/390"

    def delay(self, answer: Answer, attempt: int) -> float:
        return super().delay(Answer(status=answer.status), attempt)


class _Endless(Client):
    """It never stops trying."""

    name = "submits-for-ever"
    case = "submit-503-always"

    tries = 1000

    def left(self) -> float:
        return 1000.0

    def delay(self, answer: Answer, attempt: int) -> float:
        del answer, attempt
        return 1.0


class _Storming(Client):
    """It tries a hundred times a second."""

    name = "storm-of-submissions"
    case = "submit-503-always"

    tries = 60

    def delay(self, answer: Answer, attempt: int) -> float:
        del answer, attempt
        return 0.01


class _Final(Client):
    """It does not say that a later try may help."""

    name = "final-for-good"
    case = "submit-503-retryable"

    def given_up(self, answer: Answer) -> Stop:
        return self.refused(answer, retryable=False)


class _Only202(Client):
    """It takes 200 for a refusal."""

    name = "takes-202-only"
    case = "submit-200"

    def is_accepted(self, answer: Answer) -> bool:
        return answer.status == 202 and super().is_accepted(answer)

    def is_lost(self, answer: Answer) -> bool:
        return answer.status != 200 and super().is_lost(answer)


class _Stubborn(Client):
    status = 0

    def is_final(self, answer: Answer) -> bool:
        return answer.status != self.status and super().is_final(answer)


class _Stubborn400(_Stubborn):
    """It sends again what was 400."""

    name = "tries-400-again"
    case = "submit-400"

    status = 400


class _Stubborn401(_Stubborn):
    """It sends again what was 401."""

    name = "tries-401-again"
    case = "submit-401"

    status = 401

    def listed(self) -> set[str] | None:
        return set()


class _Stubborn402(_Stubborn):
    """It sends again what was 402."""

    name = "tries-402-again"
    case = "submit-402"
    seen = "https://github.com/Raftersecurity/rafter-cli/pull/227"

    status = 402


class _Mute(Client):
    status = 0

    def refused(self, answer: Answer, *, retryable: bool = False) -> Stop:
        if answer.status == self.status:
            return self.stop("error", None, "the request failed", retryable=retryable)
        return super().refused(answer, retryable=retryable)


class _Mute400(_Mute):
    """It does not pass on why it was 400."""

    name = "hides-400"
    case = "submit-400-reason"

    status = 400


class _Mute401(_Mute):
    """It does not pass on why it was 401."""

    name = "hides-401"
    case = "submit-401-reason"

    status = 401


class _Mute402(_Mute):
    """It does not pass on why it was 402."""

    name = "hides-402"
    case = "submit-402-reason"

    status = 402


class _Careless(Client):
    """It ends in a traceback where an error is a text."""

    name = "falls-over-a-text"
    case = "outcome-error-in-words"
    seen = "https://github.com/tetsuo-ai/agenc-core/pull/2349"

    def refused(self, answer: Answer, *, retryable: bool = False) -> Stop:
        error: Any = (answer.json or {}).get("error")
        return self.stop("error", error["code"], error["message"], retryable=retryable)
