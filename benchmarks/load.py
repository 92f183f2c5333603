"""Press a server with wrk, and count what that costs it."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.client import HEADERS
from benchmarks.figures import BenchmarkError
from benchmarks.servers import Server

CONNECTIONS = 32
WARM_UP_SECONDS = 1

# What wrk says only when something went wrong.
COMPLAINTS = re.compile(r"^\s*(Non-2xx or 3xx responses: .*|Socket errors: .*)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Target:
    """What to ask a server for."""

    server: Server
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    script: Path | None = None
    connections: int = CONNECTIONS


@dataclass(frozen=True, kw_only=True)
class Load:
    """What a server did under load."""

    requests: int
    per_second: float
    cpu_micros: float
    """Processor time per request, in µs."""


def has_wrk() -> bool:
    return shutil.which("wrk") is not None


def in_turns(targets: Mapping[str, Target], *, rounds: int, seconds: int) -> dict[str, list[Load]]:
    """Press each of *targets* for *seconds* in every round, in an order that turns round."""
    for target in targets.values():
        press(target, seconds=WARM_UP_SECONDS)
    loads: dict[str, list[Load]] = {name: [] for name in targets}
    names: Sequence[str] = list(targets)
    for _ in range(rounds):
        for name in names:
            loads[name].append(press(targets[name], seconds=seconds))
        names = names[::-1]
    return loads


def press(target: Target, *, seconds: int) -> Load:
    """Ask for *target* over and over from many connections."""
    used = target.server.cpu_seconds
    output = _wrk(target, seconds)
    used = target.server.cpu_seconds - used
    counted = re.search(r"(\d+) requests in ([\d.]+)(m?s)", output)
    rate = re.search(r"Requests/sec:\s*([\d.]+)", output)
    if counted is None or rate is None or int(counted[1]) == 0:
        raise BenchmarkError(f"wrk counted no request: {output.strip()!r}")
    requests = int(counted[1])
    return Load(requests=requests, per_second=float(rate[1]), cpu_micros=used / requests * 1e6)


def _wrk(target: Target, seconds: int) -> str:
    command = [
        "wrk",
        "--threads",
        "1",
        "--connections",
        str(target.connections),
        "--duration",
        f"{seconds}s",
        "--timeout",
        "10s",  # many large answers at once each take their time
    ]
    for name, value in {**HEADERS, **target.headers}.items():
        command += ["--header", f"{name}: {value}"]
    if target.script is not None:
        command += ["--script", str(target.script)]
    done = subprocess.run(
        [*command, target.server.url + target.path],
        capture_output=True,
        text=True,
        timeout=seconds + 30,
        check=False,
    )
    complaint = COMPLAINTS.search(done.stdout)
    if done.returncode or complaint:
        said = complaint[1] if complaint else done.stderr.strip()
        raise BenchmarkError(f"wrk on {target.path}: {said}")
    return done.stdout
