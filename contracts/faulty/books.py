"""Usage events: missing, doubled, told wrongly - and jobs that cost what they should not."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from contracts.books import exact
from contracts.faulty.combining import USAGE, answers, events
from contracts.faulty.fault import Begin, Fault
from contracts.faulty.message import Fields, changed
from contracts.faulty.rebilling import lower, number

FAMILY = "usage"
RULE, ONCE, FAILED = "USAGE", "PRICE-ONCE", "PRICE-FAILED"
FEE = Decimal("0.05")
CANCELLED = 499

Events = list[Fields]
Table = tuple[tuple[str, tuple[str, ...], str, Begin], ...]


def faults() -> Iterator[Fault]:
    """Yield the faults of usage pages."""
    for id_, rules, text, begin in (*_events(), *_charges(), *_statuses()):
        yield Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=begin)


def _events() -> Table:
    return (
        ("no-event-of-completed", (RULE, ONCE), "A completed job is no event.", _left(_is_success)),
        ("no-event-of-cancelled", (RULE,), "A cancelled job is no event.", _left(_is_cancelled)),
        ("no-event-of-failed", (RULE,), "A failed job is no event.", _left(_is_failed)),
        (
            "event-twice",
            (ONCE,),
            "A completed job is two events with one cost.",
            events(lambda told: [one for event in told for one in _doubled(event)]),
        ),
        (
            "event-of-another-job",
            (RULE, ONCE),
            "The events are of jobs that nobody has.",
            events(lambda told: [{**event, "job_id": "job_0"} for event in told]),
        ),
    )


def _charges() -> Table:
    return (
        (
            "charged-twice",
            (ONCE, "CREDIT"),
            "A completed job costs twice what it should.",
            answers(USAGE, change=_twice),
        ),
        (
            "cancel-charged",
            (FAILED, ONCE),
            "A cancelled job costs 5 cents.",
            _charged(_is_cancelled),
        ),
        ("failure-charged", (FAILED, ONCE), "A failed job costs 5 cents.", _charged(_is_failed)),
        (
            "event-cost-in-text",
            (RULE,),
            "The costs of events are strings.",
            events(lambda told: [changed(event, ("cost", "amount"), str) for event in told]),
        ),
    )


def _statuses() -> Table:
    return (
        (
            "failure-is-success",
            (RULE,),
            "The event of a failed job is a success.",
            _marked(_is_failed, "success"),
        ),
        (
            "cancel-is-cancelled",
            (RULE,),
            "The event of a cancelled job is cancelled.",
            _marked(_is_cancelled, "cancelled"),
        ),
        (
            "success-is-error",
            (RULE,),
            "The event of a completed job is an error.",
            _marked(_is_success, "error"),
        ),
    )


def _is_success(event: Fields) -> bool:
    return bool(event["status"] == "success")


def _is_cancelled(event: Fields) -> bool:
    return bool(event["status_code"] == CANCELLED)


def _is_failed(event: Fields) -> bool:
    return not _is_success(event) and not _is_cancelled(event)


def _left(is_left: Callable[[Fields], bool]) -> Begin:
    return events(lambda told: [event for event in told if not is_left(event)])


def _doubled(event: Fields) -> Events:
    second = {**event, "id": f"{event['id']}-2"}
    return [event, second] if _is_success(event) else [event]


def _marked(which: Callable[[Fields], bool], status: str) -> Begin:
    return events(
        lambda told: [{**event, "status": status} if which(event) else event for event in told]
    )


def _charged(which: Callable[[Fields], bool]) -> Begin:
    """Charge a fee for each job of which *which* holds."""

    def change(page: Any) -> Any:
        for event in filter(which, page["data"]):
            event["cost"]["amount"] = number(FEE)
            lower(page, FEE)
        return page

    return answers(USAGE, change=change)


def _twice(page: Any) -> Any:
    for event in page["data"]:
        lower(page, exact(event["cost"]["amount"]) or Decimal(0))
    return page
