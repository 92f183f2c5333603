"""How soon a client comes again, and when it gives up."""

from collections.abc import Iterator

from contracts.conformance import fixes
from contracts.conformance.case import Case, Setup, family, fault
from contracts.conformance.cases.errors import BUSY, DOWN
from contracts.conformance.entry import POLL
from contracts.conformance.level import Level
from contracts.conformance.oracles.ending import (
    answers,
    completes,
    gives_up,
    in_time,
    is_honest,
    makes_at_most,
    names_its_job,
)
from contracts.conformance.oracles.pace import (
    does_not_storm,
    has_at_least,
    slows_down,
    stops_at_the_end,
    varies,
    waits_as_told,
    was_struck,
)

case = family("poll", rules=("JOB-SHAPE",), unmet=was_struck(POLL))
ONCE_A_DAY = "86400"
SHORT = 8.0
STUCK = Setup(scenario="stuck")
THROWN_AWAY = (
    "The job goes on and is charged: who gives it up pays for a video that nobody fetches."
)


def cases() -> Iterator[Case]:
    """Yield the cases of the pace of polls."""
    yield from _told_to_wait()
    yield from _against_sense()
    yield from _never_ending()
    yield from _manners()


def _limited(retry_after: str | None, times: int = 1, status: int = 429) -> Setup:
    headers = {} if retry_after is None else {"retry-after": retry_after}
    body = BUSY if status == 429 else DOWN
    return Setup(faults=(fault(POLL, times, status=status, body=body, headers=headers),))


def _told_to_wait() -> Iterator[Case]:
    yield case(
        "poll-429",
        "A poll that comes too early is made again, and the video is fetched.",
        THROWN_AWAY,
        (completes, makes_at_most(1)),
        rules=("LIMIT-RPM",),
        fix=fixes.POLL_ON,
        setup=_limited("2", 2),
    )
    yield case(
        "poll-retry-after",
        "The next poll comes when Retry-After is over, and not before.",
        "Who comes too early is refused again, and keeps the whole account from its other work.",
        (waits_as_told(POLL),),
        rules=("LIMIT-RPM",),
        fix=fixes.WAIT_AS_TOLD,
        setup=_limited("3"),
    )
    yield case(
        "poll-retry-after-zero",
        "Retry-After: 0 does not make a storm of polls.",
        "A thousand polls in a second use up the rate limit of the account for a minute.",
        (does_not_storm(POLL), completes),
        rules=("LIMIT-RPM",),
        fix=fixes.WAIT_AS_TOLD,
        setup=_limited("0", 5),
    )


def _against_sense() -> Iterator[Case]:
    yield case(
        "poll-retry-after-huge",
        "Retry-After of a day does not make the client miss its deadline.",
        "A program that sleeps for a day holds up everything behind it, and the video is gone from the list by then.",
        (answers, in_time, is_honest),
        rules=("LIMIT-RPM", "JOB-RETENTION"),
        fix=fixes.WAIT_AS_TOLD,
        setup=_limited(ONCE_A_DAY),
        deadline=SHORT,
    )
    yield case(
        "poll-backs-off",
        "Refused again and again without Retry-After, the client waits longer each time.",
        "Clients that keep their pace keep an API down that is trying to get up.",
        (slows_down,),
        level=Level.MAY,
        fix=fixes.WAIT_AS_TOLD,
        setup=_limited(None, 4, 503),
        unmet=has_at_least(POLL, 4, "waits that grow"),
    )


def _never_ending() -> Iterator[Case]:
    yield case(
        "poll-deadline",
        "A job that never ends is given up at the deadline.",
        "Without a deadline one stuck job holds up a worker for ever.",
        (answers, in_time, gives_up, makes_at_most(1)),
        rules=("JOB-STATUS",),
        fix=fixes.DEADLINE,
        setup=STUCK,
        deadline=SHORT,
    )
    yield case(
        "poll-deadline-names-the-job",
        "The id of a job that was given up is told.",
        "The job may yet be charged: with its id the video can still be fetched.",
        (names_its_job,),
        level=Level.SHOULD,
        rules=("JOB-SUBMIT",),
        fix=fixes.DEADLINE,
        setup=STUCK,
        deadline=SHORT,
    )


def _manners() -> Iterator[Case]:
    yield case(
        "poll-interval",
        "Polls come no faster than five a second.",
        "The rate limit is for the account: a storm of polls locks out everybody who works with it.",
        (does_not_storm(POLL),),
        rules=("LIMIT-RPM",),
        fix=fixes.POLL_SLOWLY,
        setup=STUCK,
        deadline=SHORT,
        unmet=has_at_least(POLL, 3, "a pace"),
    )
    yield case(
        "poll-jitter",
        "The waits between polls are not all the same.",
        "Clients that were started together come together, and are refused together.",
        (varies,),
        level=Level.MAY,
        rules=("LIMIT-RPM",),
        fix=fixes.POLL_SLOWLY,
        setup=STUCK,
        deadline=SHORT,
        unmet=has_at_least(POLL, 6, "whether waits differ"),
    )
    yield case(
        "poll-stops",
        "After the end of the job nothing more is polled.",
        "Each poll counts against the rate limit of the account.",
        (completes, stops_at_the_end),
        level=Level.SHOULD,
        rules=("JOB-TERMINAL",),
        fix=fixes.STOP_POLLING,
    )
