import pytest
from PIL import Image

from mock_server.media.yuv import paste, to_yuv


def planes(frame):
    """Return the rows of each plane, without what fills them up."""
    return [
        [bytes(plane)[row * plane.line_size :][: plane.width] for row in range(plane.height)]
        for plane in frame.planes
    ]


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ("black", (16, 128, 128)),
        ("white", (235, 128, 128)),
        ("red", (63, 102, 240)),
        ("lime", (173, 42, 26)),
        ("blue", (32, 240, 118)),
    ],
)
def test_colours_are_those_of_bt709_in_the_limited_range(colour, expected):
    frame = to_yuv(Image.new("RGB", (8, 8), colour))

    seen = [{sample for row in plane for sample in row} for plane in planes(frame)]
    assert all(len(samples) == 1 for samples in seen)
    assert [*map(min, seen)] == pytest.approx(expected, abs=1)


@pytest.mark.parametrize(("left", "top"), [(0, 0), (4, 2), (66 - 12, 38 - 10)])
def test_part_is_pasted_where_it_belongs_and_nowhere_else(left, top):
    frame, part = to_yuv(Image.new("RGB", (66, 38), "navy")), to_yuv(Image.new("RGB", (12, 10)))
    expected = planes(frame)
    for scale, plane, rows in zip((1, 2, 2), expected, planes(part), strict=True):
        for number, row in enumerate(rows, top // scale):
            start, end = left // scale, left // scale + len(row)
            plane[number] = plane[number][:start] + row + plane[number][end:]
    paste(frame, part, left, top)

    assert planes(frame) == expected
