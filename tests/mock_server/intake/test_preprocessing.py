"""Sizes (rule MEDIA-IMAGE-SIZE)."""

import pytest
from hypothesis import given, strategies as st

from mock_server.intake.preprocessing import resized

I2V, R2V = (360, 2000), (240, 5000)


@pytest.mark.parametrize(
    ("size", "sides", "wanted"),
    [
        ((4000, 3000), I2V, (2000, 1500)),
        ((3000, 4000), I2V, (1500, 2000)),
        ((4000, 3000), R2V, (4000, 3000)),
        ((100, 100), I2V, (360, 360)),
        ((100, 100), R2V, (240, 240)),
        ((360, 2000), I2V, (360, 2000)),
        ((359, 400), I2V, (360, 401)),
        ((2001, 1000), I2V, (2000, 1000)),
        ((4000, 1001), I2V, (2000, 501)),
    ],
)
def test_picture_is_resized_into_the_sides(size, sides, wanted):
    assert resized(size[0], size[1], sides) == wanted


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((4000, 400), (2000, 200)),
        ((1000, 100), (2000, 200)),
        ((1, 100), (20, 2000)),
        ((100_000, 1), (2000, 1)),
    ],
)
def test_picture_too_long_for_both_sides_follows_its_longer_one(size, wanted):
    assert resized(size[0], size[1], I2V) == wanted


@given(st.integers(1, 65_535), st.integers(1, 65_535))
def test_longer_side_never_exceeds_and_the_ratio_is_kept(width, height):
    wide, high = resized(width, height, I2V)

    assert 1 <= min(wide, high) <= max(wide, high) <= 2000
    assert max(wide, high) >= 360
    scale = max(wide, high) / max(width, height)
    assert abs(wide - width * scale) <= 1
    assert abs(high - height * scale) <= 1
