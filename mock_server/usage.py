"""Usage events: every accepted job that has ended, newest first, a page at a time (rule USAGE)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from mock_server.jobs import Job
from mock_server.problems import InvalidRequest, Violation, pointer
from mock_server.rendering import event_id, event_status
from mock_server.violations import show


def usage_page(ended: Sequence[Job], query: Mapping[str, Any]) -> tuple[list[Job], bool]:
    """Return the ended jobs of the page that *query* asks for, and whether there are more.

    *ended* is in the order in which the jobs ended.

    Raises:
        InvalidRequest: ``before`` names no event of the account.
    """
    found = islice(_matching(_older(ended, query["before"]), query), query["limit"] + 1)
    jobs = list(found)
    return jobs[: query["limit"]], len(jobs) > query["limit"]


def _older(ended: Sequence[Job], before: str | None) -> Iterator[Job]:
    newest = reversed(ended)
    if before is not None and all(event_id(job) != before for job in newest):
        message = f"before: {show(before)} is not an event of this account; an event's id would do."
        raise InvalidRequest(
            [Violation(rule="USAGE", pointer=pointer(["before"]), message=message)]
        )
    return newest


def _matching(jobs: Iterator[Job], query: Mapping[str, Any]) -> Iterator[Job]:
    for job in jobs:
        if query["from"] is not None and job.ended_at < query["from"]:
            return
        if (
            (query["to"] is None or job.ended_at < query["to"])
            and query["model"] in {None, job.model}
            and query["status"] in {None, event_status(job)}
        ):
            yield job
