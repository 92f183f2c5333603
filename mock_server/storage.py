"""What the emulator keeps on disk: one folder of its own, and in it a shelf for each account."""

import contextlib
import errno
import hashlib
import itertools
import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from mock_server.clock import SECOND, system_now
from mock_server.shelf import OWN, Bounds, Shelf

PREFIX = "wan-mock-"
FOLDER_HEX = 24
SCRATCH = "scratch"
# How long, in microseconds, nobody has written to a temporary file that is taken for a killed process's.
ABANDONED = 3600 * SECOND
# What an OSError says where there is no room for a file.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
WRITABLE = "a temporary folder that it may write to, or --media-folder"


class NowhereError(OSError):
    """There is no folder that the emulator may write to; the message, a clause, says what would do."""


class Storage:
    """A folder that is made when it is first needed, and removed with all that is in it.

    That is when the storage is closed or no longer referred to, at the latest when the interpreter
    exits; a process that is killed leaves it behind. Use it as a context manager, or not at all.
    """

    def __init__(
        self,
        below: Path | None = None,
        *,
        lasting: Path | None = None,
        mark: str = "",
        time: Callable[[], int] = system_now,
    ) -> None:
        """Make the folder *below* that one, by default where this machine has temporary files.

        One that is *lasting* is there and stays, and others may use it at the same time: *mark*, which is of this
        process alone, is in the names of its files. What killed processes have left there is removed; *time* gives
        the present in microseconds since the epoch.
        """
        self.is_shared = lasting is not None
        self._below = below
        self._lasting = lasting
        self._mark = mark
        self._lock = threading.Lock()
        self._root: Path | None = None
        self._removal: Callable[[], object] = _nothing
        self._threads: list[threading.Thread] = []
        self._numbers = itertools.count(1)
        # An upload that comes in while its account is forgotten holds on to the shelf, and so
        # lands on that of the account opened anew.
        self._shelves: weakref.WeakValueDictionary[str, Shelf] = weakref.WeakValueDictionary()
        if lasting is not None:
            self._remove_soon(*_abandoned(lasting / SCRATCH, time() - ABANDONED))

    @property
    def root(self) -> Path:
        """The folder, which is there from now on.

        Raises:
            NowhereError: it cannot be made, as in a container whose file systems are all read-only.
            OSError: somebody took it away, and it cannot be made anew.
        """
        with self._lock:
            if self._root is None and self._lasting is not None:
                self._root = self._lasting
            elif self._root is None:
                self._root = _made(self._below)
                self._removal = weakref.finalize(self, _remove_own, self._root, os.getpid())
            # What cleans up temporary files may have taken it away meanwhile.
            self._root.mkdir(OWN, parents=True, exist_ok=True)
            return self._root

    def scratch(self) -> Path:
        """Return a path of its own for a temporary file, which is the caller's to remove.

        Raises:
            OSError: there can be no folder for it.
        """
        folder = self.root / SCRATCH
        folder.mkdir(OWN, exist_ok=True)
        return folder / self.fresh_name()

    def fresh_name(self) -> str:
        """Return a name that no file has."""
        return f"{self._mark}{next(self._numbers):x}"

    async def share(self, file: Path) -> None:
        """Let other processes have *file*, which is complete: here they have the same folder, or there are none."""

    async def fetch(self, file: Path) -> None:
        """Get *file* from another process that has shared it, unless it is here."""

    def discard(self, name: str) -> None:
        """Take the folder *name* away at once; in the background it is emptied, which takes its time for gigabytes.

        What cannot be removed stays: it is no reason for an account to be other than elsewhere.
        """
        if self._root is None and not self.is_shared:
            return  # it went with the storage
        with contextlib.suppress(OSError):
            away = (self.root / name).rename(self.scratch())
            self._remove_soon(away)

    def _remove_soon(self, *paths: Path) -> None:
        removal = threading.Thread(target=_remove, args=paths, name="removal", daemon=True)
        removal.start()
        with self._lock:
            self._threads = [*(thread for thread in self._threads if thread.is_alive()), removal]

    def shelf(
        self, name: str, bounds: Bounds, now: Callable[[], int], generation: int = 0
    ) -> Shelf:
        """Return the shelf of the account *name*, whose clock gives *now* in microseconds since the epoch.

        Another *generation* is another account of that name, with a folder of its own.
        """
        # Not the name itself: two that differ only in case are one to some disks.
        folder = hashlib.sha256(f"{name} {generation}".encode()).hexdigest()[:FOLDER_HEX]
        shelf = self._shelves.setdefault(name, Shelf(self, folder, bounds))
        shelf.now, shelf.folder = now, folder
        return shelf

    def begin_anew(self) -> None:
        """Let go of what is known of accounts, whose files stay: it is to be learnt anew."""
        self._shelves.clear()

    def close(self) -> None:
        """Remove the folder, and return once it is gone; asking again makes a new one."""
        with self._lock:
            self._removal()
            self._root, self._removal = None, _nothing
            threads, self._threads = self._threads, []
        for thread in threads:
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _nothing() -> None:
    """Remove nothing, because nothing was made."""


def _made(below: Path | None) -> Path:
    try:
        below = below or Path(tempfile.gettempdir())
        below.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=PREFIX, dir=below)).absolute()
    except OSError as error:
        reason = f"the emulator has no folder to write to, {error.strerror}; {WRITABLE} would do"
        raise NowhereError(reason) from error


def _remove_own(root: Path, owner: int) -> None:
    """Remove *root*, unless this is a process that its *owner* forked off."""
    if os.getpid() == owner:
        _remove(root)


def _remove(*paths: Path) -> None:
    """Remove the files and folders *paths*, as far as that can be done."""
    for path in paths:
        shutil.rmtree(path, ignore_errors=True)
        with contextlib.suppress(OSError):
            path.unlink()


def _abandoned(scratch: Path, before: int) -> Iterator[Path]:
    """Yield the files and folders in *scratch*, if there is one, that nobody has written to since the moment *before*."""
    # One that is finished meanwhile is another process's, and those behind it wait for the next process.
    with contextlib.suppress(OSError):
        for path in scratch.iterdir():
            if path.stat().st_mtime_ns // 1000 < before:
                yield path
