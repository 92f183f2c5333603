"""What the words of a job are taken for."""

from collections.abc import Iterator

from contracts.conformance import fixes
from contracts.conformance.case import Case, Setup, family, fault
from contracts.conformance.entry import POLL
from contracts.conformance.oracles.ending import (
    completes,
    makes_at_most,
)
from contracts.conformance.oracles.pace import (
    saw,
    was_struck,
)

case = family("poll", rules=("JOB-SHAPE",), unmet=was_struck(POLL))
QUEUED = {
    "status": "queued",
    "progress": 0.0,
    "created_at": "2026-11-22T18:00:00.000Z",
    "completed_at": None,
    "model": "wan-2-6",
    "result": None,
    "error": None,
}


def cases() -> Iterator[Case]:
    """Yield the cases of the words and fields of a job."""
    yield from _statuses()
    yield from _fields()


def _statuses() -> Iterator[Case]:
    yield case(
        "poll-unknown-status",
        "A status that nobody documented is waited out.",
        "Taken for success it makes an empty file, taken for failure it throws a paid video away.",
        (completes, makes_at_most(1)),
        rules=("JOB-STATUS",),
        fix=fixes.KNOW_THE_END,
        setup=Setup(scenario="unknown-status", latency=4),
        unmet=saw("paused"),
    )
    yield case(
        "poll-queued-long",
        "A job that is queued for long is waited for.",
        "A queue is no failure: who submits again pays twice, and stands behind himself.",
        (completes, makes_at_most(1)),
        rules=("JOB-STATUS",),
        fix=fixes.KNOW_THE_END,
        setup=Setup(faults=(fault(POLL, 4, status=200, body=QUEUED),)),
        unmet=saw("queued"),
    )


def _fields() -> Iterator[Case]:
    yield case(
        "poll-unknown-fields",
        "Fields that nobody documented do no harm.",
        "An API that gains a field breaks every such client at once.",
        (completes,),
        fix=fixes.READ_LOOSELY,
        setup=Setup(scenario="unknown-fields"),
    )
    yield case(
        "poll-succeeded",
        "succeeded is read as completed.",
        "The word is seen in clients of the API; who does not know it waits for ever for a finished video.",
        (completes,),
        rules=("JOB-STATUS",),
        fix=fixes.KNOW_THE_END,
        setup=Setup(scenario="succeeded-word"),
    )
    yield case(
        "poll-without-progress",
        "A job that tells no progress is waited for all the same.",
        "Progress is for people; a client that needs it fails on the day it is missing.",
        (completes,),
        rules=("JOB-PROGRESS",),
        fix=fixes.READ_LOOSELY,
        setup=Setup(scenario="progress-missing"),
    )
