"""The example clients, run as programs against an emulator behind a real connection."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import av
import pytest
import requests

from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"
# Short-lived: what the JVM spends on its start is spent a hundred times here.
JAVA = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]
RUNS_AT_ONCE = 8
PATH = os.environ["PATH"]


@dataclass(frozen=True)
class Ran:
    """A client that has ended: what it said, what it left on the disk, and what the emulator saw of it."""

    status: int
    out: list[str]
    err: list[str]
    folder: Path
    jobs: list[Any]
    requests: list[Any]

    def saw(self, operation: str) -> list[Any]:
        """Return the requests of *operation*, oldest first."""
        return [one for one in self.requests if one["operation"] == operation]

    @property
    def frames(self) -> int | None:
        """How many pictures the video has that was saved, None without one."""
        path = self.folder / "sunrise.mp4"
        if not path.exists():
            return None
        with av.open(str(path)) as video:
            return video.streams.video[0].frames


class Clients:
    """Runs clients against the emulator at *url*, each in an account and a folder of its own."""

    def __init__(self, url: str, folder: Path, tool: Callable[[str], str]) -> None:
        self.url = url
        self._folder = folder
        self._tool = tool
        self._compiled = cache(self._compile)

    def call(self, account: str, method: str, path: str, body: Any = None) -> Any:
        """Return what the emulator answers; the control interface knows accounts without their key."""
        is_control = path.startswith("/_mock/")
        headers = {} if is_control else {"Authorization": f"Bearer sk-empiriolabs-{account}"}
        params = {"account": account} if is_control else {}
        url = self.url + path
        # In a thread nobody may look for proxies: pytest changes the environment meanwhile.
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(
                method, url, json=body, headers=headers, params=params, timeout=30
            )
        assert answer.ok, answer.text
        return answer.json()

    def command(self, program: str) -> list[str]:
        """Return how *program* is started; a test without what it needs is skipped."""
        if program.startswith("python"):
            return [sys.executable, str(EXAMPLES / program.replace("-", "_") / "generate.py")]
        if program == "node":
            # Node 18 warns that its fetch is new.
            return [self._tool("node"), "--no-warnings", str(EXAMPLES / "node" / "generate.mjs")]
        if program == "java-source":
            return [self._tool("java"), *JAVA, str(EXAMPLES / "java" / "Generate.java")]
        if program == "java":
            return [self._tool("java"), *JAVA, "-cp", self._compiled(), "Generate"]
        for name in ("curl", "jq"):
            self._tool(name)
        return [self._tool("bash"), str(EXAMPLES / "shell" / "generate.sh")]

    def run(self, program: str, case: Any) -> Ran:
        """Run *program* through *case*, in an account and a folder of both their names."""
        account = f"{case.account}-{program}-{case.name}"
        folder = self._folder / account
        folder.mkdir()
        key = case.key or f"sk-empiriolabs-{account}"
        ran = subprocess.run(
            [*self.command(program), *self._prepare(account, case)],
            cwd=folder,
            env={
                "PATH": PATH,
                "LANG": "C.UTF-8",
                "EMPIRIOLABS_API_BASE": f"{self.url}/v1",
                "EMPIRIOLABS_API_KEY": key,
                "WAN_POLL_SECONDS": "0.05",
                "WAN_DEADLINE_SECONDS": str(case.seconds),
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        seen = self.call(account, "GET", "/_mock/requests?limit=1000")["data"]
        jobs = self.call(account, "GET", "/_mock/jobs")["data"]
        out, err = ran.stdout.splitlines(), ran.stderr.splitlines()
        return Ran(ran.returncode, out, err, folder, jobs, seen[::-1])

    def _prepare(self, account: str, case: Any) -> Any:
        """Set up what *case* needs, a job of before included, and return the words of the command."""
        words = case.words
        if words is None:
            words = [f"sunrise {case.prompt}", "sunrise.mp4", json.dumps(case.fields)]
        text = json.dumps([words, case.faults]).replace("{url}", self.url)
        if "{job}" in text:
            body = {"model": "wan-2-6", "prompt": "before", "resolution": "720p"}
            job = self.call(account, "POST", "/v1/videos/generations", body)
            text = text.replace("{job}", job["job_id"])
        words, faults = json.loads(text)
        for fault in faults:
            self.call(account, "POST", "/_mock/faults", fault)
        return words

    def _compile(self) -> str:
        classes = self._folder / "classes"
        source = EXAMPLES / "java" / "Generate.java"
        command = [self._tool("javac"), "-Xlint:all", "-Werror", "-d", str(classes), str(source)]
        subprocess.run(command, check=True)
        return str(classes)


@pytest.fixture(scope="session")
def clients(
    tmp_path_factory: pytest.TempPathFactory, tool: Callable[[str], str]
) -> Iterator[Clients]:
    with ThreadServer(create_app(Settings(clock="skip", latency=600))) as server:
        yield Clients(server.url, tmp_path_factory.mktemp("clients"), tool)


@pytest.fixture(scope="session")
def ran(request: pytest.FixtureRequest, clients: Clients) -> Iterator[Callable[[str, Any], Ran]]:
    """Return a function that gives the run of a program through a case.

    All that the tests of this session ask for run side by side, for most of their time is waiting.
    """
    asked = (getattr(item, "callspec", None) for item in request.session.items)
    params = [call.params for call in asked if call and {"program", "case"} <= {*call.params}]
    wanted = {(each["program"], each["case"].name): each["case"] for each in params}
    with ThreadPoolExecutor(RUNS_AT_ONCE) as pool:
        runs: dict[tuple[str, str], Future[Ran]] = {
            (program, name): pool.submit(clients.run, program, case)
            for (program, name), case in wanted.items()
        }
        yield lambda program, case: runs[program, case.name].result()
        pool.shutdown(cancel_futures=True)
