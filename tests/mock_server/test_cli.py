"""The command line, run in this process; a few things only a real process shows."""

import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.document import load
from mock_server import cli as cli_module
from mock_server.cli import main
from mock_server.scenarios.catalogue import SCENARIOS

Run = Callable[..., tuple[int, str, str]]

VALID = '{"model": "wan-2-6", "prompt": "sunrise", "duration": 6}'


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command and returns status, standard output and standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        statuses: list[int] = []
        main(arguments, leave=statuses.append)
        captured = capsys.readouterr()
        return statuses[0], captured.out, captured.err

    return run


class Until(io.StringIO):
    """Standard output that stops the server as soon as it has said that it is ready."""

    def write(self, text: str) -> int:
        if "curl" in text:
            signal.raise_signal(signal.SIGTERM)
        return super().write(text)


def served(*arguments: str) -> str:
    statuses: list[int] = []
    with contextlib.redirect_stdout(Until()) as output:
        main(["serve", "--port", "0", *arguments], leave=statuses.append)
    assert statuses == [0]
    return output.getvalue()


def test_serve_prints_its_url_and_a_ready_curl():
    said = served()

    url = said.split()[3]
    assert url.startswith("http://127.0.0.1:")
    assert f"curl {url}/v1/videos/generations" in said
    assert f"dashboard {url}/_mock/" in said
    assert '-H "Authorization: Bearer sk-empiriolabs-me"' in said


def test_serve_names_the_public_url():
    assert "curl https://wan.example/v1/videos" in served("--public-url", "https://wan.example")


def test_serve_says_that_control_is_closed_beyond_loopback():
    assert "--control-token" in served("--host", "0.0.0.0")
    assert "--control-token" not in served("--host", "0.0.0.0", "--no-control")
    assert "--control-token" not in served("--host", "0.0.0.0", "--control-token", "t")


def test_a_taken_port_is_one_line_and_status_2(run: Run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, _, complaint = run("serve", "--port", str(taken.getsockname()[1]))

    assert status == 2
    assert complaint.count("\n") == 1
    assert "is taken" in complaint


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["serve", "--policy", "seed_range=maybe"], "'maybe' is not one of enforce, accept"),
        (["serve", "--policy", "nope=1"], "unknown policy 'nope'"),
        (["serve", "--policy", "nope"], "NAME=VALUE would do"),
        (["serve", "--latency", "slow"], "latency='slow' is not one of"),
        (["serve", "--balance", "lots"], "balance='lots'"),
        (["serve", "--clock", "sundial"], "'sundial' is not one of"),
        (["serve", "--port", "http"], "'http' is not a valid integer"),
        (["serve", "--rpm", "-1"], "rpm=-1"),
        (["serve", "--max-body", "0"], "max_body=0"),
        (["serve", "--public-url", "wan.example"], "public_url='wan.example'"),
        (["serve", "--keys", "no/such/file"], "no/such/file: cannot be read"),
        (["serve", "--config", "no/such/file"], "no/such/file: cannot be read"),
        (["serve", "--nope"], "--nope"),
        (["demo", "--clock", "manual"], "--clock manual"),
        (["serve", "--workers", "4"], "workers=4 needs a state that they share: --state sqlite:"),
        (["serve", "--server", "nginx"], "'nginx' is not one of"),
        (["demo", "--workers", "2", "--state", "sqlite:a"], "--workers 2 is for wan-mock serve"),
        (["exec", "--workers", "2", "--", "true"], "--workers 2 is for wan-mock serve; leave it"),
        (["exec", "--server", "granian", "--", "true"], "--server granian is for wan-mock serve"),
        (["quote", VALID, "--policy", "nope=1"], "unknown policy 'nope'"),
        (["fly"], "'fly'"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(run: Run, arguments: list[str], complaint: str):
    status, said, complained = run(*arguments)

    assert (status, said) == (2, "")
    assert complaint in complained
    assert complained.startswith("wan-mock: ")
    assert complained.count("\n") == 1


def test_no_command_shows_the_help(run: Run):
    status, _, complaint = run()

    assert status == 2
    assert "serve" in complaint


def test_version_and_help_are_fine(run: Run):
    assert run("--version")[:2] == (0, "wan-mock 0.1.0\n")
    assert run("serve", "--help")[0] == 0


def test_quote_tells_mode_tier_seconds_price_and_size(run: Run):
    status, said, _ = run("quote", VALID)

    assert status == 0
    assert said.splitlines() == [
        "mode    t2v",
        "tier    Standard 1080P (PRICE-STANDARD-1080P)",
        "rate    US$ 0.138 per second",
        "billed  6 s",
        "price   US$ 0.828",
        "output  1920x1080, 30 fps, 180 frames, with sound",
    ]


def test_quote_speaks_json(run: Run):
    request = {**json.loads(VALID), "mode": "r2v", "image": "https://a.example/b", "duration": 12.5}
    request |= {"flash_mode": True, "audio": False, "resolution": "720p", "aspect_ratio": "1:1"}
    _, said, _ = run("quote", json.dumps(request), "--json")
    told = json.loads(said)

    (picture,) = told.pop("media")
    assert (picture["pointer"], picture["origin"]) == ("/image", "elsewhere")
    assert told == {
        "model": "wan-2-6",
        "mode": "r2v",
        "tier": "Flash 720P (no audio)",
        "rule": "PRICE-FLASH-720P-SILENT",
        "rate": "0.0225",
        "billed_seconds": 10,
        "price": 0.225,
        "currency": "USD",
        "width": 960,
        "height": 960,
        "fps": 30,
        "frames": 300,
        "sound": False,
        "scenarios": [],
    }


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"image": "large.jpg"}, "image: JPEG, 4000x3000, resize 4000x3000 → 2000x1500"),
        ({"video": "clip.mov"}, "video: MOV, 320x240, 3 s, normalise MOV → MP4"),
        ({"audio_url": "voice.mp3"}, "audio_url: mp3, 5 s"),
        (
            {"audio_url": "short.wav"},
            "fails the job, which then costs nothing, with InvalidFile.Duration: audio_url: ",
        ),
        ({"video": "clip.mp4", "audio_url": "voice.mp3"}, "audio_url: audio ignored in r2v"),
    ],
)
def test_quote_tells_what_becomes_of_media(run: Run, fields, line):
    """MEDIA-IMAGE-SIZE, MEDIA-VIDEO, MEDIA-AUDIO and MEDIA-AUDIO-R2V."""
    own = {name: f"http://localhost:8026/fixtures/{sample}" for name, sample in fields.items()}
    status, said, _ = run("quote", json.dumps({**json.loads(VALID), **own}))

    assert status == 0
    assert f"media   {line}" in said


@pytest.mark.parametrize(
    "url",
    ["https://example.com/a.png", "http://127.0.0.1:9/a.png", "bunny://uploads/file_1/a.png"],
)
def test_quote_fetches_nothing(run: Run, url):
    said = run("quote", json.dumps({**json.loads(VALID), "image": url}))[1]

    assert "media   image: taken on trust: it was not fetched" in said


def test_quote_of_a_silent_video_says_so(run: Run):
    request = {**json.loads(VALID), "audio": False}
    assert "silent" in run("quote", json.dumps(request))[1]


def test_quote_tells_every_violation(run: Run):
    status, said, complaint = run("quote", '{"model": "wan-2-6", "prompt": " ", "duration": 99}')

    assert (status, said) == (2, "")
    assert [line.split(":")[1].strip() for line in complaint.splitlines()] == ["prompt", "duration"]


def test_quote_tells_an_unknown_model(run: Run):
    status, _, complaint = run("quote", '{"model": "wan-9"}')

    assert status == 2
    assert '"wan-9" is not known' in complaint


def test_quote_follows_a_policy(run: Run):
    request = {**json.loads(VALID), "mode": "r2v", "image": "https://a.example/b", "duration": 12}
    status, _, complaint = run("quote", json.dumps(request), "--policy", "r2v_over_cap=reject")

    assert status == 2
    assert "duration: 12" in complaint


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_rules_lists_every_rule_in_each_format(run: Run, form: str):
    status, said, _ = run("rules", "--format", form)

    assert status == 0
    for rule in load().rules.values():
        assert rule.id in said


def test_rules_as_json_have_provenance_source_live_mode_and_policy(run: Run):
    listed = {rule["id"]: rule for rule in json.loads(run("rules", "--format", "json")[1])}

    assert listed["REQ-SEED"]["policy_values"] == ["enforce", "accept"]
    assert listed["REQ-DURATION"]["provenance"] == "documented"
    assert listed["REQ-DURATION"]["live"] == "assert"
    assert listed["REQ-DURATION"]["source"]


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_scenarios_are_listed_in_each_format(run: Run, form: str):
    status, said, _ = run("rules", "--scenarios", "--format", form)
    words = " ".join(said.split())

    assert status == 0
    for scenario in SCENARIOS.values():
        assert scenario.name in said
        assert scenario.kind in said
        assert scenario.text in words
        assert scenario.reason in words


def test_scenarios_as_json_have_name_kind_text_and_reason(run: Run):
    listed = json.loads(run("rules", "--scenarios", "--format", "json")[1])

    assert [told["name"] for told in listed] == [*SCENARIOS]
    assert {tuple(told) for told in listed} == {("name", "kind", "text", "reason")}


def test_quote_tells_the_scenarios_in_the_prompt(run: Run):
    prompt = "a cat @mock:stuck @mock:poll-429"
    request = json.dumps({**json.loads(VALID), "prompt": prompt})

    assert json.loads(run("quote", request, "--json")[1])["scenarios"] == ["stuck", "poll-429"]
    assert f"mock    {SCENARIOS['stuck'].text} (stuck)\n" in run("quote", request)[1]


def test_quote_refuses_a_scenario_that_is_none(run: Run):
    status, _, complaint = run("quote", json.dumps({**json.loads(VALID), "prompt": "@mock:stick"}))

    assert status == 2
    assert "@mock:stick is not a scenario; the nearest is @mock:stuck." in complaint


def wan_mock(
    *arguments: str, environ: dict[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mock_server", *arguments],
        check=False,
        capture_output=True,
        text=True,
        input=stdin,
        env={**os.environ, **(environ or {})},
        timeout=60,
    )


def test_the_installed_command_is_the_module():
    program = "from mock_server.__main__ import main; main()"
    command = [sys.executable, "-c", program, "--version"]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)

    assert ran.stdout == wan_mock("--version").stdout != ""


def test_quote_reads_standard_input():
    ran = wan_mock("quote", "-", stdin=VALID)

    assert ran.returncode == 0
    assert "US$ 0.828" in ran.stdout


def test_a_reader_that_has_enough_is_no_failure():
    ran = subprocess.run(
        f"{sys.executable} -m mock_server rules --format json | head -c 10",
        shell=True,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ran.stderr == ""


def test_a_refusal_is_what_the_process_exits_with():
    ran = wan_mock("serve", environ={"WAN_MOCK_PORT": "99999"})

    assert ran.returncode == 2
    assert (
        ran.stderr
        == "wan-mock: port 99999 is out of range; choose one of 1 to 65535, or 0 for any free one\n"
    )


def test_an_unreadable_document_is_one_line(tmp_path: Path, run: Run):
    (tmp_path / "wan-mock.toml").write_text("port = [")

    status, _, complaint = run("serve", "--config", str(tmp_path / "wan-mock.toml"))

    assert status == 2
    assert complaint.count("\n") == 1


def test_demo_does_the_main_job(run: Run, tmp_path: Path):
    status, said, _ = run("demo", "--latency", "instant", "--out", str(tmp_path))

    assert status == 0
    assert "completed    100 %" in said
    assert [path.suffix for path in tmp_path.iterdir()] == [".mp4"]


def test_a_demo_without_a_video_is_a_failure(run: Run, tmp_path: Path):
    status, _, complaint = run("demo", "--balance", "0", "--out", str(tmp_path))

    assert status == 1
    assert complaint.startswith("wan-mock: 402: the balance")


def test_a_demo_that_cannot_save_is_one_line_and_status_2(run: Run, tmp_path: Path):
    (tmp_path / "file").touch()
    status, _, complaint = run("demo", "--latency", "instant", "--out", str(tmp_path / "file"))

    assert status == 2
    assert complaint.startswith("wan-mock: the demo could not run: ")


class Raising(io.StringIO):
    """Standard output that cannot be written to."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def write(self, _: str) -> int:
        raise self._error


@pytest.mark.parametrize(
    ("error", "status"),
    [(KeyboardInterrupt(), 130), (BrokenPipeError(32, "pipe"), 0), (OSError(28, "full"), 2)],
)
def test_an_interrupted_command_says_so_by_its_status(error: BaseException, status: int):
    statuses: list[int] = []
    with contextlib.redirect_stdout(Raising(error)):
        main(["rules"], leave=statuses.append)

    assert statuses == [status]


def test_quote_refuses_bad_media_when_they_show_early(run: Run):
    request = json.dumps({**json.loads(VALID), "image": "data:,hello", "duration": 99})
    status, _, complaint = run("quote", request, "--policy", "media_errors=early")

    assert status == 2
    assert [line.split(":")[1].strip() for line in complaint.splitlines()] == ["duration", "image"]


def test_rules_show_every_policy(run: Run):
    said = run("rules")[1]

    for policy in load().policies.values():
        assert f"policy: {policy.name}: {', '.join(policy.values)}" in said


def test_what_befalls_workers_is_a_line_on_standard_error(capsys):
    cli_module._note("worker 1 ended")

    assert capsys.readouterr().err == "wan-mock: worker 1 ended\n"
