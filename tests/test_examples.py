"""The examples run, against a server on this machine."""

import os
import subprocess
import sys
from pathlib import Path

from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings

EXAMPLE = Path(__file__).parent.parent / "examples" / "generate.py"


def run(folder: Path, **settings: object) -> subprocess.CompletedProcess[str]:
    with ThreadServer(create_app(Settings(latency="instant", **settings))) as server:  # type: ignore[arg-type]
        return subprocess.run(
            [sys.executable, EXAMPLE, "sunrise over the ocean", "sunrise.mp4"],
            check=False,
            capture_output=True,
            text=True,
            cwd=folder,
            env={**os.environ, "EMPIRIOLABS_API_BASE": f"{server.url}/v1"},
            timeout=60,
        )


def test_the_example_saves_a_video(tmp_path: Path):
    ran = run(tmp_path)

    assert ran.stdout == "completed 100%\nsunrise.mp4: US$ 0.828\n"
    assert (tmp_path / "sunrise.mp4").read_bytes()[4:8] == b"ftyp"


def test_the_example_passes_a_refusal_on(tmp_path: Path):
    ran = run(tmp_path, balance=0)

    assert ran.returncode == 1
    assert ran.stderr.startswith("402: the balance")
