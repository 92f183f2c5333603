"""What a process that looks at media is allowed, and what it says."""

import io
import os
import resource
import signal
import subprocess
from pathlib import Path

import pytest

from mock_server.intake.inspector import worker_command
from mock_server.intake.measuring import Measured, Unreadable
from mock_server.intake.protocol import read_answer, read_task, write_answer, write_task
from mock_server.intake.sandbox import serve
from mock_server.intake.worker import Worker
from mock_server.samples import SAMPLES
from tests.mock_server.intake.conftest import MEMORY_BYTES, task_of

PHOTO = task_of("image", SAMPLES / "photo.jpg")
FOUND = Measured(format="JPEG", width=640, height=480)


@pytest.fixture
def worker():
    worker = Worker(worker_command(seconds=10, memory_bytes=MEMORY_BYTES))
    yield worker
    worker.end()


def test_each_task_gets_an_answer():
    answers = io.BytesIO()
    text = task_of("image", SAMPLES / "notes.txt")
    status = serve([write_task(PHOTO), write_task(text)], answers, patience=10)

    first, second = (read_answer(line) for line in answers.getvalue().splitlines())
    assert (status, first) == (0, FOUND)
    assert second.format == "text"


@pytest.mark.parametrize(
    "task",
    [
        PHOTO,
        task_of("video", Path("/a\n\udcff/ä"), product=Path("p"), sides=(1, 2), product_seconds=3),
    ],
)
def test_task_is_read_as_it_was_written(task):
    assert write_task(task).count(b"\n") == 1
    assert read_task(write_task(task)) == task


@pytest.mark.parametrize(
    "found",
    [
        FOUND,
        Measured(format="PNG", width=1, height=1, has_alpha=True),
        Unreadable(reason="is \udcff\n", format="PNG"),
    ],
)
def test_answer_is_read_as_it_was_written(found):
    assert write_answer(found).count(b"\n") == 1
    assert read_answer(write_answer(found)) == found


def test_process_is_confined(worker):
    worker.ask(write_task(PHOTO), 10)
    process = worker._process.pid

    assert resource.prlimit(process, resource.RLIMIT_AS) == (MEMORY_BYTES, MEMORY_BYTES)
    assert resource.prlimit(process, resource.RLIMIT_CORE)[0] == 0
    assert resource.prlimit(process, resource.RLIMIT_FSIZE)[0] == 64 * 2**20


def test_nothing_but_answers_can_be_said(worker):
    """What a library prints goes where errors go, that is nowhere."""
    worker.ask(write_task(PHOTO), 10)

    for number in (1, 2):
        link = Path(f"/proc/{worker._process.pid}/fd/{number}")
        assert str(link.readlink()) == os.devnull


def test_process_whose_emulator_is_gone_does_not_look_for_ever(tmp_path):
    os.mkfifo(tmp_path / "endless")
    command = worker_command(seconds=0, memory_bytes=MEMORY_BYTES)
    endless = task_of("image", tmp_path / "endless")
    done = subprocess.run(command, input=write_task(endless), capture_output=True, check=False)

    assert (done.returncode, done.stdout) == (-signal.SIGALRM, b"")
