"""Start a server in a process of its own, find out that it answers, stop it."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from benchmarks.figures import BenchmarkError

HOST = "127.0.0.1"
START_SECONDS = 20.0
STOP_SECONDS = 10.0
LOOK_SECONDS = 0.001
# Settings; and what would have Python compile the checkout at each start, which is compiled where it is installed.
NOT_GIVEN = ("WAN_MOCK_", "PYTHONDONTWRITEBYTECODE")
ROOT = Path(__file__).parent.parent


def ours(*, latency: str) -> Sequence[str]:
    """Return the command that runs the emulator."""
    command = Path(sys.executable).with_name("wan-mock")
    return (str(command), "serve", "--latency", latency, "--balance", "unlimited")


def bare(route: str) -> Sequence[str]:
    """Return the command that runs the bare application with *route* alone."""
    return (sys.executable, "-m", "benchmarks.bare", route)


def long() -> Sequence[str]:
    """Return the command that runs the emulator with a model of long videos, all jobs instant."""
    return (sys.executable, "-m", "benchmarks.long")


def nginx_on(folder: Path) -> Sequence[str]:
    """Return the command that runs nginx with the files of *folder*."""
    return (sys.executable, "-m", "benchmarks.nginx", str(folder))


def nginx_before(upstream: str) -> Sequence[str]:
    """Return the command that runs nginx in front of the server at the URL *upstream*."""
    return (sys.executable, "-m", "benchmarks.nginx", "--upstream", upstream)


def nginx_before_all(nodes: Iterable[str]) -> Sequence[str]:
    """Return the command that runs nginx as it is deployed in front of the emulators *nodes*, each as HOST:PORT."""
    command = [sys.executable, "-m", "benchmarks.nginx"]
    return [*command, *(word for node in nodes for word in ("--node", node))]


def free_port() -> int:
    """Return a port that nobody listens on, as far as that can be known."""
    with socket.create_server((HOST, 0)) as sock:
        port: int = sock.getsockname()[1]
    return port


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server's process, perhaps not answering yet."""

    port: int
    process: subprocess.Popen[bytes]
    errors: IO[bytes] = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def cpu_seconds(self) -> float:
        """The processor time that the process and its children have used, their own and the kernel's for them."""
        ticks = 0
        for pid in family(self.process.pid):
            fields = _told(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:13]))  # counted from the field behind the name
        return ticks / os.sysconf("SC_CLK_TCK")

    @property
    def resident_bytes(self) -> int:
        """The memory that the process and its children hold; what they share is counted for each."""
        kilobytes = 0
        for pid in family(self.process.pid):
            status = _told(Path(f"/proc/{pid}/status"))
            kilobytes += int((status.partition("VmRSS:")[2].split() or ("0",))[0])
        return kilobytes * 1024

    def wait(self, *, path: str = "/livez", seconds: float = START_SECONDS) -> int:
        """Return the status of the first answer to a GET of *path*, for which it has *seconds*."""
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            if self.process.poll() is not None:
                raise BenchmarkError(
                    f"it ended with status {self.process.returncode}: {self._last_words()}"
                )
            with contextlib.suppress(ConnectionRefusedError):
                return get(self.port, path)
            time.sleep(LOOK_SECONDS)
        raise BenchmarkError(f"no answer within {seconds:.0f} s: {self._last_words()}")

    def stop(self) -> float:
        """End the process; return how many seconds that took."""
        begun = time.perf_counter()
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return time.perf_counter() - begun

    def _last_words(self) -> str:
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def family(pid: int) -> Iterator[int]:
    """Yield *pid*, and its children with theirs: those that live."""
    yield pid
    tasks: list[Path] = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        tasks += Path(f"/proc/{pid}/task").iterdir()
    for task in tasks:
        for child in _told(task / "children").split():
            yield from family(int(child))


def _told(file: Path) -> str:
    """Return what a *file* of the system tells of a process or a thread: nothing, when it has just ended."""
    try:
        return file.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def get(port: int, path: str) -> int:
    """Return the status of a GET on a connection of its own."""
    connection = http.client.HTTPConnection(HOST, port, timeout=START_SECONDS)
    with contextlib.closing(connection):
        connection.request("GET", path)
        return connection.getresponse().status


@contextlib.contextmanager
def spawned(command: Sequence[str], *, port: int | None = None) -> Iterator[Server]:
    """Run *command* on *port*, on a free one without; it may not answer yet."""
    port = free_port() if port is None else port
    with launched([*command, "--host", HOST, "--port", str(port)], port=port) as server:
        yield server


@contextlib.contextmanager
def launched(command: Sequence[str], *, port: int) -> Iterator[Server]:
    """Run *command*, which knows by itself that it is to listen on *port*; it may not answer yet."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(NOT_GIVEN)
    }
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=errors
            )
        except OSError as error:
            raise BenchmarkError(f"{command[0]} cannot be run: {error.strerror}") from error
        server = Server(port=port, process=process, errors=errors)
        try:
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def running(command: Sequence[str], *, port: int | None = None) -> Iterator[Server]:
    """Run *command* on *port*, on a free one without; it answers."""
    with spawned(command, port=port) as server:
        server.wait()
        yield server
