"""The README says what is so: its commands are run in order, in a fresh folder, and answer what it shows."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z")
URL = "http://127.0.0.1:8026"


def steps() -> Iterator[tuple[str, str | None]]:
    """Yield each block of commands, with the output shown right behind it."""
    blocks = BLOCK.findall(README.read_text(encoding="utf-8"))
    for (language, text), (following, output) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if language == "sh":
            yield text, output if following in {"json", "text"} else None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that looks like a clone, with the environment that the tests run in."""
    for entry in ROOT.iterdir():
        if entry.name not in {".venv", ".git", "demo-output", "dist", "site"}:
            (tmp_path / entry.name).symlink_to(entry)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


def run(commands: str, folder: Path) -> str:
    ran = subprocess.run(
        ["bash", "-euc", commands],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
    )
    assert ran.returncode == 0, (commands, ran.stdout, ran.stderr)
    return ran.stdout


def serve(command: str, folder: Path) -> tuple["subprocess.Popen[str]", str]:
    """Start the emulator as the README does, on a free port, and return where it listens."""
    server = subprocess.Popen(
        ["bash", "-euc", f"exec {command}"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "WAN_MOCK_PORT": "0", "PYTHONUNBUFFERED": "1"},
    )
    assert server.stdout is not None
    found = re.search(r"http://\S+", server.stdout.readline())
    assert found is not None
    return server, found[0]


def test_every_command_runs_in_order_and_answers_what_is_shown(tool, folder: Path):
    tool("curl")
    server, url = None, URL
    try:
        for commands, shown in steps():
            if commands.strip().endswith("wan-mock serve"):
                server, url = serve(commands, folder)
                continue
            output = run(commands.replace(URL, url), folder)
            if "make demo" in commands:
                assert (folder / "demo-output").is_dir()
            elif shown is not None:
                assert TIME.sub("", output.strip()) == TIME.sub("", shown.strip())
            else:
                assert '"error"' not in output
    finally:
        if server is not None:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=10)
    assert server is not None
