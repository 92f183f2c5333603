import pytest
from hypothesis import example, given, settings, strategies as st
from PIL import ImageChops
from PIL.Image import Transpose

from mock_server.media.drawing import Second, draw_second
from mock_server.media.palette import CORNERS, SIGNAL

SIDES = st.integers(min_value=1, max_value=200).map(lambda half: 2 * half)


@pytest.fixture(scope="module")
def second():
    return list(draw_second(640, 360, 30))


@settings(max_examples=30, deadline=None)
@given(SIDES, SIDES, st.integers(min_value=1, max_value=130))
def test_any_even_size_can_be_drawn(width, height, fps):
    first = next(draw_second(width, height, fps))

    assert (first.size, first.mode) == ((width, height), "RGB")


@settings(max_examples=30, deadline=None)
@given(SIDES, SIDES)
@example(66, 36)  # the dial is at an odd place
def test_moving_part_has_even_edges_inside_the_picture(width, height):
    left, top, right, bottom = Second(width, height, 30).box

    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert not any(edge % 2 for edge in (left, top, right, bottom))


def test_no_two_frames_are_alike(second):
    assert len({picture.tobytes() for picture in second}) == len(second) == 30


def test_nothing_moves_but_the_dial(second):
    dial = (320 - 108, 180 - 108, 320 + 108, 180 + 108)
    differences = [ImageChops.difference(second[0], picture) for picture in second]
    for difference in differences:
        difference.paste(0, dial)

    assert not any(difference.getbbox() for difference in differences)


@pytest.mark.parametrize(("frame", "x", "y"), [(0, 320, 120), (15, 320, 239)])
def test_hand_points_up_at_the_second_and_down_at_the_half(second, frame, x, y):
    assert second[frame].getpixel((x, y)) == SIGNAL


def test_centre_lights_up_while_the_beep_sounds(second):
    lit = [
        number for number, picture in enumerate(second) if picture.getpixel((320, 150)) == SIGNAL
    ]

    assert lit == [2, 3, 4]


def test_corners_tell_a_turn_or_a_flip(second):
    places = [(0, 0), (639, 0), (639, 359), (0, 359)]

    assert tuple(second[0].getpixel(place) for place in places) == CORNERS
    assert len(set(CORNERS)) == 4


@pytest.mark.parametrize("flip", [Transpose.FLIP_LEFT_RIGHT, Transpose.FLIP_TOP_BOTTOM])
@pytest.mark.parametrize("edge", [(30, 0, 610, 8), (0, 30, 8, 330), (300, 8, 340, 70)])
def test_edges_and_grid_are_mirrored(second, flip, edge):
    assert second[0].transpose(flip).crop(edge).tobytes() == second[0].crop(edge).tobytes()
