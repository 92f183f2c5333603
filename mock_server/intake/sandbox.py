"""The process that looks at media, apart from the emulator, so that none can harm that."""

import contextlib
import ctypes
import math
import os
import resource
import signal
import sys
import warnings
from collections.abc import Iterable
from typing import BinaryIO

from mock_server.intake.looking import look
from mock_server.intake.protocol import OUT_OF_MEMORY, read_task, write_answer

_PR_SET_PDEATHSIG = 1  # of <sys/prctl.h>
# More than any product has, and less than would hurt.
_MAX_FILE_BYTES = 64 * 2**20


def main() -> None:
    """Answer tasks from standard input until it ends; the arguments are bytes of memory and seconds."""
    memory_bytes, seconds = int(sys.argv[-2]), float(sys.argv[-1])
    answers = _take_over_stdout()
    _end_with_the_emulator()
    _confine(memory_bytes)
    # A warning says that a medium is odd, but it can be looked at.
    warnings.simplefilter("ignore")
    # Where the system does not see to it, nobody else would end a look that the emulator left behind.
    patience = math.ceil(seconds) + 1
    status = serve(sys.stdin.buffer, answers, patience=patience)
    # Somebody waits for this, and there is nothing to tidy up.
    os._exit(status)


def serve(tasks: Iterable[bytes], answers: BinaryIO, *, patience: int) -> int:
    """Answer each of *tasks*, a line, by a line in *answers*, and return the status to leave with.

    A look that takes more than *patience* seconds ends the process, and so does one that takes all
    memory: what it leaves behind there shall not be the next one's fault.
    """
    for line in tasks:
        task = read_task(line)
        signal.alarm(patience)
        try:
            found = look(task)
        except MemoryError:
            return OUT_OF_MEMORY
        finally:
            signal.alarm(0)
        answers.write(write_answer(found))
        answers.flush()
    return 0


def _take_over_stdout() -> BinaryIO:
    """Return standard output, into which nothing else can write from now on: libraries print."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _end_with_the_emulator() -> None:
    """Have the system kill this process when the one that started it is gone, in the middle of a look too."""
    with contextlib.suppress(AttributeError):  # other systems than Linux have no such call
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


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
