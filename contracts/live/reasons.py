"""Why rules were not checked on a live API."""

from collections.abc import Mapping, Set

from contracts.document import Contract
from contracts.rule import Live

NEVER = "it is never held against a live API"
ELSEWHERE = "it takes more jobs than those of the price tiers, or a clock that can be moved"
OUT_OF_TIME = "the time was over before everything was tried"


def reasons(
    contract: Contract, seen: Set[str], shortages: Mapping[str, str], *, is_complete: bool
) -> dict[str, str]:
    """Return the reason for each rule that was not *seen* to be exercised; *shortages* has those that money made."""
    return {
        rule.id: _reason(rule.live, shortages.get(rule.id), is_complete=is_complete)
        for rule in contract.rules.values()
        if rule.id not in seen
    }


def _reason(live: Live, shortage: str | None, *, is_complete: bool) -> str:
    if live is Live.NEVER:
        return NEVER
    return shortage or (ELSEWHERE if is_complete else OUT_OF_TIME)
