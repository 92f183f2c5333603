"""A baseline: the failures of an earlier run, which must still fail, and are held against nobody any more."""

import json
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts.errors import ContractError
from contracts.events import (
    Compared,
    Event,
    KnownFailure,
    RuleBroken,
    RunFinished,
    RunStarted,
    ScriptDone,
)
from contracts.judge import Place
from contracts.script_json import ScriptError, from_json

WOULD_DO = "report.json of an earlier wan-mock check would do"
PARTS = ("rule", "check", "operation", "pointer")


class BaselineError(ContractError):
    """A baseline cannot be read; the message, one line, says which, and why."""


def read_baseline(path: Path) -> tuple[KnownFailure, ...]:
    """Return the failures that *path*, a JSON report, tells of; what was only observed is none.

    Raises:
        BaselineError: it cannot be read, or is no report.
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BaselineError(f"{path}: {error.strerror}; {WOULD_DO}") from error
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{path}: not JSON; {WOULD_DO}") from error
    failures = report.get("failures") if isinstance(report, dict) else None
    if not isinstance(failures, list):
        raise BaselineError(f"{path}: has no failures; {WOULD_DO}")
    known = [_known(number, failure, path) for number, failure in enumerate(failures)]
    return tuple({one.place: one for one in known if one is not None}.values())


def _known(number: int, failure: Any, path: Path) -> KnownFailure | None:
    where = f"{path}: /failures/{number}"
    if not isinstance(failure, dict):
        raise BaselineError(f"{where} is no object; {WOULD_DO}")
    if failure.get("is_observed") is True:
        return None
    told = {part: failure.get(part) for part in PARTS}
    strange = next((part for part in PARTS if not isinstance(told[part], str)), None)
    if strange is not None:
        raise BaselineError(f"{where}/{strange} is {told[strange]!r} and no text; {WOULD_DO}")
    try:
        script = from_json(failure.get("script") or {})
    except ScriptError as error:
        raise BaselineError(f"{where}/script: {error}; {WOULD_DO}") from error
    return KnownFailure(script=script, **told)  # type: ignore[arg-type]


def compared(events: Iterable[Event], baseline: Iterable[KnownFailure]) -> Iterator[Event]:
    """Pass *events* on, with each failure of *baseline* marked as known, and at the end what became of all of them."""
    known = {one.place: one for one in baseline}
    seen: set[Place] = set()
    tried: set[str] = set()
    for event in events:
        if isinstance(event, RunStarted) and event.is_emulator:
            # There each of them is tried by itself; of a live API, where that costs, only what is planned in any case.
            tried.update(one.script.name for one in known.values())
        elif isinstance(event, ScriptDone) and event.is_whole:
            tried.add(event.script.name)
        if isinstance(event, RuleBroken):
            place = event.failure.place
            seen.add(place)
            yield replace(event, is_known=place in known)
        elif isinstance(event, RunFinished):
            yield replace(event, compared=_compared(known, seen, tried, event))
        else:
            yield event


def _compared(
    known: Mapping[Place, KnownFailure],
    seen: Set[Place],
    tried: Set[str],
    finished: RunFinished,
) -> Compared:
    gone = [one for place, one in known.items() if place not in seen]
    stale = [
        one
        for one in gone
        if finished.is_complete
        and one.rule not in finished.not_checked
        and one.script.name in tried
    ]
    return Compared(
        still=tuple(one for place, one in known.items() if place in seen),
        stale=tuple(stale),
        untold=tuple(one for one in gone if one not in stale),
    )
