"""The usage page of an account."""

from collections.abc import Iterator

from contracts.checks.schemas import misfits
from contracts.exchange import Exchange
from contracts.history import History
from contracts.reading import json_object, objects, query_of, status_of, whole
from contracts.seen import COMPLETED
from contracts.verdict import Verdict, equal, holds

FILTERS = frozenset({"status", "model"})


def usage_page_has_the_published_form(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """USAGE: the page has the documented fields and types, its newest event first, as many and of the status asked for."""
    answer, sent = exchange.answer, exchange.sent
    if history.routes.operation(sent) != "usage" or answer is None or answer.status != 200:
        return
    body = json_object(answer)
    yield from misfits("USAGE", "UsagePage", body, history)
    events = objects((body or {}).get("data"))
    moments = [str(event.get("created_at")) for event in events]
    yield holds(
        "USAGE",
        kept=moments == sorted(moments, reverse=True),
        pointer="/data",
        expected="the newest event first",
        received=moments[:5],
    )
    query = query_of(sent)
    for name in query.keys() & FILTERS:
        for number, event in enumerate(events):
            yield equal("USAGE", f"/data/{number}/{name}", query[name], event.get(name))
    limit = whole(query.get("limit", f"{history.usage_limit}"))
    if limit is not None:
        yield from _as_many(exchange, len(events), limit, history)
        yield holds(
            "USAGE",
            kept=len(events) <= limit,
            pointer="/data",
            expected=f"{limit} events at most",
            received=len(events),
        )


def _as_many(exchange: Exchange, count: int, limit: int, history: History) -> Iterator[Verdict]:
    """Yield whether a page of one status has the events of all jobs that were seen to end so, up to *limit*."""
    account, query = history.account(exchange.sent), query_of(exchange.sent)
    if account is None or not history.is_emulator or not query.keys() <= {*FILTERS, "limit"}:
        return
    ends = [job.end[1] for job in account.jobs.values() if job.end is not None]
    known = ["success" if status_of(end) in COMPLETED else "error" for end in ends]
    least = known.count(query["status"]) if "status" in query else 0
    yield holds(
        "USAGE",
        kept=count >= min(least, limit),
        pointer="/data",
        expected=f"{min(least, limit)} events or more",
        received=count,
    )
