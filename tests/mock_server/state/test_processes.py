"""Processes that end: killed, when what was acknowledged is there and charged once, or by a signal, when all is in the file."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from tests.mock_server.state.conftest import ROUNDS
from tests.mock_server.state.test_accounts import PRICE, SUBMIT, micros

GIVEN = 100_000_000_000  # micro-dollars
KEY = {"authorization": "Bearer sk-empiriolabs-load"}
EXAMPLE = {"model": "wan-2-6", "prompt": "a race", "duration": 5}
PROCESSES = 2
CLIENTS = 6
KILLS = 2 * ROUNDS


class Process:
    """A `wan-mock serve` that can be killed and started again; *url* is None as long as it is not there."""

    def __init__(self, state: str, *more: str) -> None:
        options = ("--port", "0", "--state", state, "--balance", str(GIVEN // 1_000_000), *more)
        # What measures coverage cannot bear to be killed either.
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")
        }
        self._command = (sys.executable, "-m", "mock_server", "serve", *options)
        self.start()

    def start(self) -> None:
        """Return once it answers."""
        self._process = subprocess.Popen(
            self._command, env=self._environment, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.url: str | None = self._process.stdout.readline().split()[3]

    def stop(self) -> int:
        """Let it end, and return its status."""
        self._process.send_signal(signal.SIGTERM)
        self._process.communicate(timeout=20)
        return self._process.returncode

    def kill(self) -> None:
        """Leave it no moment for anything."""
        self.url = None
        self._process.kill()
        self._process.communicate()


class Load:
    """Clients that submit one job after another, to whichever process is there."""

    def __init__(self, processes: list[Process], seed: int) -> None:
        self._processes = processes
        self._turns = cycle(processes)
        self._random = Random(seed)
        self.acknowledged: list[str] = []
        self.unsure = 0
        self._answered = asyncio.Semaphore(0)
        self._is_over = False

    async def run(self) -> None:
        """Kill a process now and then, in the middle of what it does."""
        async with httpx.AsyncClient(headers=KEY, timeout=60) as client:
            clients = [asyncio.create_task(self._submit(client)) for _ in range(CLIENTS)]
            for _ in range(KILLS):
                for _ in range(self._random.randint(1, 40)):
                    await self._answered.acquire()
                victim = self._random.choice(self._processes)
                victim.kill()
                await asyncio.to_thread(victim.start)
            self._is_over = True
            await asyncio.gather(*clients)

    async def _submit(self, client: httpx.AsyncClient) -> None:
        while not self._is_over:
            url = next(url for url in (next(self._turns).url for _ in self._processes * 2) if url)
            try:
                answer = await client.post(url + SUBMIT, json=EXAMPLE)
            except httpx.TransportError:
                self.unsure += 1
                continue
            assert answer.status_code == 202, answer.text
            self.acknowledged.append(answer.json()["job_id"])
            self._answered.release()


def ended(url: str) -> list[str]:
    """The ids of all jobs that have ended, the latest first."""
    found: list[str] = []
    page: dict[str, Any] = {"next_cursor": ""}
    while page["next_cursor"] is not None:
        before = {"before": page["next_cursor"]} if page["next_cursor"] else {}
        answer = httpx.get(f"{url}/v1/account/usage", params={"limit": 100, **before}, headers=KEY)
        page = answer.raise_for_status().json()
        found += [event["job_id"] for event in page["data"]]
    return found


@pytest.fixture
def processes(place: str) -> Iterator[list[Process]]:
    """Processes that share their accounts."""
    started = [Process(place) for _ in range(PROCESSES)]
    yield started
    for process in started:
        process.kill()


def test_what_was_acknowledged_outlives_its_process(processes, runner):
    load = Load(processes, seed=1)
    runner.run(load.run())

    advanced = httpx.post(
        f"{processes[0].url}/_mock/clock/advance", json={"seconds": 3600}, headers=KEY
    )
    assert advanced.status_code == 200
    for process in processes:
        jobs = ended(process.url)
        money = httpx.get(f"{process.url}/_mock/account", headers=KEY).json()
        used = micros(money["held"]) + micros(money["spent"])
        assert len({*jobs}) == len(jobs)
        assert {*load.acknowledged} <= {*jobs}
        assert len(jobs) <= len(load.acknowledged) + load.unsure
        assert used == len(jobs) * PRICE
        assert micros(money["balance"]) == GIVEN - used


def whole(file: Path, place: Path) -> str:
    """Return the state in a copy, at *place*, of *file* alone."""
    shutil.copy(file, place)
    return f"sqlite:{place}"


SERVERS = [
    pytest.param((), id="one"),
    pytest.param(("--workers", "3"), id="workers"),
    pytest.param(
        ("--server", "granian"),
        id="granian",
        marks=pytest.mark.skipif(find_spec("granian") is None, reason="an extra"),
    ),
]


@pytest.mark.parametrize("options", SERVERS)
def test_file_is_whole_by_itself_once_its_processes_have_ended(tmp_path, options):
    file = tmp_path / "one.db"
    process = Process(f"sqlite:{file}", *options)
    for _ in range(3):
        httpx.post(f"{process.url}{SUBMIT}", json=EXAMPLE, headers=KEY).raise_for_status()
    assert process.stop() == 0

    copied = Process(whole(file, tmp_path / "other.db"))
    jobs = httpx.get(f"{copied.url}/v1/jobs", headers=KEY).json()["data"]
    copied.kill()
    assert len(jobs) == 3


@pytest.mark.parametrize(
    "command",
    [("demo", "--latency", "instant", "--out", "{}"), ("exec", "--", sys.executable, "-c", "{}")],
    ids=["demo", "exec"],
)
def test_file_of_a_command_that_has_ended_is_whole_by_itself(tmp_path, command):
    file = tmp_path / "one.db"
    name, *rest = (word.format(tmp_path / "out") for word in command)
    state = ("--port", "0", "--state", f"sqlite:{file}")
    subprocess.run(
        [sys.executable, "-m", "mock_server", name, *state, *rest], check=False, capture_output=True
    )

    assert not Path(f"{file}-wal").exists()
    with sqlite3.connect(whole(file, tmp_path / "other.db").removeprefix("sqlite:")) as copied:
        assert copied.execute("SELECT count(*) FROM known").fetchone() == (1,)
