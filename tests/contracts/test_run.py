"""Runs against a target with one fault: it is found, shown again by itself, and made short."""

import itertools
import json

import pytest

from contracts.asgi import AsgiTransport
from contracts.checks.catalogue import CHECKS
from contracts.driver import Driver
from contracts.events import RuleBroken, RunFinished, RunStarted, ScriptDone
from contracts.history import History
from contracts.judge import Judge
from contracts.passing import MovedTime
from contracts.run import MACHINE, NEVER_REACHED, OUT_OF_TIME, SWEEP, Plan, Profile, Run
from contracts.script import Call, Follow, OnJob, Script, Submit, Wait
from contracts.shortening import shortest
from mock_server.app import create_app
from mock_server.settings import Settings
from tests.contracts.conftest import CONTRACT, DEFAULTS, FIELDS, USAGE

SUBMIT, POLL = Submit(fields=FIELDS), OnJob(operation="job")
BUSY = Script(
    name="busy",
    rules=("JOB-PROGRESS",),
    steps=(Call(USAGE), SUBMIT, Call(USAGE), POLL, Wait(seconds=1), POLL, Follow(), Call(USAGE)),
)
NO_MACHINE = Profile(name="smoke", examples=0, steps=0, seconds=60)


def with_progress(app, progress, *, paths="/v1/jobs/", times=10**9):
    """Return *app*, whose jobs tell that *progress*, the first so many *times*."""
    left = itertools.count(1)

    async def faulty(scope, receive, send):
        is_job = scope["path"].startswith(paths) and next(left) <= times

        async def change(message):
            if is_job and message["type"] == "http.response.start":
                headers = [one for one in message["headers"] if one[0] != b"content-length"]
                message = {**message, "headers": headers}
            if is_job and message["type"] == "http.response.body":
                fields = json.loads(message["body"])
                message = {**message, "body": json.dumps({**fields, "progress": progress}).encode()}
            await send(message)

        await app(scope, receive, change)

    return faulty


@pytest.fixture
def opening(keys):
    """Return how to open drivers on an application."""
    made = []

    def opening(app):
        numbers = itertools.count()

        def opened():
            made.append(transport := AsgiTransport(app, keys(next(numbers))))
            judge = Judge(History(CONTRACT, DEFAULTS, is_emulator=True), CHECKS)
            return Driver(transport, judge, MovedTime(transport, ("main", "other")))

        return opened

    yield opening
    for transport in made:
        transport.close()


@pytest.fixture
def emulator():
    return create_app(Settings(balance=1000))


def events_of(opened, *scripts, profile=NO_MACHINE, clock=lambda: 0.0):
    plan = Plan(target="app", is_emulator=True, scripts=scripts, profile=profile, seed=1)
    return [*Run(CONTRACT, plan, opened, clock=clock).events()]


def test_sweep_tells_what_it_does_in_order(opening, emulator):
    started, done, finished = events_of(opening(emulator), BUSY)
    assert started == RunStarted(target="app", is_emulator=True, seed=1, profile="smoke", scripts=1)
    assert done == ScriptDone(script=BUSY, number=1)
    assert (finished.jobs, finished.is_complete) == (1, True)
    assert finished.not_checked["OUT-SEED"] == NEVER_REACHED
    assert finished.accepting["JOB-PROGRESS"]


def test_fault_is_told_once_with_the_shortest_script_that_shows_it(opening, emulator):
    opened = opening(with_progress(emulator, 2))
    broken = [one for one in events_of(opened, BUSY, BUSY) if isinstance(one, RuleBroken)]
    (out_of_range, *_) = broken
    assert len({one.failure.verdict.expected for one in broken}) == len(broken)
    assert out_of_range.engine == SWEEP
    assert out_of_range.is_reproduced
    assert out_of_range.script.steps == (SUBMIT, POLL)
    assert [exchange.sent.operation for exchange in out_of_range.history] == ["submit", "job"]


def test_fault_that_does_not_show_again_is_told_all_the_same(opening, emulator):
    opened = opening(with_progress(emulator, 2, times=1))
    broken = [one for one in events_of(opened, BUSY) if isinstance(one, RuleBroken)]
    assert broken
    assert not any(one.is_reproduced for one in broken)
    assert broken[0].script == BUSY
    assert len(broken[0].history) == 1


def test_machine_finds_what_no_script_tries(opening, emulator):
    profile = Profile(name="default", examples=40, steps=12, seconds=60)
    found = events_of(opening(with_progress(emulator, 2)), profile=profile)
    (broken, *_) = [one for one in found if isinstance(one, RuleBroken)]
    assert broken.engine == MACHINE
    assert broken.is_reproduced
    assert [type(step) for step in broken.script.steps] == [Submit, OnJob]


def test_machine_finds_nothing_wrong_with_a_sound_target(opening, emulator):
    profile = Profile(name="default", examples=3, steps=5, seconds=60)
    started, finished = events_of(opening(emulator), profile=profile)
    assert isinstance(started, RunStarted)
    assert finished.calls


def test_run_out_of_time_tells_what_it_did_not_reach(opening, emulator):
    moments = itertools.count(0.0, 40.0)
    *_, finished = events_of(opening(emulator), BUSY, BUSY, BUSY, clock=lambda: next(moments))
    assert isinstance(finished, RunFinished)
    assert not finished.is_complete
    assert finished.not_checked["OUT-SEED"] == OUT_OF_TIME


def test_machine_sends_nothing_once_the_time_is_over(opening, emulator):
    moments = iter([0.0])
    profile = Profile(name="default", examples=3, steps=5, seconds=60)
    *_, finished = events_of(opening(emulator), profile=profile, clock=lambda: next(moments, 100.0))
    assert finished.calls == 0


def test_shortened_script_still_fails_and_is_never_longer(opening, emulator):
    opened = opening(with_progress(emulator, 2, paths="/v1/jobs/"))
    failure, *_ = opened().run(BUSY)
    shown = shortest(BUSY, failure, opened)
    assert shown is not None
    assert len(shown.script.steps) <= len(BUSY.steps)
    again = opened().run(shown.script)
    assert (failure.check, failure.verdict.rule) in {(one.check, one.verdict.rule) for one in again}


def test_script_that_shows_nothing_is_not_shortened(opening, emulator):
    failure, *_ = opening(with_progress(emulator, 2))().run(BUSY)
    assert shortest(BUSY, failure, opening(emulator)) is None


def test_script_of_one_step_is_as_short_as_it_gets(opening, emulator):
    only = Script(name="one", rules=("USAGE",), steps=(Call(USAGE),))
    opened = opening(without_events(emulator))
    failure, *_ = opened().run(only)
    shown = shortest(only, failure, opened)
    assert shown is not None
    assert shown.script == only


def test_last_step_that_shows_a_failure_by_itself_is_all_of_the_script(opening, emulator):
    long = Script(name="long", rules=("USAGE",), steps=(SUBMIT, POLL, Call(USAGE)))
    opened = opening(without_events(emulator))
    failure, *_ = opened().run(long)
    shown = shortest(long, failure, opened)
    assert shown is not None
    assert shown.script.steps == (Call(USAGE),)


def without_events(app):
    """Return *app*, whose usage pages have no array of events."""

    async def faulty(scope, receive, send):
        async def change(message):
            body = message.get("body", b"").replace(b'"data":[]', b'"data":{}')
            await send({**message, "body": body} if "body" in message else message)

        await app(scope, receive, change)

    return faulty


def test_plain_run_tells_failures_as_they_were_found(opening, emulator):
    plan = Plan(target="app", is_emulator=True, scripts=(BUSY,), profile=NO_MACHINE, seed=1)
    opened = opening(with_progress(emulator, 2))
    events = Run(CONTRACT, plan, opened, is_plain=True).events()
    broken = next(event for event in events if isinstance(event, RuleBroken))
    assert (broken.script, broken.is_reproduced) == (BUSY, False)
    assert broken.history == (broken.failure.exchange,)


def test_plain_machine_does_not_shrink(opening, emulator):
    machine = Profile(name="default", examples=20, steps=20, seconds=60)
    plan = Plan(target="app", is_emulator=True, scripts=(), profile=machine, seed=1)
    opened = opening(with_progress(emulator, 2))
    events = Run(CONTRACT, plan, opened, is_plain=True).events()
    broken = next(event for event in events if isinstance(event, RuleBroken))
    assert broken.engine == MACHINE
