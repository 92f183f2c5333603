"""A process of the emulator's that looks at media, and can be killed."""

import contextlib
import os
import select
import subprocess
import time
from collections.abc import Sequence

_CHUNK_BYTES = 65_536


class Worker:
    """A process that answers a line by a line; for one thread at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start *command*.

        Raises:
            OSError: no more processes or files can be had.
        """
        # A group of its own: Ctrl-C is for the emulator, which ends its workers itself.
        self._process = subprocess.Popen(  # noqa: S603 - the command is the emulator's own
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            process_group=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._tasks, self._answers = self._process.stdin, self._process.stdout

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, line: bytes, seconds: float) -> bytes:
        """Return what the process answers to *line* within *seconds*.

        Raises:
            TimeoutError: it takes longer.
            EOFError: it is dying.
        """
        try:
            self._tasks.write(line)
            return self._answer(time.monotonic() + seconds)
        except BrokenPipeError:
            raise EOFError from None

    def kill(self) -> int:
        """End the process at once, and return its exit status, its own where it was faster."""
        self._process.kill()
        return self._process.wait()

    def end(self, *, seconds: float = 2) -> None:
        """Let the process leave, as it does when it has no more to do; after *seconds* kill it."""
        with contextlib.suppress(BrokenPipeError):
            self._tasks.close()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        self._answers.close()

    def _answer(self, deadline: float) -> bytes:
        answer = b""
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        while not answer.endswith(b"\n"):
            if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise TimeoutError
            chunk = os.read(self._answers.fileno(), _CHUNK_BYTES)
            if not chunk:
                raise EOFError
            answer += chunk
        return answer
