"""The files of one account: what it uploaded, and what its videos are made of."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mock_server.uploads import Received, Room, Upload, Uploads, remove, safe_name, safe_type

if TYPE_CHECKING:
    from mock_server.storage import Storage

OWN = 0o700  # nobody else on this machine may look at what users upload
_PRODUCT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Bounds(NamedTuple):
    """How much an account may keep: bytes of products, bytes of uploads, and those for how many microseconds."""

    product_bytes: int
    upload_bytes: int
    upload_lifetime: int


class Shelf:
    """The files of one account: what it uploaded, and the products that its videos are made of.

    *now* gives the present moment on the account's clock. There is a folder on disk once there is a file.
    """

    now: Callable[[], int]

    def __init__(self, storage: "Storage", folder: str, bounds: Bounds) -> None:
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
        if not self._is_made:
            self._products = _found(path.parent)  # those of a process before this one
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
        if self._uploads:
            self._uploads.expire(self.now())

    def ends_at(self, upload: Upload) -> int:
        """Return the moment from which *upload* is forgotten."""
        return self._uploads.ends_at(upload)

    def clear(self) -> None:
        """Remove everything but what is under way."""
        if self._is_made or self._storage.is_shared:
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
            remove(self.product(oldest))
            total -= self._products.pop(oldest)


def _found(folder: Path) -> dict[str, int]:
    """Return the sizes of the files in *folder* by name, the oldest first; there may be no folder."""
    if not folder.exists():
        return {}
    by_age = sorted((file.stat().st_mtime_ns, file) for file in folder.iterdir())
    return {file.name: file.stat().st_size for _, file in by_age}
