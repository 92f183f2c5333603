"""A server that is measured: how it comes onto this machine, is started and asked."""

import contextlib
import http.client
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import BenchmarkError
from benchmarks.load import Target
from benchmarks.peers.package import Package
from benchmarks.peers.recording import MODELS, SUBMIT, Recording
from benchmarks.servers import LOOK_SECONDS, Server, free_port, launched
from benchmarks.submit import SCRIPT, SCRIPT_OF_EACH

# For a machine that has much else to do; most need a tenth of it.
START_SECONDS = 120.0


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What a peer is started with: *folder* is its own and empty, *package* has its program."""

    folder: Path
    port: int
    package: Path
    recording: Recording


Targets = Mapping[str, Target]
"""What to ask for, by the name of the question; what a peer cannot do is missing."""


@dataclass(frozen=True, kw_only=True)
class Peer:
    """One of the servers."""

    name: str
    version: str
    command: Callable[[Stage], Sequence[str]]
    """Writes the files that the peer needs; returns what runs it in place of itself."""
    targets: Callable[[Server, Recording], Targets]
    """Asks the running server for what the questions need, such as a job."""
    first: Callable[[Recording], str]
    """The path whose 200 is the first answer."""
    package: Package | None = None

    def install(self, cache: Path) -> None:
        """Have the peer's program.

        Raises:
            BenchmarkError: It is not there and cannot be installed.
        """
        if self.package is not None:
            self.package.install(cache)

    @contextlib.contextmanager
    def running(self, cache: Path, recording: Recording) -> Iterator[Server]:
        """Run it until it has given its first answer, and on."""
        with tempfile.TemporaryDirectory() as folder:
            stage = Stage(
                folder=Path(folder),
                port=free_port(),
                package=cache if self.package is None else self.package.folder(cache),
                recording=recording,
            )
            with launched(self.command(stage), port=stage.port) as server:
                _await(server, self.first(recording))
                yield server


def canned(server: Server, recording: Recording) -> Targets:
    """Return the questions to which the answers of *recording* are given."""
    return {
        "poll": Target(server=server, path=recording.poll),
        "submit": Target(server=server, path=SUBMIT, script=SCRIPT),
        "submit-each": Target(server=server, path=SUBMIT, script=SCRIPT_OF_EACH),
        "models": Target(server=server, path=MODELS),
    }


def models(_recording: Recording) -> str:
    """Return the path of the list of models."""
    return MODELS


def _await(server: Server, path: str) -> None:
    """Ask until the answer is 200: some listen before they know what to say."""
    deadline = time.perf_counter() + START_SECONDS
    status = 0
    while (left := deadline - time.perf_counter()) > 0:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if (status := server.wait(path=path, seconds=left)) == 200:
                return
        time.sleep(LOOK_SECONDS)
    raise BenchmarkError(f"GET {path} was still answered with {status} after {START_SECONDS:.0f} s")
