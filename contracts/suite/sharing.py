"""One run for all processes that want to know what comes of it."""

import fcntl
from collections.abc import Callable
from pathlib import Path

from contracts.suite.outcome import Outcome, read, written

BROKEN_OFF = Outcome(error="the process that ran the contract suite for all of them broke off")


def once(path: Path, run: Callable[[], Outcome]) -> Outcome:
    """Return what comes of *run*, which is called by the first process that comes to *path*; others wait for it.

    It is never called again, even if its process dies: what it sends may cost money.
    """
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            _write(path, BROKEN_OFF)
            _write(path, run())
        return read(path.read_text(encoding="utf-8"))


def _write(path: Path, outcome: Outcome) -> None:
    """Write *outcome* whole, or not at all."""
    new = path.with_suffix(".new")
    new.write_text(written(outcome), encoding="utf-8")
    new.replace(path)
