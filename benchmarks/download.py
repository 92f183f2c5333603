"""Download a finished job's video from the emulator, and the same file from nginx with sendfile."""

import dataclasses
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import client, nginx
from benchmarks.figures import BenchmarkError, Figure
from benchmarks.load import Target, in_turns
from benchmarks.long import MODEL
from benchmarks.plan import Plan
from benchmarks.poll import figures
from benchmarks.servers import Server, long, nginx_on, running

RATIO = 0.3
MIB = 2**20
PART = 64 * 1024

# About 1 MiB and 10 MiB, of 1080p. Silent: a sound that long would first have to be encoded.
VIDEOS: Mapping[str, Mapping[str, object]] = {
    "1.mp4": {"model": "wan-2-6", "duration": 15, "audio": False},
    "10.mp4": {"model": MODEL, "duration": 150, "audio": False},
}
MIDDLE = {"Range": f"bytes={5 * MIB}-{5 * MIB + PART - 1}"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One file, whole or in part; *ratio* is the target, of requests per second."""

    name: str
    file: str
    path: str
    """Where the emulator has it; nginx has it under the name of the file."""
    headers: Mapping[str, str] = field(default_factory=dict)
    ratio: float | None = RATIO


def measure(plan: Plan) -> Iterator[Figure]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        emulator = stack.enter_context(running(long()))
        cases = _cases(emulator, folder)
        servers = {"ours": emulator}
        if nginx.find() is not None:
            servers["nginx"] = stack.enter_context(running(nginx_on(folder)))
        targets = {
            f"{name} {case.name}": _target(server, case, is_ours=server is emulator)
            for case in cases
            for name, server in servers.items()
        }
        loads = in_turns(targets, rounds=plan.rounds, seconds=plan.seconds)
    has_nginx = "nginx" in servers
    for case in cases:
        name = f"download {case.name}, " + ("bare: nginx" if has_nginx else "nginx not installed")
        bare = loads.get(f"nginx {case.name}", [])
        ratio = case.ratio if bare else None
        yield from figures(name, loads[f"ours {case.name}"], bare, ratio=ratio)


def video(server: Server, file: str) -> str:
    """Return where the emulator has one of `VIDEOS`, path and query."""
    parts = urlsplit(client.video_url(server.url, **VIDEOS[file]))
    return f"{parts.path}?{parts.query}"


def _cases(emulator: Server, folder: Path) -> list[Case]:
    """Return what to download; *folder* gets the files."""
    whole = [_case(emulator, file, folder) for file in VIDEOS]
    largest = whole[-1]
    if (size := (folder / largest.file).stat().st_size) < 6 * MIB:
        raise BenchmarkError(f"{size:,} bytes are too few for a part of the middle")
    part = f"{PART // 1024} KiB of {largest.name}"
    # Without a target: what Python does for a request of any kind outweighs so few bytes.
    return [*whole, dataclasses.replace(largest, name=part, headers=MIDDLE, ratio=None)]


def _case(emulator: Server, file: str, folder: Path) -> Case:
    path = video(emulator, file)
    content = client.download(emulator.url + path)
    (folder / file).write_bytes(content)
    return Case(name=f"{len(content) / MIB:.2f} MiB", file=file, path=path)


def _target(server: Server, case: Case, *, is_ours: bool) -> Target:
    path = case.path if is_ours else f"/{case.file}"
    return Target(server=server, path=path, headers=case.headers)
