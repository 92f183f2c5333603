"""Runs against a target with one fault: it is found, shown again by itself, and made short."""

import itertools
import json

import pytest

from contracts.asgi import AsgiTransport
from contracts.checks.catalogue import CHECKS
from contracts.driver import Driver
from contracts.events import RuleBroken, RunFinished, RunStarted, ScriptDone
from contracts.exchange import KEPT_BYTES, Answer, CutBody, Exchange, cut, json_request
from contracts.history import History
from contracts.judge import Judge
from contracts.machine import Histories, explore, script_of
from contracts.passing import ACCOUNT, MovedTime
from contracts.run import (
    BASELINE,
    MACHINE,
    NEVER_REACHED,
    OPINION,
    OUT_OF_TIME,
    SWEEP,
    Plan,
    Profile,
    Run,
)
from contracts.script import Call, Control, Follow, OnJob, Script, Submit, Wait
from contracts.shortening import shortest
from contracts.tally import MOST_KEPT, Tally
from contracts.target import TargetError
from mock_server.app import create_app
from mock_server.settings import Settings
from tests.contracts.conftest import CONTRACT, DEFAULTS, FIELDS, MODEL, USAGE

SUBMIT, POLL = Submit(fields=FIELDS), OnJob(operation="job")
BUSY = Script(
    name="busy",
    rules=("JOB-PROGRESS",),
    steps=(Call(USAGE), SUBMIT, Call(USAGE), POLL, Wait(seconds=1), POLL, Follow(), Call(USAGE)),
)
HISTORIES = Histories(seed=1, examples=40, steps=12)
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
    profile = Profile(name="default", examples=3, steps=5, seconds=60, opinions=1)
    *_, finished = events_of(opening(emulator), profile=profile, clock=lambda: next(moments, 100.0))
    assert finished.calls == 0
    assert finished.not_reached == (f"{MACHINE} of wan-2-6", OPINION)


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


class Clock:
    """A clock that *app* makes jump once it was asked *calls* times."""

    def __init__(self, app, calls):
        self.at, self._left, self._app = 0.0, calls, app

    def __call__(self):
        return self.at

    async def app(self, scope, receive, send):
        self._left -= not scope["path"].startswith("/_mock")
        if self._left <= 0:
            self.at = 1000.0
        await self._app(scope, receive, send)


def test_failure_is_told_though_no_time_is_left_to_show_it_again(opening, emulator):
    clock = Clock(with_progress(emulator, 2), calls=7)
    events = events_of(opening(clock.app), BUSY, BUSY, clock=clock)
    broken, *_ = [one for one in events if isinstance(one, RuleBroken)]
    assert (broken.is_out_of_time, broken.is_reproduced) == (True, False)
    assert events[-1].not_reached == ("busy", "busy")
    assert not [one for one in events if isinstance(one, ScriptDone)]


def test_script_is_shortened_only_while_there_is_time(opening, emulator):
    opened = opening(with_progress(emulator, 2))
    failure, *_ = opened().run(BUSY)
    over = iter([False, False])
    shown = shortest(BUSY, failure, opened, is_over=lambda: next(over, True))
    assert shown is not None
    assert len(shown.script.steps) >= len(BUSY.steps) - 1


def test_step_that_another_one_needed_goes_once_that_one_is_gone(opening, emulator):
    cancel, one = OnJob(operation="cancel", job="first"), Submit(fields=FIELDS, job="first")
    rest = (Submit(fields=FIELDS), Follow(seconds=0.5))
    poor = Control(method="PATCH", path=ACCOUNT, fields={"balance": 0.45})
    script = Script(name="x", rules=(), steps=(poor, one, cancel, *rest))
    opened = opening(with_progress(emulator, 2, paths="/v1/jobs/job"))
    failure = next(one for one in opened().run(script) if one.exchange.sent.method == "GET")
    shown = shortest(script, failure, opened)
    assert shown is not None
    assert shown.script.steps == rest


def test_machine_that_runs_out_of_time_is_not_reached(opening, emulator):
    clock = Clock(emulator, calls=30)
    profile = Profile(name="default", examples=300, steps=12, seconds=60)
    *_, finished = events_of(opening(clock.app), profile=profile, clock=clock)
    assert finished.not_reached == ("state machine of wan-2-6",)
    assert finished.calls < 60


def explored(opened, is_over=lambda: False):
    return explore(opened, MODEL, HISTORIES, is_over=is_over)


def test_machine_has_found_what_it_has_no_time_to_shorten(opening, emulator):
    faulty, polled = with_progress(emulator, 2), []

    async def app(scope, receive, send):
        async def look(message):
            if message.get("status") == 200 and scope["method"] == "GET":
                polled.extend([scope] if scope["path"].startswith("/v1/jobs/") else [])
            await send(message)

        await faulty(scope, receive, look)

    broken, *_ = explored(opening(app), is_over=lambda: bool(polled)).broken
    assert broken.failures


def test_machine_tells_what_does_not_show_again(opening, emulator):
    broken, *_ = explored(opening(with_progress(emulator, 2, times=9))).broken
    assert script_of(broken).steps[-1] == broken.steps[-1]


def test_machine_ends_when_the_target_is_gone(opening, emulator):
    opened, left = opening(emulator), iter(range(2))

    def gone():
        if next(left, None) is None:
            raise TargetError("http://x: gone")
        return opened()

    assert isinstance(explored(gone).end, TargetError)


def test_script_that_showed_a_failure_once_is_tried_again(opening, emulator):
    known = Script(name="known", rules=("JOB-PROGRESS",), steps=(SUBMIT, POLL))
    plan = Plan(
        target="app", is_emulator=True, scripts=(), profile=NO_MACHINE, seed=1, known=(known,)
    )
    events = [*Run(CONTRACT, plan, opening(with_progress(emulator, 2))).events()]
    broken, *_ = [one for one in events if isinstance(one, RuleBroken)]
    assert (broken.engine, broken.script.steps) == (BASELINE, known.steps)


def test_script_is_carried_out_only_while_there_is_time(opening, emulator):
    opened = opening(emulator)()
    over = iter([False, True])
    opened._is_over = lambda: next(over)
    opened.run(Script(name="a", rules=(), steps=(Call(USAGE), Call(USAGE))))
    assert opened.recording.count == 1


def test_job_is_followed_only_while_there_is_time(opening, emulator):
    opened = opening(emulator)()
    polls = iter([False, False, False, True])
    opened._is_over = lambda: next(polls, True)
    opened.run(Script(name="a", rules=(), steps=(SUBMIT, Follow())))
    assert opened.recording.count == 2


def test_only_so_many_exchanges_are_kept_with_bodies_that_are_cut():
    tally, body = Tally(), b"a" * (2 * KEPT_BYTES)
    sent = json_request("submit", "POST", "/", {"prompt": "a" * (2 * KEPT_BYTES)})
    long = Exchange(sent=sent, answer=Answer(200, {}, body))
    tally.keep([long] * (MOST_KEPT - 1))
    tally.keep([Exchange(sent=USAGE, answer=None)] * 2)
    assert (len(tally.exchanges), tally.exchanges[-1].sent) == (MOST_KEPT, USAGE)
    answered, asked = tally.exchanges[0].answer, tally.exchanges[0].sent.body
    assert answered is not None
    assert isinstance(answered.body, CutBody)
    assert (answered.body.size, len(answered.body)) == (2 * KEPT_BYTES, KEPT_BYTES)
    assert len(asked or b"") == KEPT_BYTES
    assert cut(answered.body) is answered.body


def test_run_tells_which_exchanges_exercised_a_rule_first(opening, emulator):
    *_, finished = events_of(opening(emulator), BUSY)
    (only,) = finished.samples["JOB-PROGRESS"]
    assert only.sent.operation == "job"


def gone_after(opened, calls, end=None):
    """Return what opens drivers on a target that is gone once it was asked so many *calls* but those of control.

    That ends everything by *end*.
    """
    left = itertools.count(1)

    def opening_one():
        driver = opened()
        inner = driver._transport

        class Going:
            def send(self, sent):
                if sent.operation != "control" and next(left) > calls:
                    raise end or TargetError("http://x: gone")
                return inner.send(sent)

        driver._transport = Going()
        return driver

    return opening_one


def test_machine_that_is_interrupted_hands_over_what_it_found(opening, emulator):
    opened = gone_after(opening(with_progress(emulator, 2)), 400, KeyboardInterrupt())
    found = explore(opened, MODEL, Histories(examples=200, steps=12, seed=1), is_over=lambda: False)
    assert isinstance(found.end, KeyboardInterrupt)
    assert found.broken


def test_machine_that_is_interrupted_between_two_steps_hands_over_what_it_found(opening, emulator):
    def is_over():
        raise KeyboardInterrupt

    found = explore(opening(emulator), MODEL, HISTORIES, is_over=is_over)
    assert isinstance(found.end, KeyboardInterrupt)


@pytest.mark.parametrize("calls", range(4, 30, 2))
def test_failure_is_told_wherever_the_target_goes(opening, emulator, calls):
    opened = gone_after(opening(with_progress(emulator, 2)), calls)
    plan = Plan(target="app", is_emulator=True, scripts=(BUSY,), profile=NO_MACHINE, seed=1)
    assert broken_until_the_end(Run(CONTRACT, plan, opened).events())


def broken_until_the_end(events):
    """Return what *events*, which end by an exception, tell of as broken."""
    broken = []
    while not isinstance(event := next(events), RunFinished):
        broken += [event] if isinstance(event, RuleBroken) else []
    with pytest.raises(TargetError):
        next(events)
    return broken


@pytest.mark.parametrize("calls", [6, 7, 12])
def test_what_was_found_is_told_though_the_target_goes_before_it_is_shown_again(
    opening, emulator, calls
):
    opened = gone_after(opening(with_progress(emulator, 2)), calls)
    plan = Plan(target="app", is_emulator=True, scripts=(BUSY,), profile=NO_MACHINE, seed=1)
    broken, *_ = broken_until_the_end(Run(CONTRACT, plan, opened).events())
    assert (broken.failure.verdict.rule, broken.is_reproduced) == ("JOB-SHAPE", False)


def test_what_the_machine_found_is_told_though_the_target_goes_meanwhile(opening, emulator):
    opened = gone_after(opening(with_progress(emulator, 2)), 400)
    profile = Profile(name="default", examples=200, steps=12, seconds=60)
    plan = Plan(target="app", is_emulator=True, scripts=(), profile=profile, seed=1)
    broken, *_ = broken_until_the_end(Run(CONTRACT, plan, opened).events())
    assert (broken.engine, broken.failure.verdict.rule) == (MACHINE, "JOB-SHAPE")


def test_machine_looks_for_more_than_is_known(opening, emulator):
    opened = opening(with_progress(emulator, 2))
    first = {one.place for broken in explored(opened).broken for one in broken.failures}
    again = explore(opened, MODEL, HISTORIES, is_over=lambda: False, known=first)
    assert first.isdisjoint(one.place for broken in again.broken for one in broken.failures)
