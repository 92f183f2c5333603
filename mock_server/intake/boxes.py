"""Whether a file that consists of boxes or of one chunk is all there."""

import os
from typing import BinaryIO

# A box of these that goes beyond the file's end was cut; any other may be junk behind a whole file.
_NEEDED = frozenset({b"ftyp", b"moov", b"mdat", b"moof", b"meta"})
_MOST = 100_000


def breaks_off(file: BinaryIO, needed: bytes | None = None) -> bool:
    """Whether *file* (MP4, MOV, HEIF or WEBP) ends before it should, or lacks the box *needed*."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(8)
    if head.startswith(b"RIFF"):
        return int.from_bytes(head[4:], "little") + 8 > size
    start, found = 0, False
    for _ in range(_MOST):
        file.seek(start)
        kind, length = _box(file.read(16), size - start)
        found = found or kind == needed
        if kind in _NEEDED and start + length > size:
            return True
        start += length
        if length < 8 or start >= size:
            break
    return needed is not None and not found


def _box(head: bytes, rest: int) -> tuple[bytes, int]:
    """Return the kind and the length of the box that begins with *head* when *rest* bytes are left."""
    length = int.from_bytes(head[:4])
    if length == 0:
        length = rest
    elif length == 1:
        length = int.from_bytes(head[8:16])
    return head[4:8], length
