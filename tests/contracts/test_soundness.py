"""The suite finds nothing wrong with the emulator, under whatever policies and latency: no false alarm."""

import itertools
import re
from dataclasses import replace
from urllib.parse import unquote, urlsplit

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
from tests.contracts.unmeasured import unmeasured

OTHERWISE = {name: policy.values[-1] for name, policy in CONTRACT.policies.items()}
QUICK = replace(PROFILES["default"], examples=10, seconds=600)  # however busy the machine is


class Recorder:
    """A transport that remembers what it sent."""

    def __init__(self, inner):
        self.inner = inner
        self.sent = []

    def send(self, sent):
        self.sent.append(sent)
        return self.inner.send(sent)


def run_in_process(keys, profile, *, seed=0, **settings):
    chosen = CONTRACT.policies_with(settings.get("policies", {}))
    app, numbers, transports = (
        create_app(Settings(balance=100_000, **settings)),
        itertools.count(),
        [],
    )

    def opened():
        transports.append(transport := Recorder(AsgiTransport(app, keys(next(numbers)))))
        judge = Judge(History(CONTRACT, chosen, is_emulator=True), CHECKS)
        return Driver(transport, judge, MovedTime(transport, ("main", "other")))

    scripts = all_scripts(CONTRACT, chosen)
    plan = Plan(target="app", is_emulator=True, scripts=scripts, profile=profile, seed=seed)
    *events, finished = Run(CONTRACT, plan, opened).events()
    for transport in transports:
        transport.inner.close()
    sent = [one for transport in transports for one in transport.sent]
    return [event for event in events if isinstance(event, RuleBroken)], finished, sent


@pytest.fixture(scope="module")
def default_run(keys):
    return run_in_process(keys, QUICK)


def test_all_engines_find_nothing_in_process_and_exercise_every_rule(default_run):
    broken, finished, _ = default_run
    assert not broken
    assert finished.not_checked == LEFT_OUT
    assert finished.is_complete


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
JOB = re.compile(r"/v1/jobs/([^/?]*)")
MOST_BYTES, MOST_DEPTH, MOST_TARGET = 1 << 20, 100, 8_000


def depth_of(body):
    """How deep the brackets of *body* go, of text in strings too; 0 of what is no text."""
    depths = itertools.accumulate(
        (char in "[{") - (char in "]}") for char in body.decode("latin-1")
    )
    return max(depths, default=0)


def is_polite(sent):
    """Whether no sound gateway would answer *sent* by itself."""
    target = unquote(sent.target)
    found = JOB.match(urlsplit(sent.target).path)
    headers = "".join(name + value for name, value in sent.headers)
    body = sent.body or b""
    return (
        sent.method in METHODS
        and (found is None or re.fullmatch(r"[A-Za-z0-9_-]+", found[1]) is not None)
        and "\0" not in target
        and "%2f" not in sent.target.lower()
        and len(sent.target) <= MOST_TARGET
        and headers.isprintable()
        and len(body) <= MOST_BYTES
        and (b"\0" not in body or sent.operation == "upload")
        and (not sent.says_json or depth_of(body) <= MOST_DEPTH)
    )


def test_nothing_is_sent_that_a_sound_gateway_may_answer_by_itself(default_run):
    sent = [one for one in default_run[2] if one.operation != "control"]
    assert len(sent) > 2000
    assert [one for one in sent if not is_polite(one)] == []


@pytest.mark.parametrize(
    ("policies", "latency"),
    [(OTHERWISE, "quick"), ({}, "instant"), ({"media_errors": "early"}, "realistic")],
    ids=["every other policy", "instant", "realistic and early"],
)
def test_nothing_is_found_under_other_policies_and_latencies(keys, policies, latency):
    profile = replace(QUICK, examples=5)
    with unmeasured():
        broken, *_ = run_in_process(keys, profile, seed=1, policies=policies, latency=latency)
    assert not broken


def test_the_suite_finds_nothing_over_http():
    with unmeasured(), ThreadServer(create_app(Settings())) as server:
        wishes = Wishes(
            url=server.url,
            profile=replace(QUICK, examples=5),
        )
        *events, finished = check(wishes, CONTRACT)
    assert not [event for event in events if isinstance(event, RuleBroken)]
    assert isinstance(finished, RunFinished)
    assert finished.is_complete
    assert finished.not_checked == LEFT_OUT
