"""What may become of the file."""

from collections.abc import Iterator
from typing import Any

from contracts.conformance import fixes
from contracts.conformance.case import Case, Setup, family, fault
from contracts.conformance.cases.errors import DOWN, EXPIRED
from contracts.conformance.entry import DOWNLOAD
from contracts.conformance.level import Level
from contracts.conformance.oracles.ending import (
    answers,
    completes,
    gives_up,
    in_time,
    is_honest,
    makes_at_most,
)
from contracts.conformance.oracles.files import (
    asks_for_a_fresh_url,
    downloads_once,
    never_mixes,
    never_partial,
    refusal_met_a_head,
    resumes,
)
from contracts.conformance.oracles.pace import asks_at_most, does_not_storm, was_struck
from contracts.conformance.oracles.requests import (
    keeps_its_key_at_home,
    keeps_its_key_from_the_video,
)

case = family("download", rules=("OUT-DOWNLOAD",), unmet=was_struck(DOWNLOAD))
HALF = 150_000
SLOW = 60_000
SHORT = 10.0
GOOD = "A file that is short or wrong and counts as good is noticed by a customer, when the video is gone."
PAID = "The video is made and paid for: who gives it up, or makes it anew, pays twice."


def cases() -> Iterator[Case]:
    """Yield the cases of the download."""
    yield from _broken_off()
    yield from _busy()
    yield from _put_together()
    yield from _refused()
    yield from _redirected()
    yield from _something_else()
    yield from _manners()


def _struck(times: int | None = 1, **action: Any) -> Setup:
    return Setup(faults=(fault(DOWNLOAD, times, **action),), latency=0.5)


def _broken_off() -> Iterator[Case]:
    cut = _struck(2, truncate_bytes=HALF)
    yield case(
        "download-truncated",
        "A file that ended too early is not taken for the video.",
        GOOD,
        (is_honest,),
        fix=fixes.CHECK_LENGTH,
        setup=cut,
    )
    yield case(
        "download-truncated-again",
        "What ended too early is fetched again, and no second job is made for it.",
        PAID,
        (completes, makes_at_most(1)),
        rules=("OUT-DOWNLOAD", "PRICE-ONCE"),
        fix=fixes.FETCH_AGAIN,
        setup=cut,
    )
    yield case(
        "download-resumes",
        "Only what is missing is fetched again.",
        "On a line that breaks every few megabytes a film that always starts anew never arrives.",
        (resumes,),
        level=Level.MAY,
        fix=fixes.FETCH_AGAIN,
        setup=cut,
    )


def _busy() -> Iterator[Case]:
    yield case(
        "download-reset",
        "A connection that is reset does not throw a finished video away.",
        PAID,
        (completes, makes_at_most(1)),
        fix=fixes.FETCH_AGAIN,
        setup=Setup(scenario="download-reset", latency=0.5),
    )
    yield case(
        "download-503",
        "A host that has no room for the moment is asked again.",
        PAID,
        (completes, makes_at_most(1)),
        fix=fixes.FETCH_AGAIN,
        setup=_struck(2, status=503, body=DOWN),
    )
    yield case(
        "download-always-broken",
        "A download that never succeeds is given up in time; no job is made for it.",
        "Sixty-five videos were bought for one that could not be fetched.",
        (answers, in_time, gives_up, makes_at_most(1), does_not_storm(DOWNLOAD)),
        rules=("PRICE-ONCE",),
        fix=fixes.FETCH_AGAIN,
        setup=_struck(None, status=503, body=DOWN),
        deadline=SHORT,
    )


def _put_together() -> Iterator[Case]:
    yield case(
        "download-no-ranges",
        "A host that knows no ranges sends the whole file again, and the client does not append it.",
        GOOD,
        (is_honest,),
        fix=fixes.FETCH_AGAIN,
        setup=Setup(
            scenario="download-no-ranges",
            faults=(fault(DOWNLOAD, truncate_bytes=HALF),),
            latency=0.5,
        ),
    )
    yield case(
        "download-other-file",
        "Where the file has become another one meanwhile, its parts are not put together.",
        GOOD,
        (is_honest, never_mixes),
        fix=fixes.FETCH_AGAIN,
        setup=_struck(1, truncate_bytes=HALF, headers={"etag": '"another"'}),
    )


def _refused() -> Iterator[Case]:
    expired = Setup(scenario="download-expired", latency=0.5)
    yield case(
        "download-expired",
        "A URL that is over is no reason for a second job, nor for an empty file.",
        PAID,
        (answers, in_time, gives_up, makes_at_most(1)),
        rules=("OUT-URL", "PRICE-ONCE"),
        fix=fixes.FRESH_URL,
        setup=expired,
        deadline=SHORT,
    )
    yield case(
        "download-expired-fresh-url",
        "A fresh URL is asked for.",
        "The video is kept for 30 days, and each URL for 7: the money is lost only to those who do not ask.",
        (asks_for_a_fresh_url,),
        level=Level.SHOULD,
        rules=("OUT-URL",),
        fix=fixes.FRESH_URL,
        setup=_struck(1, status=403, body=EXPIRED),
        unmet=refusal_met_a_head,
        deadline=SHORT,
    )


def _redirected() -> Iterator[Case]:
    yield case(
        "download-redirect",
        "A redirect to another host is followed.",
        PAID,
        (completes,),
        level=Level.SHOULD,
        rules=("OUT-URL",),
        fix=fixes.FETCH_AGAIN,
        setup=Setup(scenario="download-redirect", latency=0.5),
    )
    yield case(
        "download-redirect-key",
        "The host that a redirect leads to does not get the key.",
        "The key spends your money, and that host is somebody else's.",
        (keeps_its_key_from_the_video, keeps_its_key_at_home),
        rules=("OUT-URL", "AUTH-KEY"),
        fix=fixes.KEY_IN_HEADER,
        setup=Setup(scenario="download-redirect", latency=0.5),
    )


def _something_else() -> Iterator[Case]:
    yield case(
        "download-wrong-type",
        "A page in place of the video is not saved as the video.",
        GOOD,
        (answers, in_time, gives_up, makes_at_most(1)),
        rules=("OUT-FORMAT",),
        fix=fixes.LOOK_INSIDE,
        setup=Setup(scenario="download-wrong-type", latency=0.5),
        deadline=SHORT,
    )
    yield case(
        "download-corrupt",
        "Bytes that are no MP4 are not saved as the video.",
        GOOD,
        (answers, in_time, gives_up, makes_at_most(1)),
        level=Level.SHOULD,
        rules=("OUT-FORMAT",),
        fix=fixes.LOOK_INSIDE,
        setup=Setup(scenario="download-corrupt", latency=0.5),
        deadline=SHORT,
    )
    yield case(
        "download-empty",
        "An answer without a byte is not saved as the video.",
        GOOD,
        (is_honest, makes_at_most(1)),
        rules=("OUT-FORMAT",),
        fix=fixes.CHECK_LENGTH,
        setup=_struck(1, status=200, body="", headers={"content-type": "video/mp4"}),
    )


def _manners() -> Iterator[Case]:
    yield case(
        "download-slow",
        "A download that is slow and goes on is waited for.",
        PAID,
        (completes, makes_at_most(1), asks_at_most(DOWNLOAD, 1)),
        fix=fixes.PATIENCE,
        setup=_struck(1, drip_bytes_per_second=SLOW),
    )
    yield case(
        "download-atomic",
        "Under the name of the video there never is a part of it.",
        "Whoever watches the folder takes what he finds, and so does the next run after a crash.",
        (never_partial,),
        rules=("OUT-DOWNLOAD",),
        fix=fixes.RENAME,
        setup=_struck(1, drip_bytes_per_second=SLOW),
    )
    yield case(
        "download-once",
        "A video that came whole is not fetched a second time.",
        "Videos are large, and traffic is paid for.",
        (completes, downloads_once),
        level=Level.SHOULD,
        fix=fixes.STOP_POLLING,
        setup=Setup(latency=0.5),
    )
