"""The usage page of an account."""

from collections.abc import Iterator

from contracts.checks.schemas import misfits
from contracts.exchange import Exchange
from contracts.history import History
from contracts.reading import json_object, objects, query_of, whole
from contracts.verdict import Verdict, equal, holds


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
    for number, event in enumerate(events if "status" in query else ()):
        yield equal("USAGE", f"/data/{number}/status", query["status"], event.get("status"))
    limit = whole(query.get("limit", ""))
    if limit is not None:
        yield holds(
            "USAGE",
            kept=len(events) <= limit,
            pointer="/data",
            expected=f"{limit} events at most",
            received=len(events),
        )
