"""The suite finds nothing wrong with the emulator, under whatever policies and latency: no false alarm."""

import itertools
from dataclasses import replace

import pytest

from contracts.asgi import AsgiTransport
from contracts.check import check
from contracts.checks.catalogue import CHECKS
from contracts.driver import Driver
from contracts.events import RuleBroken, RunFinished
from contracts.history import History
from contracts.judge import Judge
from contracts.passing import MovedTime
from contracts.run import PROFILES, Plan, Run
from contracts.sweep.scripts import LEFT_OUT, all_scripts
from contracts.wishes import Wishes
from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings
from tests.contracts.conftest import CONTRACT

OTHERWISE = {name: policy.values[-1] for name, policy in CONTRACT.policies.items()}
QUICK = replace(PROFILES["default"], examples=10)


def run_in_process(keys, profile, *, seed=0, **settings):
    chosen = CONTRACT.policies_with(settings.get("policies", {}))
    app, numbers, transports = (
        create_app(Settings(balance=100_000, **settings)),
        itertools.count(),
        [],
    )

    def opened():
        transports.append(transport := AsgiTransport(app, keys(next(numbers))))
        judge = Judge(History(CONTRACT, chosen, is_emulator=True), CHECKS)
        return Driver(transport, judge, MovedTime(transport, ("main", "other")))

    scripts = all_scripts(CONTRACT, chosen)
    plan = Plan(target="app", is_emulator=True, scripts=scripts, profile=profile, seed=seed)
    *events, finished = Run(CONTRACT, plan, opened).events()
    for transport in transports:
        transport.close()
    return [event for event in events if isinstance(event, RuleBroken)], finished


def test_the_sweep_and_the_machine_find_nothing_in_process_and_exercise_every_rule(keys):
    broken, finished = run_in_process(keys, QUICK)
    assert not broken
    assert finished.not_checked == LEFT_OUT
    assert finished.is_complete


@pytest.mark.parametrize(
    ("policies", "latency"),
    [(OTHERWISE, "quick"), ({}, "instant"), ({"media_errors": "early"}, "realistic")],
    ids=["every other policy", "instant", "realistic and early"],
)
def test_nothing_is_found_under_other_policies_and_latencies(keys, policies, latency):
    profile = replace(QUICK, examples=5)
    assert not run_in_process(keys, profile, seed=1, policies=policies, latency=latency)[0]


def test_the_suite_finds_nothing_over_http():
    with ThreadServer(create_app(Settings())) as server:
        wishes = Wishes(
            url=server.url,
            profile=replace(QUICK, examples=5),
        )
        *events, finished = check(wishes, CONTRACT)
    assert not [event for event in events if isinstance(event, RuleBroken)]
    assert isinstance(finished, RunFinished)
    assert finished.is_complete
    assert finished.not_checked == LEFT_OUT
