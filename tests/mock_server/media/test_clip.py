from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest


def test_length_is_exact(small_clip):
    clip = replace(small_clip, frames=151)

    assert clip.seconds == Fraction(151, 30)


def test_equal_clips_are_one_key(small_clip):
    assert {small_clip: 1} == {replace(small_clip): 1}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"width": 65}, "width=65 is not a positive even"),
        ({"height": 0}, "height=0 is not a positive even"),
        ({"fps": 0}, "fps=0 is less than 1"),
        ({"frames": 0}, "frames=0 is less than 1"),
        ({"tags": (("title", "a"), ("title", "b"))}, "name one tag twice"),
        ({"sound": Path("a.m4a")}, r"sound='a\.m4a' is not heard with has_sound=False"),
        ({"tags": (("mood", "a"),)}, r"tags=\['mood'\] have no place"),
    ],
)
def test_impossible_clip_is_refused(small_clip, wrong, message):
    with pytest.raises(ValueError, match=message):
        replace(small_clip, **wrong)


def test_picture_and_sound_are_of_the_key(small_clip):
    loud = replace(small_clip, has_sound=True)

    assert len({loud, replace(loud, picture=Path("a")), replace(loud, sound=Path("a"))}) == 3
