"""What may become of the paid request."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.conformance import fixes
from contracts.conformance.case import Case, Setup, family, fault
from contracts.conformance.cases.errors import BUSY, DOWN, REVOKED
from contracts.conformance.entry import SUBMIT
from contracts.conformance.level import Level
from contracts.conformance.oracles.ending import (
    answers,
    completes,
    gives_up,
    in_time,
    is_honest,
    is_retryable,
    makes_at_most,
    passes_on,
)
from contracts.conformance.oracles.pace import (
    asks_at_most,
    comes_again,
    does_not_storm,
    waits_as_told,
    was_struck,
)

case = family("submit", rules=("JOB-SUBMIT",), unmet=was_struck())
HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
TWICE = "A second submission is a second video, and a second charge of up to two dollars."
MOST_TRIES = 12


def cases() -> Iterator[Case]:
    """Yield the cases of the submission."""
    yield from _lost()
    yield from _garbled()
    yield from _busy()
    yield from _down()
    yield from _accepted()
    yield from _refused()


def _lost() -> Iterator[Case]:
    lost = Setup(scenario="submit-lost")
    yield case(
        "submit-lost",
        "An answer that is lost on its way does not lead to a second job.",
        TWICE,
        (makes_at_most(1), is_honest),
        rules=("PRICE-ONCE", "REQ-EXTRA"),
        fix=fixes.LOOK_FIRST,
        setup=lost,
    )
    yield case(
        "submit-lost-is-found",
        "The job of an answer that was lost is found in the list of jobs, and gone on with.",
        "The job is charged: without it there is nothing to show for the money.",
        (completes,),
        level=Level.MAY,
        rules=("JOB-LIST", "PRICE-ONCE"),
        fix=fixes.LOOK_FIRST,
        setup=lost,
    )
    yield case(
        "submit-lost-no-list",
        "Where nobody tells which jobs there are, a lost answer is the end: nothing is sent again.",
        TWICE,
        (answers, makes_at_most(1), is_honest),
        rules=("PRICE-ONCE", "JOB-LIST"),
        fix=fixes.LOOK_FIRST,
        setup=Setup(scenario="submit-lost", faults=(fault("list", None, status=503, body=DOWN),)),
    )


def _garbled() -> Iterator[Case]:
    yield case(
        "submit-answer-cut",
        "An answer that breaks off in its middle does not lead to a second job.",
        TWICE,
        (makes_at_most(1), is_honest),
        rules=("PRICE-ONCE",),
        fix=fixes.LOOK_FIRST,
        setup=Setup(faults=(fault(SUBMIT, truncate_bytes=20),)),
    )
    yield case(
        "submit-answer-garbled",
        "An answer that is no JSON does not lead to a second job.",
        TWICE,
        (makes_at_most(1), is_honest),
        rules=("PRICE-ONCE",),
        fix=fixes.LOOK_FIRST,
        setup=Setup(faults=(fault(SUBMIT, malformed="body"),)),
    )
    yield case(
        "submit-slow",
        "An answer that takes five seconds is waited for.",
        TWICE,
        (makes_at_most(1), completes),
        rules=("PRICE-ONCE",),
        fix=fixes.PATIENCE,
        setup=Setup(faults=(fault(SUBMIT, delay_seconds=5),)),
    )


def _busy() -> Iterator[Case]:
    limited = Setup(faults=(fault(SUBMIT, status=429, body=BUSY, headers={"retry-after": "3"}),))
    down = Setup(faults=(fault(SUBMIT, 2, status=503, body=DOWN, headers={"retry-after": "1"}),))
    yield case(
        "submit-429",
        "A submission that comes too early is sent again, and makes the video.",
        "A rate limit is no reason to lose a video: nothing was made, and nothing charged.",
        (comes_again(SUBMIT), completes),
        level=Level.SHOULD,
        rules=("LIMIT-RPM",),
        fix=fixes.WAIT_AS_TOLD,
        setup=limited,
    )
    yield case(
        "submit-429-retry-after",
        "It is sent again when Retry-After is over, and not before.",
        "Who comes too early is refused again, and keeps the whole account from its other work.",
        (waits_as_told(SUBMIT),),
        rules=("LIMIT-RPM",),
        fix=fixes.WAIT_AS_TOLD,
        setup=limited,
    )
    yield case(
        "submit-503",
        "A submission that the model has no room for is sent again, and makes the video.",
        "A minute without capacity is no reason to lose a video: nothing was made.",
        (comes_again(SUBMIT), completes, makes_at_most(1)),
        level=Level.SHOULD,
        fix=fixes.WAIT_AS_TOLD,
        setup=down,
    )


def _down() -> Iterator[Case]:
    always = Setup(faults=(fault(SUBMIT, None, status=503, body=DOWN),))
    yield case(
        "submit-500",
        "After a 500, which says nothing of a job, there is one job at the most.",
        TWICE,
        (makes_at_most(1), is_honest),
        rules=("PRICE-ONCE",),
        fix=fixes.LOOK_FIRST,
        setup=Setup(scenario="submit-500-then-ok"),
    )
    yield case(
        "submit-503-always",
        "A client that is refused again and again gives up within its deadline, after a dozen tries at most.",
        "Endless tries hold up the program, and count against the rate limit.",
        (in_time, gives_up, asks_at_most(SUBMIT, MOST_TRIES), does_not_storm(SUBMIT)),
        fix=fixes.WAIT_AS_TOLD,
        setup=always,
        deadline=8,
        needs=0,
    )
    yield case(
        "submit-503-retryable",
        "It says then that a later submission may help.",
        "A program that does not know it gives a video up for good, or asks a person.",
        (is_retryable(wanted=True),),
        level=Level.MAY,
        fix=fixes.TELL_WHY,
        setup=always,
        deadline=8,
        needs=0,
    )


def _accepted() -> Iterator[Case]:
    yield case(
        "submit-200",
        "200 is as good as 202: the job is there.",
        "Who takes only 202 for success throws a paid job away.",
        (completes, makes_at_most(1)),
        fix=fixes.READ_LOOSELY,
        setup=Setup(scenario="submit-200"),
    )


# What is refused for good: id, status, how that comes about, what of it is to be passed on, and the rule.
REFUSALS: tuple[tuple[str, int, Setup, Mapping[str, Any], tuple[str, ...], str], ...] = (
    ("submit-400", 400, Setup(), {"duration": 99}, ("duration",), "REQ-DURATION"),
    (
        "submit-401",
        401,
        Setup(faults=(fault("*", None, status=401, body=REVOKED),)),
        {},
        ("invalid_api_key", "api key"),
        "AUTH-KEY",
    ),
    (
        "submit-402",
        402,
        Setup(account={"balance": 0}),
        {},
        ("insufficient_credits", "credit", "balance"),
        "CREDIT",
    ),
)


def _refused() -> Iterator[Case]:
    for id_, status, setup, fields, words, rule in REFUSALS:
        yield case(
            id_,
            f"A submission that is answered {status} is not sent again.",
            "It is refused again and again, and counts against the rate limit every time.",
            (answers, asks_at_most(SUBMIT, 1), gives_up),
            rules=(rule,),
            fix=fixes.NOT_AGAIN,
            setup=setup,
            fields=fields,
            needs=0,
            unmet=None,
        )
        yield case(
            f"{id_}-reason",
            f"What the API said with the {status} is passed on.",
            "Without it nobody knows what to change, and somebody tries again by hand.",
            (passes_on(*words),),
            level=Level.SHOULD,
            rules=(rule,),
            fix=fixes.TELL_WHY,
            setup=setup,
            fields=fields,
            needs=0,
            unmet=None,
        )
