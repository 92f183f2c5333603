"""Put an MP4's index before its media, so that a player can start while the rest still loads."""

import struct
from collections.abc import Iterator

_TOP_LEVEL = frozenset({b"ftyp", b"free", b"mdat", b"moov"})
_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_OFFSET_FORMATS = {b"stco": "I", b"co64": "Q"}

# The kind of a box, where it starts, where its contents start, and where it ends.
_Box = tuple[bytes, int, int, int]


def faststart(mp4: bytes) -> bytes:
    """Move the moov box of a plain MP4 to right behind ftyp, and correct the chunk offsets.

    Raises ValueError for anything but one ftyp first, one moov, and mdat and free boxes.
    """
    boxes = list(_boxes(mp4, 0, len(mp4)))
    kinds = [kind for kind, *_ in boxes]
    if kinds[:1] != [b"ftyp"] or kinds.count(b"moov") != 1 or not _TOP_LEVEL.issuperset(kinds):
        raise ValueError(f"Not a plain MP4: its boxes are {kinds}.")
    _, moov_start, _, moov_end = boxes[kinds.index(b"moov")]
    ftyp_end = boxes[0][-1]
    moov = bytearray(mp4[moov_start:moov_end])
    for kind, _, body, end in _boxes_inside(moov, 0, len(moov)):
        if kind in _OFFSET_FORMATS:
            _move_offsets(moov, _OFFSET_FORMATS[kind], body, end, moov_start)
    return mp4[:ftyp_end] + moov + mp4[ftyp_end:moov_start] + mp4[moov_end:]


def _boxes(data: bytes | bytearray, start: int, end: int) -> Iterator[_Box]:
    while start < end:
        try:
            size, kind = struct.unpack_from(">I4s", data, start)
            body = start + 8
            if size == 1:  # the size has 64 bits and stands behind the kind
                (size,) = struct.unpack_from(">Q", data, body)
                body += 8
        except struct.error:
            raise ValueError(f"Not an MP4: {end - start} stray bytes at {start}.") from None
        if not body <= start + size <= end:
            raise ValueError(f"Not an MP4: the box {kind} at {start} claims {size} bytes.")
        yield kind, start, body, start + size
        start += size


def _boxes_inside(data: bytearray, start: int, end: int) -> Iterator[_Box]:
    for box in _boxes(data, start, end):
        yield box
        if box[0] in _CONTAINERS:
            yield from _boxes_inside(data, *box[2:])


def _move_offsets(moov: bytearray, letter: str, body: int, end: int, moov_start: int) -> None:
    """Add the size of *moov* to each offset of a table: what stood before it moves back by it."""
    try:
        (count,) = struct.unpack_from(">I", moov, body + 4)  # behind version and flags
        table = struct.Struct(f">{count}{letter}")
        if body + 8 + table.size != end:
            raise ValueError(f"Not an MP4: an offset table of {count} entries has another size.")
        offsets = table.unpack_from(moov, body + 8)
        moved = (offset + len(moov) * (offset < moov_start) for offset in offsets)
        table.pack_into(moov, body + 8, *moved)
    except struct.error as error:
        raise ValueError(f"The chunk offsets cannot be moved: {error}.") from error
