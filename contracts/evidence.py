"""Evidence: what was seen of rules that nobody vouches for, a file for each, to be kept."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from contracts.document import Contract
from contracts.events import Event, RuleBroken, RunFinished, RunStarted
from contracts.exchange import Exchange, brief
from contracts.reports.document import exchange_json
from contracts.reports.folder import FolderError, make
from contracts.rule import Live, Provenance, Rule

FORMAT = "wan-mock evidence 1"
OPTION = "--record"
# Values of a query that let whoever has them in; & is written as an escape in some JSON.
SECRET = re.compile(
    r"((?:[?&]|\\u0026)[^=&\s\"\\]*(?:sig|token|credential|policy|key)[^=&\s\"\\]*=)[^&\s\"\\<>]+",
    re.IGNORECASE,
)
PRIVATE = {"set-cookie", "cookie", "authorization", "x-api-key"}
REDACTED = "REDACTED"
MOST_EXCHANGES = 8


def recorded(
    events: Iterable[Event], directory: Path, contract: Contract, at: datetime
) -> Iterator[Event]:
    """Pass *events* on, of a run that begins *at* a time; at its end, write what it shows of unproven rules.

    The folder is made before the first event. Keys stand by name, and secrets in URLs are left out.

    Raises:
        FolderError: *directory* cannot be made or written to.
    """
    make(directory, OPTION)
    started: RunStarted | None = None
    broken: list[RuleBroken] = []
    for event in events:
        if isinstance(event, RunStarted):
            started = event
        elif isinstance(event, RuleBroken):
            broken.append(event)
        elif isinstance(event, RunFinished) and started is not None:
            for rule in filter(is_unproven, contract.rules.values()):
                _write(directory, _evidence(rule, started, broken, event.samples, at))
        yield event


def is_unproven(rule: Rule) -> bool:
    """Tell whether an observation of *rule* would be news: it is inferred, or not held against a live API."""
    return rule.provenance is Provenance.INFERRED or rule.live is Live.OBSERVE


def _evidence(
    rule: Rule,
    started: RunStarted,
    broken: Sequence[RuleBroken],
    samples: Mapping[str, Sequence[Exchange]],
    at: datetime,
) -> dict[str, Any] | None:
    """Return what was seen of *rule*, None where nothing was."""
    found = [one for one in broken if one.failure.verdict.rule == rule.id]
    if found:
        exchanges: Sequence[Exchange] = found[0].history[-MOST_EXCHANGES:]
    else:
        exchanges = samples.get(rule.id, ())
    if not exchanges:
        return None
    return {
        "format": FORMAT,
        "rule": rule.id,
        "text": rule.text,
        "provenance": rule.provenance.value,
        "source": rule.source,
        "observed_at": at.isoformat(timespec="seconds"),
        "target": started.target,
        "is_emulator": started.is_emulator,
        "is_kept": not found,
        "otherwise": [
            {
                "pointer": one.failure.verdict.pointer,
                "expected": one.failure.verdict.expected,
                "received": one.failure.verdict.received,
            }
            for one in found
        ],
        "exchanges": [exchange_json(brief(one)) for one in exchanges],
    }


def _write(directory: Path, evidence: dict[str, Any] | None) -> None:
    if evidence is None:
        return
    path = directory / f"{evidence['rule']}.json"
    try:
        path.write_text(json.dumps(redacted(evidence), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise FolderError(f"{path}: {error.strerror}; another {OPTION} would do") from error


def redacted(value: Any) -> Any:
    """Return *value*, of JSON, without what lets somebody in: secrets in URLs, cookies, keys."""
    match value:
        case str():
            return SECRET.sub(rf"\1{REDACTED}", value)
        case dict():
            return {
                name: REDACTED if name in PRIVATE else redacted(one) for name, one in value.items()
            }
        case [str(name), str()] if name in PRIVATE:
            return [name, REDACTED]
        case list():
            return [redacted(one) for one in value]
        case _:
            return value
