"""The processes that look at media."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mock_server.intake.inspector import Inspector, worker_command
from mock_server.intake.measuring import Measured, Unreadable
from mock_server.intake.protocol import OUT_OF_MEMORY, write_task
from mock_server.intake.worker import Worker
from mock_server.samples import SAMPLES
from tests.mock_server.intake.conftest import MEMORY_BYTES, task_of

PHOTO = task_of("image", SAMPLES / "photo.jpg")
FOUND = Measured(format="JPEG", width=640, height=480)

# Fake processes, by what they do with a task; each tells its number as the picture's width.
FAKES = {
    "answers": "say()",
    "never answers": "import time; time.sleep(60)",
    "dies": "sys.exit(1)",
    "is killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "says half": "print('{\"Measured\":', end='', flush=True); import time; time.sleep(60)",
    "talks": "print('x' * 200_000); sys.stdout.flush()",
    "lies": 'print(\'{"Measured": {"wings": 2}}\', flush=True)',
    "answers otherwise": "print('{\"Other\": {}}', flush=True)",
    "out of memory": "sys.exit(77)",
    "crashes": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
}
FAKE = """
import json, os, sys
def say():
    print(json.dumps({"Measured": {"format": "JPEG", "width": os.getpid()}}), flush=True)
for line in sys.stdin:
    task = json.loads(line)
    say() if task["path"].endswith("good") else exec(sys.argv[1])
"""


def fake(does):
    return sys.executable, "-c", FAKE, FAKES[does]


@pytest.fixture
def make_inspector():
    """Return a function that makes an inspector, which is closed afterwards."""
    inspectors = []

    def make(does=None, *, seconds=10.0, memory_bytes=MEMORY_BYTES, workers=1):
        command = None if does is None else fake(does)
        inspectors.append(
            Inspector(seconds=seconds, memory_bytes=memory_bytes, workers=workers, command=command)
        )
        return inspectors[-1]

    yield make
    for inspector in inspectors:
        inspector.close()


def inspect(inspector, task=PHOTO):
    return asyncio.run(inspector.inspect(task))


async def inspect_together(inspector, task, number):
    return await asyncio.gather(*(inspector.inspect(task) for _ in range(number)))


def test_medium_is_looked_at_in_a_process(make_inspector):
    assert inspect(make_inspector()) == FOUND


def test_process_is_used_again(make_inspector):
    inspector = make_inspector("answers")
    numbers = {inspect(inspector).width for _ in range(3)}

    assert len(numbers) == 1
    assert os.getpid() not in numbers


def test_there_are_no_more_processes_than_wanted(make_inspector):
    inspector = make_inspector("answers", workers=2)
    found = asyncio.run(inspect_together(inspector, PHOTO, 20))

    assert 1 <= len({each.width for each in found}) <= 2


@pytest.mark.parametrize(
    ("does", "reason", "status"),
    [
        ("never answers", "took longer than 0.2 s to read", -signal.SIGKILL),
        ("says half", "took longer than 0.2 s to read", -signal.SIGKILL),
        ("dies", "cannot be decoded", 1),
        ("is killed", "cannot be decoded", -signal.SIGKILL),
        ("crashes", "cannot be decoded", -signal.SIGSEGV),
        ("talks", "cannot be decoded", -signal.SIGKILL),
        ("lies", "cannot be decoded", -signal.SIGKILL),
        ("answers otherwise", "cannot be decoded", -signal.SIGKILL),
        ("out of memory", "takes too much memory to decode", OUT_OF_MEMORY),
    ],
)
def test_process_that_misbehaves_is_ended_and_the_medium_unreadable(
    make_inspector, does, reason, status
):
    inspector = make_inspector(does, seconds=0.2 if reason.startswith("took") else 10)

    assert inspect(inspector) == Unreadable(reason=reason)
    assert inspector.deaths == {status: 1}
    assert inspector._idle == []


def test_process_that_leaves_properly_is_no_death(make_inspector):
    inspector = make_inspector()
    inspect(inspector, task_of("image", SAMPLES / "truncated.jpg"))
    inspector.close()

    assert inspector.deaths == {}


@pytest.mark.parametrize("does", ["dies", "is killed", "talks", "lies", "out of memory"])
def test_next_medium_gets_a_new_process(make_inspector, does):
    good = task_of("image", SAMPLES / "good")
    inspector = make_inspector(does)
    first = inspect(inspector, good).width

    assert isinstance(inspect(inspector), Unreadable)
    assert inspect(inspector, good).width != first


def test_process_that_died_while_idle_is_nobodys_fault(make_inspector):
    inspector = make_inspector("answers")
    first = inspect(inspector).width
    os.kill(first, signal.SIGKILL)
    # Its parent has not heard of it yet; what waits here leaves the news to the parent.
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)

    assert inspect(inspector).width != first


def test_dead_process_does_not_answer():
    worker = Worker(fake("answers"))
    worker.kill()

    with pytest.raises(EOFError):
        worker.ask(write_task(PHOTO), 1)
    worker.end()


def test_process_that_cannot_be_started_is_told(make_inspector):
    inspector = Inspector(seconds=1, memory_bytes=1, command=("/nonexistent/python",))
    found = inspect(inspector)
    inspector.close()

    assert found == Unreadable(reason="cannot be read now: No such file or directory")


def test_failed_look_leaves_no_product(make_inspector, tmp_path):
    product = tmp_path / "product"
    product.write_bytes(b"half")
    task = task_of("image", SAMPLES / "truncated.jpg", product=product)

    assert inspect(make_inspector(), task).reason == "breaks off"
    assert not product.exists()


def test_product_is_written(make_inspector, tmp_path):
    task = task_of("image", SAMPLES / "photo.jpg", product=tmp_path / "product", sides=(360, 2000))

    assert inspect(make_inspector(), task).has_product
    assert (tmp_path / "product").read_bytes().startswith(b"\xff\xd8\xff")


def test_memory_is_limited(make_inspector, tmp_path):
    picture = tmp_path / "picture.bmp"
    header = b"BM" + bytes(8) + (54).to_bytes(4, "little") + (40).to_bytes(4, "little")
    size = (9000).to_bytes(4, "little") * 2
    picture.write_bytes(header + size + b"\1\0\x18\0" + bytes(24) + bytes(9000))
    inspector = make_inspector(memory_bytes=200_000_000)

    found = inspect(inspector, task_of("image", picture))
    assert found == Unreadable(reason="takes too much memory to decode")
    assert inspect(inspector) == FOUND


def test_event_loops_and_threads_share_the_processes(make_inspector):
    inspector = make_inspector(workers=2)
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(asyncio.run, inspect_together(inspector, PHOTO, 3)) for _ in range(4)]
        found = [each for run in runs for each in run.result()]

    assert found == [FOUND] * 12


def test_client_that_goes_away_disturbs_nobody(make_inspector):
    inspector = make_inspector()

    async def one_leaves():
        leaver, stayer = (asyncio.create_task(inspector.inspect(PHOTO)) for _ in range(2))
        await asyncio.sleep(0)
        leaver.cancel()
        await asyncio.wait([leaver])
        return leaver.cancelled(), await stayer

    assert asyncio.run(one_leaves()) == (True, FOUND)
    assert inspect(inspector) == FOUND


def test_closed_inspector_opens_again(make_inspector):
    inspector = make_inspector("answers")
    first = inspect(inspector).width
    inspector.close()
    inspector.close()

    assert inspect(inspector).width != first


def is_running(process):
    """Whether a process runs; one that is no child may be left to nobody to clear it away."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def ends(process):
    """Whether a process ends within some seconds; nothing else tells when one that is no child does."""
    until = time.monotonic() + 10
    while is_running(process) and time.monotonic() < until:
        os.sched_yield()
    return not is_running(process)


def test_closing_ends_the_processes(make_inspector):
    inspector = make_inspector("answers")
    process = inspect(inspector).width
    assert is_running(process)
    inspector.close()

    assert not is_running(process)


def test_look_under_way_is_finished_when_closed(make_inspector):
    inspector = make_inspector("answers")

    async def close_meanwhile():
        under_way = asyncio.create_task(inspector.inspect(PHOTO))
        await asyncio.sleep(0)
        inspector.close()
        return await under_way

    process = asyncio.run(close_meanwhile()).width
    assert ends(process)


def test_forgotten_inspector_leaves_no_process():
    inspector = Inspector(seconds=10, memory_bytes=1, command=fake("answers"))
    process = inspect(inspector).width
    del inspector
    gc.collect()

    assert ends(process)


def test_process_that_does_not_leave_is_killed():
    stubborn = "import sys, time\nfor line in sys.stdin: pass\ntime.sleep(60)"
    worker = Worker((sys.executable, "-c", stubborn))
    worker.end(seconds=0.1)

    assert not worker.is_alive


LEAVES = """
import asyncio, os, sys
from pathlib import Path
from mock_server.intake.inspector import Inspector
from tests.mock_server.intake.conftest import task_of
inspector = Inspector(seconds=10, memory_bytes=1_000_000_000)
task = task_of("image", Path(sys.argv[1]))
print(asyncio.run(inspector.inspect(task)).width, inspector._idle[0]._process.pid, flush=True)
if sys.argv[2] == "at once":
    os._exit(0)
"""


@pytest.mark.parametrize("leave", ["at once", "properly"])
def test_no_process_outlives_the_emulator(leave):
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", LEAVES]
    done = subprocess.run(
        [*command, str(SAMPLES / "photo.jpg"), leave], capture_output=True, text=True, check=True
    )
    width, process = map(int, done.stdout.split())

    assert (width, done.stderr) == (640, "")
    assert ends(process)


ABANDONS = """
import asyncio, os, sys
from pathlib import Path
from mock_server.intake.inspector import Inspector
from tests.mock_server.intake.conftest import task_of
inspector = Inspector(seconds=60, memory_bytes=1_000_000_000)

async def abandon():
    await inspector.inspect(task_of("image", Path(sys.argv[1])))
    print(inspector._idle[0]._process.pid, flush=True)
    look = asyncio.create_task(inspector.inspect(task_of("image", Path(sys.argv[2]))))
    await asyncio.to_thread(os.open, sys.argv[2], os.O_WRONLY)  # returns once the look has begun
    os._exit(0)

asyncio.run(abandon())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_look_that_never_ends_ends_with_the_emulator(tmp_path):
    os.mkfifo(tmp_path / "endless")
    command = [
        sys.executable,
        "-c",
        ABANDONS,
        str(SAMPLES / "photo.jpg"),
        str(tmp_path / "endless"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert ends(int(done.stdout))


def test_interrupt_from_the_keyboard_does_not_reach_the_processes(make_inspector):
    process = inspect(make_inspector("answers")).width

    assert os.getpgid(process) == process != os.getpgid(0)


def test_process_loads_no_server_and_only_what_it_needs():
    command = [*worker_command(seconds=10, memory_bytes=MEMORY_BYTES)]
    command[1:1] = ["-X", "importtime"]
    loaded = {}
    for name in ("photo.jpg", "notes.txt"):
        task = write_task(task_of("image", SAMPLES / name))
        done = subprocess.run(command, input=task, capture_output=True, check=True)
        loaded[name] = {line.split()[-1] for line in done.stderr.decode().splitlines()}

    assert not {"starlette", "mock_server.app"} & loaded["photo.jpg"]
    assert {"PIL", "av", "pillow_heif"} & loaded["photo.jpg"] == {"PIL"}
    assert not {"PIL", "av"} & loaded["notes.txt"]
