"""How long the contract suite takes on the emulator in this process, and how long one of its calls with all its checks."""

import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.figures import BenchmarkError, Figure
from benchmarks.plan import Plan
from contracts.asgi import AsgiTransport
from contracts.checks.catalogue import CHECKS
from contracts.document import Contract, load
from contracts.driver import Driver
from contracts.events import RuleBroken, RunFinished
from contracts.history import History
from contracts.judge import Judge
from contracts.keys import Keys
from contracts.passing import MovedTime
from contracts.run import PROFILES, Plan as RunPlan, Profile, Run
from contracts.script import Script
from contracts.sweep import callers, fields, modes, pairs
from contracts.sweep.scripts import all_scripts
from mock_server.app import create_app
from mock_server.settings import Settings

SECONDS_AT_MOST = 15.0
CALLS_AT_LEAST = 700
ACCOUNTS = ("main", "other")
NO_MACHINE = replace(PROFILES["smoke"], seconds=600)


def measure(plan: Plan) -> Iterator[Figure]:
    contract = load()
    policies = contract.policies_with({})
    every = all_scripts(contract, policies)
    plain = (
        *callers.scripts(contract),
        *fields.scripts(contract, policies),
        *modes.scripts(contract),
        *pairs.scripts(contract, policies),
    )
    runs, calls = [], []
    for seed in range(plan.rounds):
        runs.append(_run(contract, every, PROFILES["default"], seed).seconds)
        done = _run(contract, plain, NO_MACHINE, seed)
        calls.append(done.seconds * 1000 / done.calls)
    yield Figure(
        name="wan-mock check, profile default", unit="s", ours=runs, at_most=SECONDS_AT_MOST
    )
    most = 1000 / CALLS_AT_LEAST
    yield Figure(name="a call with every check", unit="ms", ours=calls, at_most=most)


def _run(contract: Contract, scripts: Sequence[Script], profile: Profile, seed: int) -> RunFinished:
    app, policies = create_app(Settings(balance=100_000)), contract.policies_with({})
    numbers, transports = itertools.count(), []

    def opened() -> Driver:
        number = next(numbers)
        keys = Keys({name: f"{contract.api.key_prefix}{name}-{number}" for name in ACCOUNTS})
        transport = AsgiTransport(app, keys)
        transports.append(transport)
        judge = Judge(History(contract, policies, is_emulator=True), CHECKS)
        return Driver(transport, judge, MovedTime(transport, ACCOUNTS))

    plan = RunPlan(target="app", is_emulator=True, scripts=scripts, profile=profile, seed=seed)
    begun = time.perf_counter()
    *events, finished = Run(contract, plan, opened).events()
    seconds = time.perf_counter() - begun
    for event in events:
        if isinstance(event, RuleBroken):
            raise BenchmarkError(f"the emulator broke {event.failure.verdict.rule}")
    assert isinstance(finished, RunFinished)
    for transport in transports:
        transport.close()
    return replace(finished, seconds=seconds)
