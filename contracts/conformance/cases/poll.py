"""What may become of the looks at a job."""

from collections.abc import Iterator
from typing import Any

from contracts.conformance import fixes
from contracts.conformance.case import Case, Setup, fault
from contracts.conformance.cases.submit import BUSY, DOWN, HTML
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
    saw,
    slows_down,
    stops_at_the_end,
    varies,
    waits_as_told,
    was_struck,
)
from contracts.conformance.oracles.requests import follows_its_poll_url, keeps_its_key_at_home

FAMILY = "poll"
STRUCK = 3
ONCE_A_DAY = "86400"
SHORT = 8.0
QUEUED = {
    "status": "queued",
    "progress": 0.0,
    "created_at": "2026-11-22T18:00:00.000Z",
    "completed_at": None,
    "model": "wan-2-6",
    "result": None,
    "error": None,
}
STUCK = Setup(scenario="stuck")
THROWN_AWAY = (
    "The job goes on and is charged: who gives it up pays for a video that nobody fetches."
)


def cases() -> Iterator[Case]:
    """Yield the cases of polling."""
    yield from _troubles()
    yield from _told_to_wait()
    yield from _words()
    yield from _never_ending()
    yield from _addresses()


def _case(id_: str, text: str, why: str, oracle: Any, **more: Any) -> Case:
    told: dict[str, Any] = {
        "level": Level.MUST,
        "rules": ("JOB-SHAPE",),
        "unmet": was_struck(POLL),
        **more,
    }
    return Case(id=id_, family=FAMILY, text=text, why=why, oracle=oracle, **told)


def _troubles() -> Iterator[Case]:
    for id_, what, action in (
        ("poll-503", "are answered 503", {"status": 503, "body": DOWN}),
        ("poll-reset", "end in a reset connection", {"reset": True}),
        ("poll-cut", "break off in the middle of their answer", {"truncate_bytes": 20}),
        ("poll-html", "are answered by a page of a gateway", {"status": 502, "body": HTML}),
        ("poll-not-json", "are 200 and no JSON", {"malformed": "body"}),
        ("poll-slow", "take three seconds each", {"delay_seconds": 3}),
    ):
        yield _case(
            id_,
            f"Polls that {what} are made again, and the video is fetched.",
            THROWN_AWAY,
            (completes, makes_at_most(1)),
            fix=fixes.POLL_ON,
            setup=Setup(faults=(fault(POLL, 2 if id_ == "poll-slow" else STRUCK, **action),)),
        )
    yield _case(
        "poll-404-once",
        "One 404 is no end: a job that was accepted may not be known everywhere at once.",
        THROWN_AWAY,
        (completes, makes_at_most(1)),
        level=Level.SHOULD,
        rules=("JOB-UNKNOWN",),
        fix=fixes.POLL_ON,
        setup=Setup(
            faults=(
                fault(
                    POLL,
                    status=404,
                    body={
                        "error": {
                            "code": "job_not_found",
                            "message": "No such job.",
                            "type": "invalid_request_error",
                            "param": None,
                        }
                    },
                ),
            )
        ),
    )
    yield _case(
        "poll-forgotten",
        "A job that is 404 for good is given up in time, and not submitted again.",
        "It was made and charged: a second submission is charged, too.",
        (answers, in_time, gives_up, makes_at_most(1)),
        rules=("JOB-RETENTION",),
        fix=fixes.DEADLINE,
        setup=Setup(scenario="forgotten-early", latency=0.5),
        deadline=SHORT,
    )


def _told_to_wait() -> Iterator[Case]:
    def limited(retry_after: str | None, times: int = 1, status: int = 429) -> Setup:
        headers = {} if retry_after is None else {"retry-after": retry_after}
        body = BUSY if status == 429 else DOWN
        return Setup(faults=(fault(POLL, times, status=status, body=body, headers=headers),))

    yield _case(
        "poll-429",
        "A poll that comes too early is made again, and the video is fetched.",
        THROWN_AWAY,
        (completes, makes_at_most(1)),
        rules=("LIMIT-RPM",),
        fix=fixes.POLL_ON,
        setup=limited("2", 2),
    )
    yield _case(
        "poll-retry-after",
        "The next poll comes when Retry-After is over, and not before.",
        "Who comes too early is refused again, and keeps the whole account from its other work.",
        (waits_as_told(POLL),),
        rules=("LIMIT-RPM",),
        fix=fixes.WAIT_AS_TOLD,
        setup=limited("3"),
    )
    yield _case(
        "poll-retry-after-zero",
        "Retry-After: 0 does not make a storm of polls.",
        "A thousand polls in a second use up the rate limit of the account for a minute.",
        (does_not_storm(POLL), completes),
        rules=("LIMIT-RPM",),
        fix=fixes.WAIT_AS_TOLD,
        setup=limited("0", 5),
    )
    yield _case(
        "poll-retry-after-huge",
        "Retry-After of a day does not make the client miss its deadline.",
        "A program that sleeps for a day holds up everything behind it, and the video is gone from the list by then.",
        (answers, in_time, is_honest),
        rules=("LIMIT-RPM", "JOB-RETENTION"),
        fix=fixes.WAIT_AS_TOLD,
        setup=limited(ONCE_A_DAY),
        deadline=SHORT,
    )
    yield _case(
        "poll-backs-off",
        "Refused again and again without Retry-After, the client waits longer each time.",
        "Clients that keep their pace keep an API down that is trying to get up.",
        (slows_down,),
        level=Level.MAY,
        fix=fixes.WAIT_AS_TOLD,
        setup=limited(None, 4, 503),
        unmet=has_at_least(POLL, 4, "waits that grow"),
    )


def _words() -> Iterator[Case]:
    yield _case(
        "poll-unknown-status",
        "A status that nobody documented is waited out.",
        "Taken for success it makes an empty file, taken for failure it throws a paid video away.",
        (completes, makes_at_most(1)),
        rules=("JOB-STATUS",),
        fix=fixes.KNOW_THE_END,
        setup=Setup(scenario="unknown-status", latency=4),
        unmet=saw("paused"),
    )
    yield _case(
        "poll-queued-long",
        "A job that is queued for long is waited for.",
        "A queue is no failure: who submits again pays twice, and stands behind himself.",
        (completes, makes_at_most(1)),
        rules=("JOB-STATUS",),
        fix=fixes.KNOW_THE_END,
        setup=Setup(faults=(fault(POLL, 4, status=200, body=QUEUED),)),
        unmet=saw("queued"),
    )
    yield _case(
        "poll-unknown-fields",
        "Fields that nobody documented do no harm.",
        "An API that gains a field breaks every such client at once.",
        (completes,),
        fix=fixes.READ_LOOSELY,
        setup=Setup(scenario="unknown-fields"),
    )
    yield _case(
        "poll-succeeded",
        "succeeded is read as completed.",
        "The word is seen in clients of the API; who does not know it waits for ever for a finished video.",
        (completes,),
        rules=("JOB-STATUS",),
        fix=fixes.KNOW_THE_END,
        setup=Setup(scenario="succeeded-word"),
    )
    yield _case(
        "poll-without-progress",
        "A job that tells no progress is waited for all the same.",
        "Progress is for people; a client that needs it fails on the day it is missing.",
        (completes,),
        rules=("JOB-PROGRESS",),
        fix=fixes.READ_LOOSELY,
        setup=Setup(scenario="progress-missing"),
    )


def _never_ending() -> Iterator[Case]:
    yield _case(
        "poll-deadline",
        "A job that never ends is given up at the deadline.",
        "Without a deadline one stuck job holds up a worker for ever.",
        (answers, in_time, gives_up, makes_at_most(1)),
        rules=("JOB-STATUS",),
        fix=fixes.DEADLINE,
        setup=STUCK,
        deadline=SHORT,
    )
    yield _case(
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
    yield _case(
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
    yield _case(
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
    yield _case(
        "poll-stops",
        "After the end of the job nothing more is polled.",
        "Each poll counts against the rate limit of the account.",
        (completes, stops_at_the_end),
        level=Level.SHOULD,
        rules=("JOB-TERMINAL",),
        fix=fixes.STOP_POLLING,
    )


def _addresses() -> Iterator[Case]:
    there = {"job_id": "{job}", "status": "queued", "model": "wan-2-6"}
    yield _case(
        "poll-url-relative",
        "A poll_url that is a path is put together with the root of the API.",
        "Put together in another way it leads nowhere: the job is charged and never fetched.",
        (follows_its_poll_url, completes),
        rules=("JOB-SUBMIT",),
        fix=fixes.JOIN_URLS,
        unmet=None,
    )
    for id_, text, why, host, oracle, level in (
        (
            "poll-url-absolute",
            "A poll_url that is a whole URL of the API is followed.",
            "Nothing says that it stays a path; a client that breaks then pays for jobs it cannot find.",
            "{url}",
            (follows_its_poll_url, completes),
            Level.SHOULD,
        ),
        (
            "poll-url-elsewhere",
            "A poll_url at another host does not get the key.",
            "Who can change one answer has your key, and your money with it.",
            "http://localhost:{port}",
            (keeps_its_key_at_home,),
            Level.MUST,
        ),
    ):
        body = {**there, "poll_url": f"{host}/v1/jobs/{{job}}"}
        yield _case(
            id_,
            text,
            why,
            oracle,
            level=level,
            rules=("JOB-SUBMIT", "AUTH-KEY"),
            fix=fixes.JOIN_URLS,
            setup=Setup(faults=(fault("submit", status=202, body=body),)),
            unmet=None,
        )
