"""What a job comes to, and what the client makes of it."""

from collections.abc import Iterator

from contracts.conformance import fixes
from contracts.conformance.case import Case, Setup, family, fault
from contracts.conformance.entry import POLL, SUBMIT
from contracts.conformance.level import Level
from contracts.conformance.oracles.ending import (
    answers,
    gives_up,
    in_time,
    is_honest,
    is_retryable,
    makes_at_most,
    names_its_job,
    passes_on,
    says,
)
from contracts.conformance.oracles.pace import was_struck
from contracts.conformance.said import ERROR, FAILED

case = family("outcome", rules=("JOB-RESULT",), unmet=was_struck(POLL))
AGAIN = "A job that is submitted again by itself fails again, or is a second charge."


def cases() -> Iterator[Case]:
    """Yield the cases of how jobs end."""
    yield from _failures()
    yield from _other_ends()
    yield from _strange()


def _failures() -> Iterator[Case]:
    moderated = Setup(scenario="fails-moderation")
    yield case(
        "outcome-failed",
        "A job that failed is told as failed, and not submitted again.",
        AGAIN,
        (says(FAILED), is_honest, makes_at_most(1)),
        fix=fixes.KNOW_THE_END,
        setup=moderated,
    )
    yield case(
        "outcome-failed-reason",
        "Why it failed is passed on.",
        "A prompt that was refused has to be changed by a person, who has to know why.",
        (passes_on("DataInspectionFailed"),),
        fix=fixes.TELL_WHY,
        setup=moderated,
    )
    yield case(
        "outcome-failed-not-retryable",
        "A prompt that was refused is told to be not worth another try.",
        "A queue that believes otherwise sends the same prompt for ever.",
        (is_retryable(wanted=False),),
        level=Level.SHOULD,
        fix=fixes.TELL_WHY,
        setup=moderated,
    )


def _other_ends() -> Iterator[Case]:
    yield case(
        "outcome-failed-late",
        "A job that fails at 99 % has failed.",
        "Progress is no promise: who takes 99 % for done looks for a file that is not there.",
        (says(FAILED), is_honest, makes_at_most(1)),
        fix=fixes.KNOW_THE_END,
        setup=Setup(scenario="fails-at-99"),
    )
    yield case(
        "outcome-cancelled",
        "A job that was cancelled by somebody else is an end without a video.",
        "Who does not know the word waits until the deadline, and keeps a worker from its work.",
        (says(FAILED, ERROR), is_honest, makes_at_most(1)),
        rules=("JOB-STATUS",),
        fix=fixes.KNOW_THE_END,
        setup=Setup(scenario="cancelled-by-provider"),
    )
    yield case(
        "outcome-names-the-job",
        "The id of the job is told with its end.",
        "Without it nobody finds the charge that belongs to it.",
        (names_its_job,),
        level=Level.SHOULD,
        rules=("JOB-SUBMIT",),
        fix=fixes.TELL_WHY,
    )


def _strange() -> Iterator[Case]:
    yield case(
        "outcome-without-url",
        "A completed job without a URL is not passed off as a video, and not submitted again.",
        "An empty file that counts as made is noticed by a customer.",
        (answers, in_time, is_honest, makes_at_most(1)),
        fix=fixes.CHECK_URL,
        setup=Setup(scenario="completed-without-url"),
        deadline=8,
    )
    yield case(
        "outcome-error-in-words",
        "An error that is a text, and no object, ends the run like any other.",
        "A client that falls over it ends in a traceback, and nobody learns what the API said.",
        (answers, gives_up),
        level=Level.SHOULD,
        rules=("REQ-JSON",),
        fix=fixes.TELL_WHY,
        setup=Setup(faults=(fault(SUBMIT, None, status=400, body={"error": "duration is wrong"}),)),
        needs=0,
        unmet=None,
    )
