import math

import pytest

from mock_server.media.dial import Dial


def lit_ticks(dial, number, ticks):
    """Look at the place of each tick, half-way along it."""
    picture = dial.at(number, is_beeping=False)
    away = 24.75 / 60 * dial.side
    angles = [math.tau * tick / ticks for tick in range(ticks)]
    places = [
        (dial.side / 2 + away * math.sin(a), dial.side / 2 - away * math.cos(a)) for a in angles
    ]
    return [picture.getpixel((int(x), int(y)))[0] > 200 for x, y in places]


@pytest.mark.parametrize(
    ("fps", "number", "ticks", "lit"),
    [(30, 0, 30, 1), (30, 11, 30, 12), (30, 29, 30, 30), (49, 29, 49, 30), (120, 60, 60, 31)],
)
def test_ticks_light_up_with_the_frames(fps, number, ticks, lit):
    dial = Dial(1000, fps)

    assert lit_ticks(dial, number, ticks) == [True] * lit + [False] * (ticks - lit)


def test_smallest_dial_can_be_drawn():
    assert Dial(2, 30).at(29, is_beeping=True).size == (2, 2)
