from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from contracts.document import load
from mock_server.sizes import output_size, picture_size

WAN = load().models["wan-2-6"]
SIDES = st.integers(1, 20_000)
RESOLUTIONS = st.sampled_from(["720p", "1080p"])
PIXELS = {"720p": 1280 * 720, "1080p": 1920 * 1080}


def is_floored_root(side, square):
    return side % 16 == 0 and side**2 <= square < (side + 16) ** 2


@pytest.mark.parametrize(
    ("resolution", "picture", "size"),
    [
        ("720p", (750, 1000), (816, 1104)),
        ("720p", (1000, 750), (1104, 816)),
        ("720p", (500, 500), (960, 960)),
        ("1080p", (500, 500), (1440, 1440)),
        ("720p", (4000, 1000), (1920, 480)),
        ("720p", (40_000, 1000), (1920, 480)),
        ("720p", (1, 10_000), (480, 1920)),
    ],
)
def test_frame_follows_the_picture(resolution, picture, size):
    """OUT-SIZE: ratios beyond 4:1 count as 4:1."""
    assert picture_size(WAN.output, resolution, picture) == size


@given(RESOLUTIONS, SIDES, SIDES)
def test_sides_are_exact_roots_floored_to_a_multiple_of_16(resolution, width, height):
    """OUT-SIZE."""
    ratio = max(Fraction(1, 4), min(Fraction(width, height), Fraction(4)))
    found = picture_size(WAN.output, resolution, (width, height))

    if ratio not in {Fraction(16, 9), Fraction(9, 16)}:
        assert is_floored_root(found[0], PIXELS[resolution] * ratio)
        assert is_floored_root(found[1], PIXELS[resolution] / ratio)


@given(RESOLUTIONS, st.integers(1, 2000))
def test_16_9_and_9_16_of_any_scale_give_the_size_of_the_table(resolution, scale):
    """OUT-SIZE."""
    table = WAN.output.sizes[resolution]

    assert picture_size(WAN.output, resolution, (16 * scale, 9 * scale)) == table["16:9"]
    assert picture_size(WAN.output, resolution, (9 * scale, 16 * scale)) == table["9:16"]


@pytest.mark.parametrize("mode", ["t2v", "r2v"])
@pytest.mark.parametrize("ratio", ["16:9", "9:16", "1:1", "4:3", "3:4"])
def test_modes_without_a_picture_take_the_size_of_the_table(mode, ratio):
    """OUT-SIZE."""
    size = output_size(WAN.output, WAN.modes[mode], "720p", ratio, (750, 1000))

    assert size == WAN.output.sizes["720p"][ratio]


@pytest.mark.parametrize(("picture", "size"), [(None, (1280, 720)), ((750, 1000), (816, 1104))])
def test_i2v_ignores_the_aspect_ratio_and_takes_an_unseen_picture_as_16_9(picture, size):
    """I2V-RATIO and OUT-SIZE."""
    assert output_size(WAN.output, WAN.modes["i2v"], "720p", "1:1", picture) == size
