"""What the emulator keeps on disk: one folder of its own, and in it a shelf for each account."""

import errno
import hashlib
import itertools
import os
import re
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from mock_server.uploads import Received, Room, Upload, Uploads, safe_name, safe_type

PREFIX = "wan-mock-"
OWN = 0o700  # nobody else on this machine may look at what users upload
FOLDER_HEX = 24
# What an OSError says where there is no room for a file.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
WRITABLE = "a temporary folder that it may write to, or --media-folder"
_PRODUCT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class NowhereError(OSError):
    """There is no folder that the emulator may write to; the message, a clause, says what would do."""


class Bounds(NamedTuple):
    """How much an account may keep: bytes of products, bytes of uploads, and those for how many microseconds."""

    product_bytes: int
    upload_bytes: int
    upload_lifetime: int


class Storage:
    """A folder that is made when it is first needed, and removed with all that is in it.

    That is when the storage is closed or no longer referred to, at the latest when the interpreter
    exits; a process that is killed leaves it behind. Use it as a context manager, or not at all.
    """

    def __init__(
        self, below: Path | None = None, *, lasting: Path | None = None, mark: str = ""
    ) -> None:
        """Make the folder *below* that one, by default where this machine has temporary files.

        One that is *lasting* is there and stays, and others may use it at the same time: *mark*, which is of this
        process alone, is in the names of its files.
        """
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
                self._removal = weakref.finalize(self, _remove, self._root, os.getpid())
            # What cleans up temporary files may have taken it away meanwhile.
            self._root.mkdir(OWN, parents=True, exist_ok=True)
            return self._root

    def scratch(self) -> Path:
        """Return a path of its own for a temporary file, which is the caller's to remove.

        Raises:
            OSError: there can be no folder for it.
        """
        folder = self.root / "scratch"
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
        """Take the folder *name* away at once; in the background it is emptied, which takes its time for gigabytes."""
        if self._root is None:
            return  # it went with the storage
        folder, away = self.root / name, self.scratch()
        try:
            folder.rename(away)
        except FileNotFoundError:
            return
        removal = threading.Thread(
            target=shutil.rmtree, args=(away, True), name="removal", daemon=True
        )
        removal.start()
        with self._lock:
            self._threads = [*(thread for thread in self._threads if thread.is_alive()), removal]

    def shelf(
        self, name: str, bounds: Bounds, now: Callable[[], int], generation: int = 0
    ) -> "Shelf":
        """Return the shelf of the account *name*, whose clock gives *now* in microseconds since the epoch.

        Another *generation* is another account of that name, with a folder of its own.
        """
        # Not the name itself: two that differ only in case are one to some disks.
        folder = hashlib.sha256(f"{name} {generation}".encode()).hexdigest()[:FOLDER_HEX]
        shelf = self._shelves.setdefault(name, Shelf(self, folder, bounds))
        shelf.now, shelf.folder = now, folder
        return shelf

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


class Shelf:
    """The files of one account: what it uploaded, and the products that its videos are made of.

    *now* gives the present moment on the account's clock. There is a folder on disk once there is a file.
    """

    now: Callable[[], int]

    def __init__(self, storage: Storage, folder: str, bounds: Bounds) -> None:
        """Keep files in the *folder* of *storage*, within *bounds*."""
        self._storage = storage
        self.folder = folder
        self._bounds = bounds
        self._is_made = False
        self._products: dict[str, int] = {}
        self._uploads = Uploads(bounds.upload_bytes, bounds.upload_lifetime)

    def scratch(self) -> Path:
        """Return a path of its own for a temporary file, which is the caller's to remove.

        Raises:
            OSError: there can be no folder for it.
        """
        return self._storage.scratch()

    async def share(self, file: Path) -> None:
        """Let other processes have *file*, an upload or a product that is complete."""
        await self._storage.share(file)

    async def fetch(self, file: Path) -> None:
        """Get *file*, an upload or a product, from another process that has shared it, unless it is here."""
        await self._storage.fetch(file)

    def product(self, name: str) -> Path:
        """Return where the product *name* is kept, or would be.

        Raises:
            ValueError: *name* is not one of letters, digits, dots, dashes and underscores.
        """
        if not _PRODUCT.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a product")
        return self._place("products") / name

    def keep(self, scratch: Path, name: str) -> Path:
        """Move the file *scratch* to where the product *name* is kept, and return that place.

        The products kept longest ago are dropped where all together are too large.

        Raises:
            OSError: *scratch* is no longer there, or there is no room (`FULL`).
        """
        path = self.product(name)
        self._make(path.parent)
        size = scratch.stat().st_size
        scratch.replace(path)
        self._products.pop(name, None)
        self._drop_products(self._bounds.product_bytes - size)
        self._products[name] = size
        return path

    def room(self) -> Room:
        """Return room for an upload to come, which is to be closed.

        Raises:
            OSError: there can be no file for it.
        """
        return Room(self.scratch(), self._uploads.reserve)

    def place(self, received: Received) -> Received:
        """Move the file that was *received* to where uploads lie.

        Raises:
            OSError: there is no room for it (`FULL`).
        """
        # A name of its own, because ids come again in an account that begins anew.
        file = self._place("uploads") / self._storage.fresh_name()
        self._make(file.parent)
        return received._replace(file=received.file.replace(file))

    def put(self, file_id: str, received: Received) -> Upload:
        """Take in what was *received*, and placed, as the upload *file_id*.

        Raises:
            QuotaError: uploads that came in elsewhere have left no room for it.
        """
        upload = Upload(
            id=file_id,
            name=safe_name(received.name),
            file=received.file,
            content_type=safe_type(received.content_type),
            size=received.size,
            etag=received.etag,
            uploaded_at=self.now(),
        )
        self._uploads.add(upload)
        return upload

    def upload(self, path: str) -> Upload | None:
        """Return the upload of this account that *path* (``bunny://…``) stands for, None without one."""
        return self._uploads.at(path, self.now())

    def upload_named(self, file_id: str) -> Upload | None:
        """Return the upload of this account with the id *file_id*, None without one."""
        return self._uploads.named(file_id, self.now())

    def expire(self) -> None:
        """Forget the uploads whose time is over by now."""
        self._uploads.expire(self.now())

    def ends_at(self, upload: Upload) -> int:
        """Return the moment from which *upload* is forgotten."""
        return self._uploads.ends_at(upload)

    def clear(self) -> None:
        """Remove everything but what is under way."""
        if self._is_made:
            self._storage.discard(self.folder)
        self._is_made = False
        self._products.clear()
        self._uploads.clear()

    def _place(self, kind: str) -> Path:
        return self._storage.root / self.folder / kind

    def _make(self, place: Path) -> None:
        self._is_made = True
        # One by one, because what `parents` makes is open to others; any may have been taken away.
        for folder in (self._storage.root, place.parent, place):
            folder.mkdir(OWN, exist_ok=True)

    def _drop_products(self, most: int) -> None:
        total = sum(self._products.values())
        while self._products and total > most:
            oldest = next(iter(self._products))
            self.product(oldest).unlink(missing_ok=True)
            total -= self._products.pop(oldest)


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


def _remove(root: Path, owner: int) -> None:
    """Remove *root*, unless this is a process that its *owner* forked off."""
    if os.getpid() == owner:
        shutil.rmtree(root, ignore_errors=True)
