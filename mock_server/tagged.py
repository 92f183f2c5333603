"""The bytes of a file, in memory or on disk, with the entity tag that HTTP knows them by."""

import hashlib
import mmap
import os
from pathlib import Path
from typing import Protocol, Self
from weakref import WeakValueDictionary


class Digest(Protocol):
    """A hash of bytes, such as hashlib makes."""

    def hexdigest(self) -> str:
        """Return the hash in hexadecimal digits."""
        ...


def etag_of(digest: Digest) -> str:
    """Return the strong entity tag of the bytes whose SHA-256 *digest* is, quotes included."""
    return f'"{digest.hexdigest()[:32]}"'


class Tagged(bytes):
    """Bytes with a strong entity tag, quotes included: the same bytes, the same tag."""

    etag: str

    def __new__(cls, content: bytes) -> Self:
        """Tag *content*, which is read once for it."""
        tagged = super().__new__(cls, content)
        tagged.etag = etag_of(hashlib.sha256(content))
        return tagged


class Mapped(mmap.mmap):
    """The content of a file on disk that never changes: it is read as far as a client takes it, and kept nowhere."""

    etag: str


class Mappings:
    """The files that are being read: those who read one at the same time share its memory."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: WeakValueDictionary[tuple[Path, str], Mapped] = WeakValueDictionary()

    def content(self, path: Path, etag: str) -> Mapped | Tagged:
        """Return the content of the file *path*, which *etag* stands for.

        Raises:
            FileNotFoundError: the file is no more; who has its content already keeps it.
        """
        known = self._open.get((path, etag))
        if known is not None:
            return known
        with path.open("rb") as file:
            if not os.fstat(file.fileno()).st_size:
                return Tagged(b"")  # nothing cannot be mapped
            content = Mapped(file.fileno(), 0, access=mmap.ACCESS_READ)
        content.etag = etag
        self._open[path, etag] = content
        return content
