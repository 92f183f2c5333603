"""What runs of `wan-mock check` observed, read from their JSON reports.

Of a report are read: `is_emulator`; of each of `rules`: `id`, `state` and `observed`; and of each of `failures`: `rule`.
What was observed, and a failure, may have `request`, `pointer`, `expected` and `received`. Everything else is left alone.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.drift.blame import Says
from contracts.errors import ContractError

STATES = {"kept": Says.SAME, "broken": Says.OTHER, "known": Says.OTHER, "observed": Says.OTHER}


class ObservedError(ContractError):
    """A report of a run cannot be read; the message says which, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was *received* where the rule has something else *expected*, at *pointer* in the answer to *request*."""

    request: str
    pointer: str
    expected: str
    received: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a rule, and what was received where that is known."""

    says: Says
    received: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What one run observed of an emulator or of a live API: by rule, as a whole and one by one."""

    is_emulator: bool
    says: Mapping[str, Says] = field(default_factory=dict)
    observations: Mapping[str, tuple[Observation, ...]] = field(default_factory=dict)

    def at(self, rule: str | None, pointer: str, published: frozenset[str]) -> Seen:
        """Return what was seen of *rule* at *pointer* of a card; *published* are the requests that answer cards.

        An observation elsewhere on a card says nothing of this place; one that is of no card says it of the rule.
        """
        says = self.says.get(rule or "", Says.UNKNOWN)
        if says is not Says.OTHER:
            return Seen(says)
        elsewhere = False
        for one in self.observations.get(rule or "", ()):
            if one.request not in published or _is_in(pointer, one.pointer):
                return Seen(Says.OTHER, one.received or None)
            elsewhere = True
        return Seen(Says.SAME if elsewhere else Says.OTHER)


def _is_in(pointer: str, place: str) -> bool:
    return pointer == place or pointer.startswith(f"{place}/")


def read_report(path: Path) -> Observed:
    """Return what the run observed whose JSON report *path* is.

    Raises:
        ObservedError: it cannot be read, or is no report.
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ObservedError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ObservedError(f"{path}: not JSON; report.json of wan-mock check would do") from error
    rules = report.get("rules") if isinstance(report, dict) else None
    if not isinstance(rules, list):
        raise ObservedError(f"{path}: has no rules; report.json of wan-mock check would do")
    return _observed(report, _objects(rules))


def _observed(report: Mapping[str, Any], rules: list[dict[str, Any]]) -> Observed:
    says: dict[str, Says] = {}
    found: dict[str, list[Observation]] = {}
    for rule in rules:
        name = str(rule.get("id"))
        found[name] = [_observation(one) for one in _objects(rule.get("observed"))]
        state = rule.get("state")
        known = STATES.get(state, Says.UNKNOWN) if isinstance(state, str) else Says.UNKNOWN
        says[name] = Says.OTHER if found[name] else known
    for failure in _objects(report.get("failures")):
        name = str(failure.get("rule"))
        says[name] = Says.OTHER
        found.setdefault(name, []).append(_observation(failure))
    return Observed(
        is_emulator=report.get("is_emulator") is True,
        says=says,
        observations={name: _once(several) for name, several in found.items()},
    )


def _observation(one: Mapping[str, Any]) -> Observation:
    parts = ("request", "pointer", "expected", "received")
    return Observation(**{part: str(one.get(part, "")) for part in parts})


def _once(several: Iterable[Observation]) -> tuple[Observation, ...]:
    return tuple(dict.fromkeys(several))


def _objects(items: Any) -> list[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
