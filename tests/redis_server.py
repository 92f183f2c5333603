"""A Redis of the tests' own: Debian's, on a free port, which keeps nothing on disk."""

import socket
import subprocess
from itertools import cycle
from pathlib import Path

import redis

DATABASES = 1000
READY = b"Ready to accept connections"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class RedisServer:
    """A server that *program* runs in *folder*; it comes back at the same place, empty, when it is started again."""

    def __init__(self, program: str, folder: Path) -> None:
        self._port = free_port()
        self._command = (
            *(program, "--port", str(self._port), "--bind", "127.0.0.1", "--dir", str(folder)),
            *("--save", "", "--appendonly", "no", "--databases", str(DATABASES)),
        )
        self._numbers = cycle(range(DATABASES))
        self.start()

    def start(self) -> None:
        """Return once it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        lines = iter(self._process.stdout.readline, b"")
        assert any(READY in line for line in lines), f"{self._command} does not run"

    def stop(self) -> None:
        """Return once it is gone, with all that it had."""
        self._process.kill()
        self._process.communicate()

    def new_database(self) -> str:
        """Return the URL of a database that is empty, and nobody else's."""
        url = f"redis://127.0.0.1:{self._port}/{next(self._numbers)}"
        self.empty(url)
        return url

    def empty(self, url: str) -> None:
        """Empty the database at *url*."""
        with redis.Redis.from_url(url) as client:
            client.flushdb()
