"""Find out that the contract suite finds nothing: 20 seeds, every pair of settings, and behind nginx; exit 1 where it does.

The emulator is sound as far as anybody knows, so whatever is found is a false alarm of the suite or a fault of the emulator.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from benchmarks import suite
from benchmarks.servers import free_port, nginx_before, ours, running
from contracts.check import check
from contracts.document import load
from contracts.events import Event, RuleBroken, RunFinished
from contracts.run import PROFILES
from contracts.sweep.pairs import table
from contracts.wishes import Wishes
from mock_server.clock import ClockMode
from mock_server.settings import Settings

SEEDS = 20
# The time of a run is none of its findings, whatever else the machine does.
PROFILE = replace(PROFILES["default"], seconds=3600)
LATENCIES = ("quick", "realistic", "instant", 3.0)
SETTINGS = ("clock", "latency")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A run on an emulator of *settings*, or on one behind nginx."""

    name: str
    seed: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    is_behind_nginx: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of the run *case*: the *findings*, a line each."""

    case: Case
    findings: Sequence[str]
    calls: int
    seconds: float


def cases() -> Iterator[Case]:
    """Yield every case."""
    for seed in range(SEEDS):
        yield Case(name=f"seed {seed}", seed=seed)
    yield Case(name="behind nginx", seed=0, is_behind_nginx=True)
    policies = load().policies
    values = {name: [*policy.values] for name, policy in policies.items()}
    rows = table({"clock": [*map(str, ClockMode)], "latency": [*LATENCIES], **values})
    for number, row in enumerate(rows):
        chosen = {name: row[name] for name in policies}
        settings = {**{name: row[name] for name in SETTINGS}, "policies": chosen}
        name = " ".join(
            f"{name}={value}"
            for name, value in row.items()
            if name in SETTINGS or value != policies[name].default
        )
        yield Case(name=name, seed=number, settings=settings)


def outcome(case: Case) -> Outcome:
    """Carry out *case*."""
    begun = time.perf_counter()
    events = _behind_nginx(case) if case.is_behind_nginx else _in_process(case)
    findings, calls = [], 0
    for event in events:
        if isinstance(event, RuleBroken):
            findings.append(_told(event))
        if isinstance(event, RunFinished):
            calls = event.calls
            if not event.is_complete:
                findings.append("it did not come to its end")
    return Outcome(case=case, findings=findings, calls=calls, seconds=time.perf_counter() - begun)


def _in_process(case: Case) -> Iterable[Event]:
    settings = Settings(**case.settings)
    return suite.events(load(), settings, PROFILE, seed=case.seed)


def _behind_nginx(case: Case) -> Iterator[Event]:
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    with (
        running((*ours(latency="quick"), "--public-url", public)) as emulator,
        running(nginx_before(emulator.url), port=port),
    ):
        yield from check(Wishes(url=public, profile=PROFILE, seed=case.seed), load())


def _told(event: RuleBroken) -> str:
    failure = event.failure
    sent, verdict = failure.exchange.sent, failure.verdict
    return (
        f"{verdict.rule} by {failure.check}: {sent.method} {sent.target}: at {verdict.pointer or '/'}"
        f" {verdict.received} instead of {verdict.expected}; {event.script.name}: {event.script.steps}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soundness", description=__doc__)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many runs at a time")
    parser.add_argument("--only", metavar="TEXT", default="", help="cases whose name has TEXT")
    options = parser.parse_args(arguments)
    chosen = [case for case in cases() if options.only in case.name]
    is_sound = True
    with ProcessPoolExecutor(options.jobs) as pool:
        for done in pool.map(outcome, chosen):
            verdict = f"{len(done.findings)} found" if done.findings else "nothing found"
            print(f"{verdict:14} {done.calls:6} calls {done.seconds:6.1f} s  {done.case.name}")
            for finding in done.findings:
                print(f"    {finding}")
            sys.stdout.flush()
            is_sound = is_sound and not done.findings
    return 0 if is_sound else 1


if __name__ == "__main__":
    sys.exit(main())
