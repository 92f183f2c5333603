"""The bytes of a file, in memory or on disk, with the entity tag that HTTP knows them by."""

import hashlib
import mmap
from pathlib import Path
from typing import Protocol, Self


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


def mapped(path: Path, etag: str) -> Mapped | Tagged:
    """Return the content of the file *path*, which *etag* stands for.

    Raises:
        FileNotFoundError: the file is no more; who has its content already keeps it.
    """
    with path.open("rb") as file:
        if not path.stat().st_size:
            return Tagged(b"")  # nothing cannot be mapped
        content = Mapped(file.fileno(), 0, access=mmap.ACCESS_READ)
    content.etag = etag
    return content
