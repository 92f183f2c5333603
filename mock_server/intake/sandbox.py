"""The process that looks at media, apart from the emulator, so that none can harm that."""

import contextlib
import math
import os
import resource
import signal
import sys
import warnings
from collections.abc import Iterable
from typing import BinaryIO

from mock_server.intake.looking import look
from mock_server.intake.measuring import Unreadable
from mock_server.intake.protocol import read_task, write_answer

# More than any product has, and less than would hurt.
_MAX_FILE_BYTES = 64 * 2**20


def main() -> None:
    """Answer tasks from standard input until it ends; the arguments are bytes of memory and seconds."""
    memory_bytes, seconds = int(sys.argv[-2]), float(sys.argv[-1])
    answers = _take_over_stdout()
    _confine(memory_bytes)
    # A warning says that a medium is odd, but it can be looked at.
    warnings.simplefilter("ignore")
    # Should the emulator be gone by then, nobody else would end a look that never ends.
    patience = math.ceil(seconds) + 1
    serve(sys.stdin.buffer, answers, memory_bytes=memory_bytes, patience=patience)
    # Somebody waits for this, and there is nothing to tidy up.
    os._exit(0)


def serve(tasks: Iterable[bytes], answers: BinaryIO, *, memory_bytes: int, patience: int) -> None:
    """Answer each of *tasks*, a line, by a line in *answers*; end when memory ran out."""
    for line in tasks:
        task = read_task(line)
        signal.alarm(patience)
        try:
            found, is_exhausted = look(task), False
        except MemoryError:
            reason = f"takes more than {memory_bytes} bytes of memory to read"
            found, is_exhausted = Unreadable(reason=reason), True
        signal.alarm(0)
        answers.write(write_answer(found))
        answers.flush()
        # What the medium left behind in memory shall not be the next one's fault.
        if is_exhausted:
            return


def _take_over_stdout() -> BinaryIO:
    """Return standard output, into which nothing else can write from now on: libraries print."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _confine(memory_bytes: int) -> None:
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_FSIZE: _MAX_FILE_BYTES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, limit in limits.items():
        # Not every system limits everything, and a lower limit may already hold.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (limit, limit))
