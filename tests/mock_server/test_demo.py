"""The demo, which is also what the README shows."""

import re
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from mock_server.demo import DemoError, run_demo
from mock_server.settings import Settings

README = Path(__file__).parent.parent.parent / "README.md"


def demo(folder: Path, **settings: object) -> list[str]:
    said: list[str] = []
    run_demo(Settings(clock="skip", **settings), folder, said.append, wait=lambda _: None)  # type: ignore[arg-type]
    return said


def test_the_readme_shows_what_the_demo_says(tmp_path: Path):
    shown = (
        README.read_text(encoding="utf-8")
        .partition("<!-- demo -->\n\n```text\n")[2]
        .partition("\n```")[0]
    )
    said = "\n".join(line.rstrip() for line in demo(tmp_path))

    said = said.replace(str(tmp_path), "demo-output")
    # The port is any free one, and another version of the muxer may need some bytes more or less.
    differing = r"127\.0\.0\.1:\d+|[\d,]+ bytes"
    assert re.sub(differing, "", said) == re.sub(differing, "", shown)


def test_the_demo_saves_a_video_that_plays(tmp_path: Path):
    said = demo(tmp_path / "new" / "folder")

    (saved,) = (tmp_path / "new" / "folder").iterdir()
    assert saved.suffix == ".mp4"
    assert saved.read_bytes()[4:8] == b"ftyp"
    assert "decoded      h264 1920x1080, 30 fps, 180 frames, 6 s, aac sound at 48000 Hz" in said


def test_a_refused_request_ends_the_demo_with_the_reason(tmp_path: Path):
    with pytest.raises(DemoError, match=r"402: the balance"):
        demo(tmp_path, balance=0)


def test_a_job_without_a_video_ends_the_demo_with_its_status(tmp_path: Path):
    """The job is cancelled after its second poll; the first two polls are told as one line."""
    said: list[str] = []
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            url, path = said[0].split()[1], said[3].split()[1]
            headers = {"x-api-key": "sk-empiriolabs-demo"}
            urlopen(Request(f"{url}{path}/cancel", b"", headers)).close()

    with pytest.raises(DemoError, match="the job is cancelled"):
        run_demo(Settings(latency=3600), tmp_path, said.append, wait=wait)

    assert said[4:] == ["             queued         0 %", "             cancelled      0 %"]
