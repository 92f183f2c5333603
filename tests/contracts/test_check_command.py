"""The command wan-mock check: what it says, and how it exits."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from contracts.check import check
from contracts.check_command import check_command, profile_of
from contracts.events import RuleBroken, ScriptDone
from contracts.exchange import Answer, Exchange
from contracts.passing import ControlError, MovedTime, RealTime, control
from contracts.run import PROFILES
from contracts.target import TargetError, is_on_loopback, look_at
from contracts.wishes import Wishes
from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings
from tests.contracts.conftest import CONTRACT, answer
from tests.contracts.test_run import with_progress


@pytest.fixture(scope="module")
def server():
    with ThreadServer(create_app(Settings())) as server:
        yield server


@pytest.fixture(scope="module")
def faulty():
    with ThreadServer(with_progress(create_app(Settings()), 2)) as server:
        yield server


def wishes(url, **changes):
    made = Wishes(
        url=url,
        api_key="sk-empiriolabs-me",
        profile=PROFILES["smoke"],
    )
    return replace(made, **changes)


def test_sound_target_exits_0(server):
    ended = CliRunner().invoke(
        check_command, [server.url, "--rule", "HEALTH", "--profile", "smoke"]
    )
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert "2 calls, 0 jobs" in ended.stdout


def test_fault_exits_1(faulty):
    ended = CliRunner().invoke(
        check_command, [faulty.url, "--rule", "JOB-PROGRESS", "--profile", "smoke"]
    )
    assert ended.exit_code == 1
    assert "JOB-PROGRESS /progress: expected" in ended.stdout


def test_only_rules_that_are_asked_for_are_told(faulty):
    events = [*check(wishes(faulty.url, rules=("JOB-CANCEL",)), CONTRACT)]
    told = {event.failure.verdict.rule for event in events if isinstance(event, RuleBroken)}
    assert told <= {"JOB-CANCEL"}
    assert all(
        "JOB-CANCEL" in event.script.rules for event in events if isinstance(event, ScriptDone)
    )


def test_rule_that_is_exercised_by_the_way_only_is_checked_by_all_scripts(server):
    every, asked = (
        next(check(wishes(server.url, rules=rules), CONTRACT)) for rules in ((), ("JOB-SHAPE",))
    )
    assert every == asked


def test_rules_that_are_excluded_are_not_told(faulty):
    asked = wishes(faulty.url, rules=("JOB-CANCEL", "JOB-PROGRESS"), excluded=("JOB-PROGRESS",))
    told = [
        event.failure.verdict.rule
        for event in check(asked, CONTRACT)
        if isinstance(event, RuleBroken)
    ]
    assert "JOB-PROGRESS" not in told


def test_rule_that_there_is_not_is_told_at_once():
    with pytest.raises(TargetError, match="'JOB-X' is not a rule of the contract"):
        [*check(wishes("http://127.0.0.1:1", rules=("JOB-X",)), CONTRACT)]


def test_target_that_is_not_there_is_told():
    with pytest.raises(TargetError, match="is it running"):
        [*check(wishes("http://127.0.0.1:1"), CONTRACT)]


def test_live_api_is_not_checked_yet():
    told = pytest.raises(TargetError, match="is no emulator that may be controlled")
    with ThreadServer(create_app(Settings(control=False))) as server, told:
        [*check(wishes(server.url), CONTRACT)]


def test_time_limit_of_a_profile_can_be_another():
    assert profile_of("smoke", None) == PROFILES["smoke"]
    assert profile_of("deep", 5).seconds == 5


class Answering:
    """A transport that has an answer for each target, and none for any other."""

    def __init__(self, **answers: Answer) -> None:
        self.answers = answers

    def send(self, sent):
        told = self.answers.get(sent.target.rpartition("/")[2])
        return Exchange(sent=sent, answer=told, trouble=None if told else "reset")


CLOCK = answer(200, {"emulator": "wan-mock"})
HERE, THERE = "http://localhost:8026", "https://example.com"


def test_emulator_elsewhere_is_one_only_when_trusted():
    transport = Answering(clock=CLOCK, account=answer(200, {"policies": {"a": "b"}}))
    assert look_at(transport, HERE, is_trusted=False).policies == {"a": "b"}
    assert look_at(transport, THERE, is_trusted=True).is_emulator
    assert not look_at(transport, THERE, is_trusted=False).is_emulator


@pytest.mark.parametrize(
    "clock", [answer(200, {}), answer(404, {"emulator": "wan-mock"}), answer(200, b"<html>")]
)
def test_what_does_not_say_that_it_is_an_emulator_is_live(clock):
    assert not look_at(Answering(clock=clock), HERE, is_trusted=True).is_emulator


@pytest.mark.parametrize("account", [None, answer(401, {})])
def test_emulator_that_does_not_tell_its_policies_cannot_be_checked(account):
    with pytest.raises(TargetError, match="does not tell of its account"):
        look_at(Answering(clock=CLOCK, account=account), HERE, is_trusted=False)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost", True),
        ("http://127.8.0.1:1", True),
        ("http://[::1]:1", True),
        ("http://example.com", False),
        ("http://10.0.0.1", False),
        ("nonsense", False),
    ],
)
def test_loopback_is_told_by_its_spelling(url, expected):
    assert is_on_loopback(url) is expected


def test_real_time_passes_by_waiting():
    slept: list[float] = []
    time = RealTime(sleep=slept.append, clock=lambda: 5.0)
    time.let_pass(3)
    assert (slept, time.now()) == ([3], 5.0)


def test_moved_time_tells_how_far_it_was_moved():
    time = MovedTime(Answering(clock=CLOCK, advance=CLOCK), ("main",))
    time.let_pass(3)
    assert time.now() == 3


@pytest.mark.parametrize(("told", "message"), [(None, "no answer"), (answer(403, {}), "403")])
def test_emulator_that_cannot_be_controlled_is_told(told, message):
    with pytest.raises(ControlError, match=message):
        control(Answering(clock=told), "PUT", "/_mock/clock", {}, "main")
