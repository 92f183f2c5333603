"""Uploads: what an account has sent to have at hand, within its quota and for so long."""

import contextlib
import re
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

FOLDER = "bunny://uploads/"
OTHER = "application/octet-stream"
NAME_CHARACTERS = 64
# What the smallest file takes on most disks. Were it not counted, an account could have empty ones
# without end.
LEAST_BYTES = 4096
_TYPE = re.compile(r"(?:image|video|audio)/[a-z0-9][a-z0-9.+-]{0,60}")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


class QuotaError(Exception):
    """There is no room for what comes in: *used* of *quota* bytes are taken."""

    def __init__(self, used: int, quota: int) -> None:
        """Tell how many bytes there are, and how many of them are taken."""
        super().__init__(f"{used} of {quota} bytes are taken")
        self.used = used
        self.quota = quota


class Received(NamedTuple):
    """A file that has come in: how it is named and what it is, as the client says, and its entity tag."""

    file: Path
    name: bytes
    content_type: str
    size: int
    etag: str


class Upload(NamedTuple):
    """A file that an account has uploaded; *uploaded_at* is in microseconds since the epoch."""

    id: str
    name: str
    file: Path
    content_type: str
    size: int
    etag: str
    uploaded_at: int

    @property
    def path(self) -> str:
        """What stands for the file in a request."""
        return f"{FOLDER}{self.id}/{self.name}"

    @property
    def media_path(self) -> str:
        """The path of its URL, which ends like its name."""
        suffix = PurePosixPath(self.name).suffix.lower()
        return f"/media/{self.id}{suffix if _SUFFIX.fullmatch(suffix) else '.bin'}"


class Room:
    """Space in the quota and a file on disk while an upload comes in: given back when closed, with the file."""

    def __init__(self, file: Path, claim: Callable[[int], None]) -> None:
        """Reserve nothing yet; *claim* reserves a number of bytes more, or raises QuotaError."""
        self.file = file
        self._claim = claim
        self._size = 0

    def grow_to(self, size: int) -> None:
        """Reserve what a file of *size* bytes takes, or what was reserved, if that is more.

        Raises:
            QuotaError: there are not as many left.
        """
        wanted = charged(size)
        if wanted > self._size:
            self._claim(wanted - self._size)
            self._size = wanted

    def close(self) -> None:
        """Give back what was reserved, and remove the file if it is still there."""
        self._claim(-self._size)
        self._size = 0
        remove(self.file)


class Uploads:
    """The uploads of one account: at most *quota* bytes together, each known for *lifetime* microseconds.

    A small one counts `LEAST_BYTES`.
    """

    def __init__(self, quota: int, lifetime: int) -> None:
        """Begin with none."""
        self._quota = quota
        self._lifetime = lifetime
        self._used = 0
        self._reserved = 0
        # From the oldest to the newest. A plain dict would search for its first one ever longer.
        self._by_id: OrderedDict[str, Upload] = OrderedDict()

    def __len__(self) -> int:
        """Return how many are known, those whose time is over included."""
        return len(self._by_id)

    def reserve(self, size: int) -> None:
        """Take *size* bytes of the quota for what comes in; give them back, where it is negative.

        Raises:
            QuotaError: there are not as many left.
        """
        taken = self._used + self._reserved
        if size > 0 and taken + size > self._quota:
            raise QuotaError(taken, self._quota)
        self._reserved += size

    def add(self, upload: Upload) -> None:
        """Take in *upload*, the newest.

        Raises:
            QuotaError: uploads that came in elsewhere have left no room for it.
        """
        if self._used + charged(upload.size) > self._quota:
            raise QuotaError(self._used, self._quota)
        self._by_id[upload.id] = upload
        self._used += charged(upload.size)

    def at(self, path: str, now: int) -> Upload | None:
        """Return the upload that *path* stands for at the moment *now*, None without one."""
        upload = self.named(path.removeprefix(FOLDER).partition("/")[0], now)
        return upload if upload is not None and upload.path == path else None

    def named(self, file_id: str, now: int) -> Upload | None:
        """Return the upload that has the id *file_id* at the moment *now*, None without one."""
        upload = self._by_id.get(file_id)
        return upload if upload is not None and now < self.ends_at(upload) else None

    def ends_at(self, upload: Upload) -> int:
        """Return the moment from which *upload* is forgotten."""
        return upload.uploaded_at + self._lifetime

    def expire(self, now: int) -> None:
        """Forget the uploads whose time is over at the moment *now*, and remove their files, as far as that can be done."""
        # No clock goes back, and the account that begins anew has none of the uploads of before.
        while self._by_id:
            oldest = next(iter(self._by_id.values()))
            if now < self.ends_at(oldest):
                break
            del self._by_id[oldest.id]
            self._used -= charged(oldest.size)
            remove(oldest.file)

    def clear(self) -> None:
        """Forget all; what is coming in keeps its place."""
        self._by_id.clear()
        self._used = 0


def remove(file: Path) -> None:
    """Remove *file*; one that cannot be removed stays: it is no reason for an account to be other than elsewhere."""
    with contextlib.suppress(OSError):
        file.unlink()


def charged(size: int) -> int:
    """Return what a file of *size* bytes takes of the quota."""
    return max(size, LEAST_BYTES)


def safe_name(name: bytes) -> str:
    """Return the last part of *name*, which a client chose, in letters that mean nothing in a path or a header."""
    last = re.split(rb"[/\\]", name)[-1]
    text = re.sub(r"[^A-Za-z0-9._-]+", "_", last.decode("utf-8", "replace")).lstrip(".")
    stem, dot, suffix = text.rpartition(".")
    if not dot or len(suffix) >= NAME_CHARACTERS // 2:
        return text[:NAME_CHARACTERS] or "file"
    return f"{stem[: NAME_CHARACTERS - len(suffix) - 1]}.{suffix}"


def safe_type(declared: str) -> str:
    """Return the media type *declared*, if no browser would run anything in it, else that of plain bytes."""
    content_type = declared.partition(";")[0].strip().lower()
    is_plain = _TYPE.fullmatch(content_type) is not None and not _is_markup(content_type)
    return content_type if is_plain else OTHER


def _is_markup(content_type: str) -> bool:
    return content_type.endswith("xml") or "svg" in content_type
