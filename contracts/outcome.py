"""What a run comes to: whether anything in it is to be put right."""

from collections.abc import Iterable

from contracts.events import Event, RuleBroken, RunFinished


def is_bad(events: Iterable[Event]) -> bool:
    """Go through *events*; tell whether a rule is broken that nobody knew of, or a known failure has become stale.

    What is not held against a live API is not counted.
    """
    bad = False
    for event in events:
        if isinstance(event, RuleBroken):
            bad = bad or not (event.failure.is_observed or event.is_known)
        elif isinstance(event, RunFinished) and event.compared is not None:
            bad = bad or bool(event.compared.stale)
    return bad
