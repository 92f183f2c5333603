"""The files that the how-to guides show run as the guides say."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings

HOW_TO = Path(__file__).parent.parent / "examples" / "how_to"
PATH = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
KEY = "sk-empiriolabs-me"


def run(commands: str, folder: Path, **environment: str) -> str:
    ran = subprocess.run(
        ["bash", "-euc", commands],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PATH": PATH, **environment},
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of somebody who has saved all the files."""
    return Path(shutil.copytree(HOW_TO, tmp_path / "tests"))


@pytest.fixture
def server() -> Iterator[dict[str, str]]:
    """The environment of a client of an emulator."""
    with ThreadServer(create_app(Settings(latency="instant"))) as server:
        yield {
            "EMPIRIOLABS_BASE_URL": server.url,
            "EMPIRIOLABS_API_BASE": f"{server.url}/v1",
            "EMPIRIOLABS_API_KEY": KEY,
        }


def test_the_tests_of_all_guides_pass_in_parallel(folder: Path):
    assert " passed" in run("pytest -n 2", folder)


def test_the_workflow_runs_the_tests_of_all_guides(folder: Path):
    workflow = (HOW_TO / "ci.yml").read_text(encoding="utf-8")
    (command,) = re.findall(r"- name: Test\n +run: (.+)", workflow)

    assert " passed" in run(command, folder)


def test_media_are_sent_from_a_shell(tool, folder: Path, server: dict[str, str]):
    tool("curl")

    told = run((HOW_TO / "send_media.sh").read_text(encoding="utf-8"), folder, **server)

    for finding in ("JPEG", "resize 4000x3000 → 2000x1500", "mp3"):
        assert finding in told


def test_the_journal_is_read_from_a_shell(tool, folder: Path, server: dict[str, str]):
    tool("curl")
    unknown = 'curl -sS "$EMPIRIOLABS_API_BASE/jobs/job_0" -H "x-api-key: $EMPIRIOLABS_API_KEY"'
    run(unknown, folder, **server)

    told = run((HOW_TO / "look_at_requests.sh").read_text(encoding="utf-8"), folder, **server)

    assert told.count("JOB-UNKNOWN") == 2
    assert '"spent":0.0' in told


def test_an_api_is_checked_from_a_shell(tool, folder: Path, server: dict[str, str]):
    tool("jq")

    told = run((HOW_TO / "check_api.sh").read_text(encoding="utf-8"), folder, **server)

    assert "0 broken, " in told
    assert "0 known, 0 stale" in told
    assert (folder / "report" / "report.html").exists()


def test_any_command_gets_an_emulator(tool, folder: Path):
    tool("curl")

    told = run((HOW_TO / "any_language.sh").read_text(encoding="utf-8"), folder)

    assert '"id":"wan-2-6"' in told
