"""What a run of the suite says of each rule, in a form that one process can hand to others."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome:
    """What a run found out about a rule, as texts for a person.

    *broken* tells how it was broken, *observed* how it was broken in ways that are not held against the target,
    *not_checked* why nothing is known. *accepting* and *refusing* count how often it was exercised.
    """

    broken: str | None = None
    observed: str | None = None
    not_checked: str | None = None
    accepting: int = 0
    refusing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a run: what it says of the *rules*, by id, or the *error*, one line, that kept it from its end."""

    rules: Mapping[str, RuleOutcome] = field(default_factory=dict)
    error: str | None = None


def written(outcome: Outcome) -> str:
    """Return *outcome* as JSON, for `read`."""
    return json.dumps(asdict(outcome))


def read(text: str) -> Outcome:
    """Return the outcome that was `written` as *text*."""
    told = json.loads(text)
    rules = {rule: RuleOutcome(**found) for rule, found in told["rules"].items()}
    return Outcome(rules=rules, error=told["error"])
