"""README and tutorial are followed to the letter, in a fresh folder; what they show is what is seen."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent.parent
URL = "http://127.0.0.1:8026"
BLOCK = re.compile(
    r"(?:^<!-- file: (?P<file>\S+) -->\n\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
# What differs from run to run or from machine to machine: moments, durations, ports, and what a muxer adds.
VARYING = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z|\d+\.\d+s\b|127\.0\.0\.1:\d+|[\d,]+ bytes")


class Step(NamedTuple):
    """A block of a page: commands with what they are said to print, or a file to save."""

    text: str
    file: str | None
    shown: str | None


def steps(page: Path) -> Iterator[Step]:
    blocks = [*BLOCK.finditer(page.read_text(encoding="utf-8"))]
    for index, block in enumerate(blocks):
        follower = blocks[index + 1] if index + 1 < len(blocks) else None
        shown = follower["text"] if follower and follower["language"] in {"json", "text"} else None
        if block["file"] is not None:
            yield Step(block["text"], Path(block["file"]).name, None)
        elif block["language"] == "sh":
            yield Step(block["text"], None, shown)


class Walk:
    """Somebody who follows a page in *folder*, in two terminals."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = URL
        self._server: subprocess.Popen[str] | None = None
        path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
        self._environment = {**os.environ, "PATH": path, "PYTHONUNBUFFERED": "1"}

    def follow(self, page: Path) -> None:
        for step in steps(page):
            if step.file is not None:
                (self.folder / step.file).write_text(step.text, encoding="utf-8")
            elif step.text.strip().endswith("wan-mock serve"):
                self._serve(step.text)
            elif "pip install" not in step.text:  # the tests' own environment stands for it
                self._check(step, self._output(step.text.replace(URL, self.url)))

    def stop(self) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGTERM)
            self._server.communicate(timeout=10)

    def _serve(self, command: str) -> None:
        self._server = subprocess.Popen(
            ["bash", "-euc", f"exec {command}"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={**self._environment, "WAN_MOCK_PORT": "0"},
        )
        assert self._server.stdout is not None
        found = re.search(r"http://\S+", self._server.stdout.readline())
        assert found is not None
        self.url = found[0]

    def _output(self, commands: str) -> str:
        ran = subprocess.run(
            ["bash", "-euc", commands],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=self._environment,
            timeout=120,
        )
        may_fail = commands.endswith("pytest\n")  # the page shows what fails
        assert ran.returncode == 0 or may_fail, (commands, ran.stdout, ran.stderr)
        return ran.stdout

    def _check(self, step: Step, output: str) -> None:
        """Find each line that the page shows in *output*; a line may show a part of what is seen."""
        assert '"error":{' not in output or '"error":{' in (step.shown or "")
        seen = [VARYING.sub("", line) for line in output.splitlines()]
        for line in (step.shown or "").splitlines():
            assert any(VARYING.sub("", line) in known for known in seen), (line, output)


@pytest.fixture
def walk(tool, tmp_path: Path) -> Iterator[Walk]:
    tool("curl")
    walk = Walk(tmp_path)
    yield walk
    walk.stop()


def test_the_readme_can_be_followed(walk: Walk):
    for entry in ROOT.iterdir():
        if entry.name not in {".venv", ".git", "demo-output", "dist", "site"}:
            (walk.folder / entry.name).symlink_to(entry)
    (walk.folder / ".venv").symlink_to(sys.prefix)

    walk.follow(ROOT / "README.md")

    assert walk.url != URL
    assert [*(walk.folder / "demo-output").glob("*.mp4")] != []


def test_the_tutorial_can_be_followed(walk: Walk):
    (walk.folder / ".venv").symlink_to(sys.prefix)

    walk.follow(ROOT / "docs" / "tutorial.md")

    assert walk.url != URL
