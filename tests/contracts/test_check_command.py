"""The command wan-mock check: what it says, and how it exits."""

import json
import signal
from dataclasses import replace
from importlib.resources import files

import click
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from contracts.check import NOT_ASKED_FOR, check, planned
from contracts.check_command import check_command, profile_of
from contracts.events import RuleBroken, RunFinished, ScriptDone
from contracts.exchange import Answer, Exchange, Sent
from contracts.passing import ControlError, MovedTime, RealTime, control
from contracts.run import PROFILES
from contracts.script import Call, Script
from contracts.site import UrlError
from contracts.target import TargetError, is_on_loopback, look_at
from contracts.termination import terminating
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
    assert (
        "JOB-PROGRESS (documented): GET /v1/jobs/{job_id} broke the contract at /progress."
        in ended.stdout
    )


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


def test_plan_of_a_rule_that_there_is_not_is_refused():
    with pytest.raises(TargetError, match="'JOB-X' is not a rule of the contract"):
        planned(wishes("https://api.example.com", rules=("JOB-X",)), CONTRACT)


@pytest.mark.parametrize(
    ("field", "what"), [("other_api_key", "the other key"), ("control_token", "the control token")]
)
def test_key_that_no_header_can_carry_is_told_at_once(field, what):
    with pytest.raises(UrlError, match=f"{what} has characters that no header can carry"):
        [*check(wishes("http://127.0.0.1:1", **{field: "sk-é"}), CONTRACT)]


def test_target_that_is_not_there_is_told():
    with pytest.raises(TargetError, match="is it running"):
        [*check(wishes("http://127.0.0.1:1"), CONTRACT)]


def test_live_api_is_checked_for_nothing_without_a_budget(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with ThreadServer(create_app(Settings(control=False))) as server:
        ended = CliRunner().invoke(check_command, [server.url, "--api-key", "sk-empiriolabs-me"])
        url = server.url
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert f"{url} (live API)" in ended.stdout
    assert "US$ 0.0000 of the budget are left: REQ-PROMPT" in ended.stdout
    assert [*tmp_path.iterdir()] == []


def test_plan_is_told_and_nothing_is_sent():
    ended = CliRunner().invoke(
        check_command, ["https://api.example.com", "--plan", "--max-cost", "2.25"]
    )
    assert ended.exit_code == 0
    assert "At no moment more than US$ 2.2500 could be spent." in ended.stdout


@pytest.mark.parametrize("amount", ["abc", "-1", "nan", "inf", "0.0000001", "1e9", "1e30", "1e999"])
def test_amount_that_is_none_is_refused(amount):
    ended = CliRunner().invoke(
        check_command, ["https://api.example.com", "--plan", "--max-cost", amount]
    )
    assert ended.exit_code == 2
    assert f"'{amount}' is no amount of US dollars" in ended.stderr


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_request_to_terminate_ends_a_run_as_an_interrupt_does(number, status):
    with pytest.raises(click.exceptions.Exit) as ended, terminating():
        signal.raise_signal(number)
    assert ended.value.exit_code == status
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


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


def test_program_reads_the_report_from_standard_output(server):
    asked = ["--rule", "HEALTH", "--profile", "smoke", "--format", "json"]
    ended = CliRunner().invoke(check_command, [server.url, *asked])
    report = json.loads(ended.stdout)
    schema = files("contracts.reports").joinpath("report.schema.json").read_text()
    Draft202012Validator(json.loads(schema)).validate(report)
    assert report["counts"]["kept"] == 1


def test_all_reports_and_evidence_are_written(server, tmp_path):
    asked = ["--rule", "JOB-LIST", "--profile", "smoke"]
    folders = ["--report-dir", str(tmp_path / "all"), "--record", str(tmp_path / "seen")]
    ended = CliRunner().invoke(check_command, [server.url, *asked, *folders])
    assert ended.exit_code == 0, ended.output
    assert (tmp_path / "all" / "report.html").exists()
    assert [path.name for path in (tmp_path / "seen").iterdir()] == ["JOB-LIST.json"]


def test_failures_of_the_baseline_are_known_and_must_still_fail(server, faulty, tmp_path):
    asked = ["--rule", "JOB-PROGRESS", "--profile", "smoke"]
    first = CliRunner().invoke(check_command, [faulty.url, *asked, "--format", "json"])
    baseline = tmp_path / "report.json"
    baseline.write_text(first.stdout)
    known = ["--baseline", str(baseline)]
    again = CliRunner().invoke(check_command, [faulty.url, *asked, *known])
    assert (first.exit_code, again.exit_code) == (1, 0)
    assert "Known: the baseline has it." in again.stdout
    mended = CliRunner().invoke(check_command, [server.url, *asked, *known])
    assert mended.exit_code == 1
    assert "Stale in the baseline, it does not fail any more: JOB-PROGRESS" in mended.stdout
    other = CliRunner().invoke(check_command, [server.url, "--rule", "HEALTH", *known])
    assert other.exit_code == 0
    assert "Known in the baseline, and not checked by this run: JOB-PROGRESS" in other.stdout


def test_script_that_showed_a_failure_is_tried_again_whatever_rules_it_is_about(server):
    look = (Call(Sent(operation="livez", method="GET", target="/livez", key=None)),)
    known = [Script(name="x", rules=(rule,), steps=look) for rule in ("HEALTH", "JOB-CANCEL")]
    asked = wishes(server.url, rules=("HEALTH",), excluded=("JOB-CANCEL",), known=tuple(known))
    *_, finished = check(asked, CONTRACT)
    assert isinstance(finished, RunFinished)
    assert finished.calls == 2 + len(known)


def test_rules_that_were_not_asked_for_count_as_not_checked(server):
    *_, finished = check(wishes(server.url, rules=("HEALTH",)), CONTRACT)
    assert isinstance(finished, RunFinished)
    assert finished.not_checked["JOB-STATUS"] == NOT_ASKED_FOR
    assert {*finished.accepting, *finished.refusing} == {"HEALTH"}
