"""How much processor time the contract suite takes on the emulator in this process, and how long one of its calls with all its checks."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks import suite
from benchmarks.figures import BenchmarkError, Figure
from benchmarks.plan import Plan
from contracts.document import Contract, load
from contracts.events import RuleBroken, RunFinished
from contracts.run import PROFILES, Profile
from contracts.script import Script
from contracts.sweep import callers, fields, modes, pairs
from mock_server.settings import Settings

SECONDS_AT_MOST = {"smoke": 2.0, "default": 15.0}
CALLS_AT_LEAST = 700
# Neither histories nor requests are drawn: what that takes is no call's.
NOTHING_DRAWN = replace(PROFILES["default"], examples=0, opinions=0)


def measure(plan: Plan) -> Iterator[Figure]:
    contract = load()
    for name, most in SECONDS_AT_MOST.items():
        seconds = [_taken(contract, PROFILES[name], seed)[0] for seed in range(plan.rounds)]
        yield Figure(
            name=f"wan-mock check, profile {name}", unit="CPU s", ours=seconds, at_most=most
        )
    calls = []
    for seed in range(plan.rounds):
        seconds_taken, finished = _taken(contract, NOTHING_DRAWN, seed, _plain(contract))
        calls.append(seconds_taken * 1000 / finished.calls)
    most = 1000 / CALLS_AT_LEAST
    yield Figure(name="a call with every check", unit="CPU ms", ours=calls, at_most=most)


def _plain(contract: Contract) -> Sequence[Script]:
    """Return the scripts that do not look into videos."""
    policies = contract.policies_with({})
    return (
        *callers.scripts(contract),
        *fields.scripts(contract, policies),
        *modes.scripts(contract),
        *pairs.scripts(contract, policies),
    )


def _taken(
    contract: Contract, profile: Profile, seed: int, scripts: Sequence[Script] | None = None
) -> tuple[float, RunFinished]:
    """Return the processor time of a run, all threads together, and how it ended."""
    begun = time.process_time()
    *events, finished = suite.events(contract, Settings(), profile, seed=seed, scripts=scripts)
    seconds = time.process_time() - begun
    for event in events:
        if isinstance(event, RuleBroken):
            raise BenchmarkError(f"the emulator broke {event.failure.verdict.rule}")
    assert isinstance(finished, RunFinished)
    return seconds, finished
