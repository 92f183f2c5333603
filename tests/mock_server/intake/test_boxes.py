"""Whether a file is all there."""

import io

import pytest

from mock_server.intake.boxes import breaks_off


def box(kind, content=b"", size=None):
    return (8 + len(content) if size is None else size).to_bytes(4) + kind + content


WHOLE = box(b"ftyp", b"isom") + box(b"moov", bytes(20)) + box(b"mdat", bytes(30))


def check(content, needed=b"moov"):
    return breaks_off(io.BytesIO(content), needed)


def test_whole_file_does_not_break_off():
    assert not check(WHOLE)


@pytest.mark.parametrize("length", [len(WHOLE) - 1, len(WHOLE) - 30, 20, 11, 8, 3, 0])
def test_cut_file_breaks_off(length):
    assert check(WHOLE[:length])


def test_file_without_its_index_breaks_off():
    assert check(box(b"ftyp", b"isom") + box(b"mdat", bytes(30)))
    assert not check(box(b"ftyp", b"isom") + box(b"mdat", bytes(30)), None)


def test_junk_behind_a_whole_file_is_no_loss():
    assert not check(WHOLE + b"PK\3\4 and so on")
    assert not check(WHOLE + bytes(1))


def test_last_box_may_reach_to_the_end_or_tell_a_long_size():
    assert not check(box(b"moov", bytes(9)) + box(b"mdat", bytes(30), size=0))
    long = box(b"mdat", (40).to_bytes(8) + bytes(24), size=1)
    assert not check(box(b"moov", bytes(9)) + long)
    assert check(box(b"moov", bytes(9)) + long[:-1])


def test_endless_row_of_boxes_is_given_up():
    assert check(box(b"free") * 200_000)
    assert not check(box(b"free") * 200_000, None)


def test_webp_tells_its_size():
    content = b"RIFF" + (12).to_bytes(4, "little") + b"WEBP" + bytes(8)
    assert not check(content)
    assert check(content[:-1])
