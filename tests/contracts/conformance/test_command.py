"""The command wan-mock conformance: what it says, and how it exits."""

import io
import json
import subprocess
import sys
import time
from contextlib import nullcontext

import click
import pytest
from click.testing import CliRunner

from contracts.conformance import runner
from contracts.conformance.case import Setup
from contracts.conformance.command import conformance_command, shown
from contracts.conformance.emulator import Account, EmulatorError, client_for
from contracts.conformance.result import Result, State
from tests.contracts.conformance.conftest import CASES, own

CLIENT = " ".join(own("careful"))
BUYING = " ".join(own("buys-again-when-lost"))


def asked(url, *words):
    return CliRunner().invoke(conformance_command, [*words], obj=lambda: nullcontext(url))


def test_cases_are_listed_without_a_client(emulator):
    ended = asked(emulator, "--list")
    assert ended.exit_code == 0
    assert len(ended.stdout.splitlines()) == len(CASES)
    assert asked(emulator, "--list", "--case", "poll-503").stdout.startswith("poll-503  MUST")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "--adapter 'CMD' is missing"),
        (["report.json"], "reports are for --merge"),
        (["--merge"], "--merge needs reports"),
        (["--merge", "nothing.json"], "No such file"),
        (["--adapter", "x", "--case", "y"], "'y' is no case"),
        (["--adapter", "no-such-program-at-all"], "no program no-such-program-at-all"),
        (["--adapter", "sh", "--jobs", "0"], "--jobs"),
        (["--adapter", "sh", "--baseline", "nothing.json"], "No such file"),
        (["--adapter", "sh", "--report-dir", "/dev/null/x"], "another --report-dir would do"),
    ],
)
def test_wrong_use_is_told(emulator, words, complaint):
    ended = asked(emulator, *words)
    assert ended.exit_code != 0
    assert complaint in f"{ended.stderr}{ended.exception}"


def test_without_an_emulator_there_is_nothing_to_try_on():
    ended = CliRunner().invoke(conformance_command, ["--adapter", "sh"])
    assert ended.exit_code == 2
    assert "there is no emulator" in ended.stderr


def test_client_that_is_fit_exits_0(emulator, tmp_path):
    words = ("--adapter", CLIENT, "--case", "request-plain", "--case", "money-jobs")
    ended = asked(emulator, *words, "--report-dir", str(tmp_path / "report"))
    assert ended.exit_code == 0, ended.stdout
    assert "Nothing failed" in ended.stdout
    assert (tmp_path / "report" / "report.html").exists()


def test_client_that_is_not_exits_1_until_that_is_known(emulator, tmp_path):
    words = ("--adapter", BUYING, "--case", "submit-lost", "--report-dir", str(tmp_path))
    ended = asked(emulator, *words)
    assert ended.exit_code == 1
    assert "MUST submit-lost" in ended.stdout
    baseline = ("--baseline", str(tmp_path / "report.json"))
    ended = asked(emulator, *words, *baseline, "--format", "json")
    assert ended.exit_code == 0
    assert json.loads(ended.stdout)["counts"]["known"] == 1
    (tmp_path / "old.json").write_text(
        (tmp_path / "report.json").read_text().replace('"submit-lost"', '"submit-gone"')
    )
    ended = asked(emulator, *words, "--baseline", str(tmp_path / "old.json"))
    assert "'submit-gone' is no case any more" in f"{ended.stderr}{ended.exception}"
    careful = ("--adapter", CLIENT, "--case", "submit-lost", *baseline)
    ended = asked(emulator, *careful)
    assert ended.exit_code == 1
    assert "Stale in the baseline" in ended.stdout


def test_should_counts_where_it_is_asked_for(emulator):
    words = ("--adapter", " ".join(own("never-names-its-job")), "--case", "outcome-names-the-job")
    assert asked(emulator, *words).exit_code == 0
    assert asked(emulator, *words, "--strict").exit_code == 1


def test_reports_are_merged(emulator, tmp_path):
    words = ("--adapter", CLIENT, "--case", "request-plain", "--report-dir", str(tmp_path))
    asked(emulator, *words)
    path = str(tmp_path / "report.json")
    ended = asked(emulator, "--merge", path, path)
    assert (ended.exit_code, "request-plain" in ended.stdout) == (0, True)
    ended = asked(emulator, "--merge", path, "--format", "json", "--report-dir", str(tmp_path))
    assert json.loads(ended.stdout) == json.loads((tmp_path / "matrix.json").read_text())


def test_run_that_is_interrupted_leaves_a_report_and_no_adapter(emulator, monkeypatch, tmp_path):
    def interrupted(done):
        yield from [*done][:0]
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "as_completed", interrupted)
    words = ("--adapter", " ".join(own("hangs")), "--case", "request-plain")
    began = time.monotonic()
    ended = asked(emulator, *words, "--report-dir", str(tmp_path))
    assert isinstance(ended.exception, click.Abort) or ended.exit_code == 1
    assert time.monotonic() - began < 20
    assert json.loads((tmp_path / "report.json").read_text())["is_complete"] is False


def test_command_lends_an_emulator_of_its_own(tmp_path):
    words = ["conformance", "--adapter", CLIENT, "--case", "request-plain"]
    ended = subprocess.run(
        [sys.executable, "-m", "mock_server", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_terminal_shows_how_far_it_has_come():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    results = [Result(case=case, state=State.PASSED) for case in CASES.values()][:2]
    terminal, file = Terminal(), io.StringIO()
    assert [*shown(iter(results), 2, terminal)] == [*shown(iter(results), 2, file)] == results
    assert "\r2/2 request-nothing-added" in terminal.getvalue()
    assert file.getvalue() == ""


def test_emulator_that_does_not_obey_is_told(emulator):
    with client_for() as client, pytest.raises(EmulatorError, match="latency"):
        Account(client, emulator, "x", "sk-empiriolabs-x").prepare(Setup(latency=-1), {})


def test_emulator_that_is_not_there_is_told():
    with client_for() as client, pytest.raises(EmulatorError, match="does not answer"):
        Account(client, "http://127.0.0.1:1", "x", "sk-empiriolabs-x").now()


def test_video_that_never_comes_whole_is_none(emulator):
    with client_for() as client:
        account = Account(client, emulator, "y", "sk-empiriolabs-y")
        assert account.video({"url": None}) is None
        assert account.video({"url": f"{emulator}/media/nothing.mp4"}) is None
        assert account.video({"url": "http://127.0.0.1:1/x.mp4"}) is None
