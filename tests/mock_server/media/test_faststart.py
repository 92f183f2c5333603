import struct

import pytest
from hypothesis import given, strategies as st

from mock_server.media.faststart import faststart


def box(kind, content=b""):
    return struct.pack(">I4s", 8 + len(content), kind) + content


def wide_box(kind, content=b""):
    return struct.pack(">I4sQ", 1, kind, 16 + len(content)) + content


def moov(kind, letter, offsets):
    content = struct.pack(f">II{len(offsets)}{letter}", 0, len(offsets), *offsets)
    table = box(kind, content)
    for container in (b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        table = box(container, box(b"free") + table)
    return table


FTYP = box(b"ftyp", b"isom")


@pytest.mark.parametrize("media_box", [box, wide_box])
@pytest.mark.parametrize(("kind", "letter"), [(b"stco", "I"), (b"co64", "Q")])
@given(media=st.binary(min_size=1, max_size=50), data=st.data())
def test_offsets_still_point_at_their_bytes(media_box, kind, letter, media, data):
    before = FTYP + box(b"free") + media_box(b"mdat", media)
    places = data.draw(st.lists(st.integers(0, len(media) - 1)))
    offsets = [len(before) - len(media) + place for place in places]

    moved = faststart(before + moov(kind, letter, offsets) + box(b"free"))

    start = moved.index(kind) + 12
    found = struct.unpack_from(f">{len(places)}{letter}", moved, start)
    assert [moved[offset] for offset in found] == [media[place] for place in places]
    assert moved.index(b"moov") < moved.index(b"mdat" + (b"" if media_box is wide_box else media))


def test_file_that_starts_fast_stays_as_it_is():
    index = moov(b"stco", "I", [0])
    offset = len(FTYP + index) + 8
    ready = FTYP + moov(b"stco", "I", [offset]) + box(b"mdat", b"media")

    assert faststart(ready) == ready


@pytest.mark.parametrize(
    "mp4",
    [
        b"",
        box(b"moov") + FTYP,
        FTYP + box(b"mdat"),
        FTYP + box(b"moov") + box(b"moov"),
        FTYP + box(b"moov") + box(b"moof"),
    ],
)
def test_anything_but_a_plain_mp4_is_refused(mp4):
    with pytest.raises(ValueError, match="Not a plain MP4: its boxes are"):
        faststart(mp4)


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        (b"\0\0\0", "3 stray bytes at 12"),
        (struct.pack(">I4s", 1, b"mdat"), "8 stray bytes at 12"),
        (struct.pack(">I4s", 0, b"mdat"), "claims 0 bytes"),
        (struct.pack(">I4s", 9, b"mdat"), "claims 9 bytes"),
        (struct.pack(">I4sQ", 1, b"mdat", 15), "claims 15 bytes"),
    ],
)
def test_torn_file_is_refused(tail, message):
    with pytest.raises(ValueError, match=message):
        faststart(FTYP + tail)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (b"", "cannot be moved"),
        (struct.pack(">III", 0, 2, 0), "an offset table of 2 entries has another size"),
    ],
)
def test_wrong_offset_table_is_refused(table, message):
    index = box(b"moov", box(b"trak", box(b"stco", table)))

    with pytest.raises(ValueError, match=message):
        faststart(FTYP + box(b"mdat", b"media") + index)
