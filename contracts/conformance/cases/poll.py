"""What may become of the looks at a job."""

from collections.abc import Iterator

from contracts.conformance import fixes
from contracts.conformance.case import Case, Setup, family, fault
from contracts.conformance.cases.errors import DOWN, UNKNOWN
from contracts.conformance.cases.submit import HTML
from contracts.conformance.entry import POLL
from contracts.conformance.level import Level
from contracts.conformance.oracles.ending import (
    answers,
    completes,
    gives_up,
    in_time,
    makes_at_most,
)
from contracts.conformance.oracles.pace import (
    was_struck,
)
from contracts.conformance.oracles.requests import follows_its_poll_url, keeps_its_key_at_home

case = family("poll", rules=("JOB-SHAPE",), unmet=was_struck(POLL))
STRUCK = 3
SHORT = 8.0
THROWN_AWAY = (
    "The job goes on and is charged: who gives it up pays for a video that nobody fetches."
)


def cases() -> Iterator[Case]:
    """Yield the cases of polling."""
    yield from _troubles()
    yield from _unknown()
    yield from _addresses()
    yield from _whole_addresses()


def _troubles() -> Iterator[Case]:
    for id_, what, action in (
        ("poll-503", "are answered 503", {"status": 503, "body": DOWN}),
        ("poll-reset", "end in a reset connection", {"reset": True}),
        ("poll-cut", "break off in the middle of their answer", {"truncate_bytes": 20}),
        ("poll-html", "are answered by a page of a gateway", {"status": 502, "body": HTML}),
        ("poll-not-json", "are 200 and no JSON", {"malformed": "body"}),
        ("poll-slow", "take three seconds each", {"delay_seconds": 3}),
    ):
        yield case(
            id_,
            f"Polls that {what} are made again, and the video is fetched.",
            THROWN_AWAY,
            (completes, makes_at_most(1)),
            fix=fixes.POLL_ON,
            setup=Setup(faults=(fault(POLL, 2 if id_ == "poll-slow" else STRUCK, **action),)),
        )


def _unknown() -> Iterator[Case]:
    yield case(
        "poll-404-once",
        "One 404 is no end: a job that was accepted may not be known everywhere at once.",
        THROWN_AWAY,
        (completes, makes_at_most(1)),
        level=Level.SHOULD,
        rules=("JOB-UNKNOWN",),
        fix=fixes.POLL_ON,
        setup=Setup(faults=(fault(POLL, status=404, body=UNKNOWN),)),
    )
    yield case(
        "poll-forgotten",
        "A job that is 404 for good is given up in time, and not submitted again.",
        "It was made and charged: a second submission is charged, too.",
        (answers, in_time, gives_up, makes_at_most(1)),
        rules=("JOB-RETENTION",),
        fix=fixes.DEADLINE,
        setup=Setup(scenario="forgotten-early", latency=0.5),
        deadline=SHORT,
    )


def _addresses() -> Iterator[Case]:
    yield case(
        "poll-url-relative",
        "A poll_url that is a path is put together with the root of the API.",
        "Put together in another way it leads nowhere: the job is charged and never fetched.",
        (follows_its_poll_url, completes),
        rules=("JOB-SUBMIT",),
        fix=fixes.JOIN_URLS,
        unmet=None,
    )


def _whole_addresses() -> Iterator[Case]:
    there = {"job_id": "{job}", "status": "queued", "model": "wan-2-6"}
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
        yield case(
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
