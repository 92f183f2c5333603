"""What is measured: emulators that share a state, and who asks which of them."""

import contextlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.client import EXAMPLE, answer
from benchmarks.load import CONNECTIONS, Load, Target, press
from benchmarks.servers import Server, ours, running
from benchmarks.states import State, opened

ACCOUNTS = 32
SUBMIT = "/v1/videos/generations"
QUESTIONS = {"poll": "Poll a finished job", "submit": "Submit a job"}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """*processes* emulators with a state of *kind*: any is asked for any account, or each for its own if it *is_apart*."""

    kind: str
    processes: int = 1
    is_apart: bool = False

    @property
    def name(self) -> str:
        """What it is called in tables."""
        several = f", {self.processes} processes" if self.processes > 1 else ""
        return f"{self.kind}{several}" + (", accounts apart" if self.is_apart else "")


SUBJECTS = (
    Subject(kind="memory"),
    Subject(kind="sqlite"),
    Subject(kind="sqlite", processes=2),
    Subject(kind="sqlite", processes=2, is_apart=True),
    Subject(kind="redis"),
    Subject(kind="redis", processes=2),
    Subject(kind="redis", processes=2, is_apart=True),
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What came of one round: the emulators' part, and the processor time of Redis per request, in µs."""

    load: Load
    redis_micros: float


@dataclass(frozen=True, kw_only=True)
class Group:
    """A subject that runs, and what to ask each of its emulators, by question."""

    state: State
    targets: dict[str, Sequence[Target]]

    def press(self, question: str, seconds: int) -> Asked:
        """Ask all emulators at once for so many *seconds*."""
        targets = self.targets[question]
        used = self.state.cpu_seconds
        with ThreadPoolExecutor(len(targets)) as threads:
            loads = [*threads.map(lambda target: press(target, seconds=seconds), targets)]
        used = self.state.cpu_seconds - used
        requests = sum(load.requests for load in loads)
        cpu = sum(load.requests * load.cpu_micros for load in loads) / requests
        together = Load(
            requests=requests,
            per_second=sum(load.per_second for load in loads),
            cpu_micros=cpu,
        )
        return Asked(load=together, redis_micros=used / requests * 1e6)


@contextlib.contextmanager
def grouped(subject: Subject) -> Iterator[Group]:
    """Run *subject* with a new state, its jobs made."""
    with (
        tempfile.TemporaryDirectory(prefix="wan-mock-") as folder,
        opened(subject.kind) as state,
        contextlib.ExitStack() as stack,
    ):
        command = [*ours(latency="instant"), "--state", state.place]
        servers = [stack.enter_context(running(command)) for _ in range(subject.processes)]
        yield Group(state=state, targets=_targets(subject, servers, Path(folder)))


def _targets(
    subject: Subject, servers: Sequence[Server], folder: Path
) -> dict[str, Sequence[Target]]:
    polls: list[Target] = []
    submits: list[Target] = []
    for place, server in enumerate(servers):
        apart = range(place, ACCOUNTS, len(servers))
        keys = [_key(number) for number in (apart if subject.is_apart else range(ACCOUNTS))]
        body = json.dumps(EXAMPLE)
        jobs = [_submitted(server, key, body) for key in keys]
        target = Target(server=server, path="/", connections=CONNECTIONS // len(servers))
        for targets, name, script in (
            (polls, "poll", _script("GET", [f"/v1/jobs/{job}" for job in jobs], keys, "")),
            (submits, "submit", _script("POST", [SUBMIT] * len(keys), keys, body)),
        ):
            file = folder / f"{name}-{place}.lua"
            file.write_text(script)
            targets.append(replace(target, script=file))
    return {"poll": polls, "submit": submits}


def _key(number: int) -> str:
    return f"sk-empiriolabs-scale-{number}"


def _submitted(server: Server, key: str, body: str) -> str:
    told = answer("POST", server.url + SUBMIT, body.encode(), {"Authorization": f"Bearer {key}"})
    return str(json.loads(told)["job_id"])


def _script(method: str, paths: Sequence[str], keys: Sequence[str], body: str) -> str:
    """Return what has wrk ask for *paths* in turn, each with its key."""
    lines = ["local asks, last = {}, 0", "init = function()"]
    for path, key in zip(paths, keys, strict=True):
        headers = f'{{["Authorization"] = "Bearer {key}", ["Content-Type"] = "application/json"}}'
        lines.append(f"  asks[#asks + 1] = wrk.format('{method}', '{path}', {headers}, '{body}')")
    lines += ["end", "request = function()", "  last = last % #asks + 1"]
    return "\n".join([*lines, "  return asks[last]", "end", ""])
