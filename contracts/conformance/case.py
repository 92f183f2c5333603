"""A case: one thing that may happen to a client, and what it is held to then."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.conformance.fixes import Fix
from contracts.conformance.level import Level
from contracts.conformance.trial import Trial

DEADLINE_SECONDS = 25.0
# How long jobs take unless a case says so: a client that looks once a second sees them run.
LATENCY_SECONDS = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a client did not do as it is held to: what was *expected*, and what was *received* instead."""

    expected: str
    received: str


Oracle = Callable[[Trial], Iterator[Finding]]
# Tells why a trial did not come to what its case is about, None where it did.
Unmet = Callable[[Trial], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the emulator is told before the client is let loose.

    *scenario* is that of every job; *faults* strike the client's requests; *account* are more terms of its account.
    ``{job}`` in *faults* stands for a job that was made before, ``{url}`` for the root of the emulator, ``{port}`` for its port.
    """

    scenario: str | None = None
    faults: tuple[Mapping[str, Any], ...] = ()
    latency: float = LATENCY_SECONDS
    account: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case by its *id*, of a *family*: *text* is what a client does that passes, *why* what it costs not to.

    *rules* are those of the contract that it is about. *fields* are what is asked for besides the usual request.
    *oracle* are the functions that look at a trial; *unmet* tells whether it can be judged at all. *needs* is how many jobs
    a careful client makes.
    """

    id: str
    family: str
    level: Level
    rules: tuple[str, ...]
    text: str
    why: str
    fix: Fix
    oracle: tuple[Oracle, ...]
    setup: Setup = field(default_factory=Setup)
    fields: Mapping[str, Any] = field(default_factory=dict)
    deadline: float = DEADLINE_SECONDS
    needs: int = 1
    unmet: Unmet | None = None


def family(name: str, **defaults: Any) -> Callable[..., Case]:
    """Return a function that makes cases of the family *name*: a MUST, with *defaults* for what a case does not say itself."""

    def case(id_: str, text: str, why: str, oracle: tuple[Oracle, ...], **more: Any) -> Case:
        told = {"level": Level.MUST, **defaults, **more}
        return Case(id=id_, family=name, text=text, why=why, oracle=oracle, **told)

    return case


def fault(operation: str, times: int | None = 1, after: int = 0, **action: Any) -> dict[str, Any]:
    """Return a fault of *operation* that strikes *times* requests, None for all, *after* so many."""
    return {"operation": operation, "times": times, "after": after, "action": action}
