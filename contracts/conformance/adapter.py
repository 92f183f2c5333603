"""An adapter: the program around a client, which is run once for each case."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.conformance.said import NothingSaidError, Said, read
from contracts.conformance.trial import Ran
from contracts.errors import ContractError

GLANCE_SECONDS = 0.02
# After its deadline an adapter has so long before it is killed; it may have been slow to start.
GRACE_SHARE, GRACE_SECONDS = 0.3, 6.0
LAST_WORDS_SECONDS = 1.0
OUTPUT = "video.mp4"
MOST_ERROR_CHARACTERS = 2000


class AdapterError(ContractError):
    """The adapter is no program that can be run; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What an adapter is asked to do: make *request* into a video under a name in *folder*, for the *case* of that id."""

    case: str
    request: Mapping[str, Any]
    deadline: float
    url: str
    key: str
    folder: Path

    @property
    def output(self) -> Path:
        """Where the video shall lie."""
        return self.folder / OUTPUT

    @property
    def text(self) -> str:
        """The task as the adapter reads it."""
        told = {
            "case": self.case,
            "request": self.request,
            "output": str(self.output),
            "deadline_seconds": self.deadline,
        }
        return json.dumps(told)

    @property
    def environment(self) -> dict[str, str]:
        """The environment that leads a client to the emulator."""
        return {
            "EMPIRIOLABS_BASE_URL": self.url,
            "EMPIRIOLABS_API_BASE": f"{self.url}/v1",
            "EMPIRIOLABS_API_KEY": self.key,
        }


def command_of(text: str) -> tuple[str, ...]:
    """Return the words of the command *text*.

    Raises:
        AdapterError: there are none, or the first is no program.
    """
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise AdapterError(f"--adapter {text!r}: {error}") from None
    if not words:
        raise AdapterError("--adapter is empty; a command, such as 'python adapter.py', would do")
    if shutil.which(words[0]) is None:
        raise AdapterError(f"--adapter {text!r}: there is no program {words[0]}")
    return words


def run(
    words: Sequence[str],
    task: Task,
    surroundings: Mapping[str, str],
    *,
    is_over: Callable[[], bool] = lambda: False,
) -> Ran:
    """Run the adapter, the command *words*, with *task* in an environment of *surroundings*, and return how it went.

    *is_over* ends it early. It is a process group of its own, which is killed as a whole when it does not end.
    """
    entry, out, err = (task.folder / name for name in ("stdin", "stdout", "stderr"))
    entry.write_text(task.text)
    began = time.monotonic()
    with entry.open() as stdin, out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(  # noqa: S603 - this is what the user asked for
            words,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env={**surroundings, **task.environment},
            start_new_session=True,
        )
        most = task.deadline * (1 + GRACE_SHARE) + GRACE_SECONDS
        glimpses = _watch(process, task.output, lambda: is_over() or _past(began, most))
        is_killed = process.poll() is None
        _kill(process)
    seconds = time.monotonic() - began
    errors = _text(err)[-MOST_ERROR_CHARACTERS:]
    said, trouble = _said(out, process.returncode, killed_after=seconds if is_killed else None)
    return Ran(
        said=said,
        trouble=None if trouble is None else _with_last_words(trouble, errors),
        seconds=seconds,
        is_killed=is_killed,
        saved=task.output.read_bytes() if task.output.is_file() else None,
        glimpses=glimpses,
        errors=errors,
    )


def _with_last_words(trouble: str, errors: str) -> str:
    words = errors.strip().splitlines()[-1:]
    return f"{trouble}; its last words: {words[0]}" if words else trouble


def _past(began: float, most: float) -> bool:
    return time.monotonic() - began > most


def _watch(
    process: "subprocess.Popen[bytes]", path: Path, is_over: Callable[[], bool]
) -> tuple[int, ...]:
    """Return the sizes that *path* was seen to have until *process* ended, each once."""
    sizes: list[int] = []
    while not is_over():
        try:
            size = path.stat().st_size
        except OSError:
            size = None
        # The process may have written the rest since: what counts is what lies there while it runs.
        if size is not None and process.poll() is None and size not in sizes:
            sizes.append(size)
        try:
            process.wait(GLANCE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        break
    return tuple(sizes)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End the process group, whatever is left of it; one that runs is asked first."""
    with suppress(ProcessLookupError, PermissionError):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(LAST_WORDS_SECONDS)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _said(out: Path, status: int, *, killed_after: float | None) -> tuple[Said | None, str | None]:
    if killed_after is not None:
        return None, f"it did not end, and was killed after {killed_after:.1f} s"
    try:
        return read(_text(out)), None
    except NothingSaidError as error:
        ended = "" if status == 0 else f"; it ended with status {status}"
        return None, f"{error}{ended}"


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")
