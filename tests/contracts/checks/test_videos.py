"""Checks of the video itself, on files made here."""

import io
import tempfile
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import pytest

from contracts.checks.videos import decode, is_mp4_with_its_index_first
from contracts.specimens.sounds import add_tone
from tests.contracts.conftest import URL, get, job, poll

GREY = 128
GOOD = {"size": (1280, 720), "fps": 30, "frames": 150, "sound": 5.0, "codec": "libx264"}


@cache
def video(**changes):
    """An MP4 of a standard job, but for *changes*."""
    made = {**GOOD, "pixels": "yuv420p", "options": "faststart", "format": "mp4", **changes}
    is_plain = made["format"] != "mp4" or not made["options"]
    options = {} if is_plain else {"movflags": made["options"]}
    with tempfile.NamedTemporaryFile() as file:
        _write(made, file.name, options)
        return Path(file.name).read_bytes()


def _write(made, path, options):
    with av.open(path, "w", format=made["format"], options=options) as container:
        stream = container.add_stream(made["codec"], rate=made["fps"])
        stream.width, stream.height = made["size"]
        stream.pix_fmt = made["pixels"]
        stream.codec_context.options = {"preset": "ultrafast"} if "264" in made["codec"] else {}
        sound = (
            container.add_stream(made.get("sound_codec", "aac"), rate=48_000)
            if made["sound"]
            else None
        )
        for number in range(made["frames"]):
            frame = av.VideoFrame(made["size"][0], made["size"][1], made["pixels"])
            for plane in frame.planes:  # what is in a new one may be noise, which mpeg4 can refuse
                plane.update(bytes([GREY]) * plane.buffer_size)
            frame.pts, frame.time_base = number, Fraction(1, made["fps"])
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            add_tone(container, sound, made["sound"], 440)


def finished(story, **fields):
    story.accepts(**fields)
    assert not story.breaks(poll(), 200, job("completed"))
    return story


def rules(story, content):
    headers = {"etag": '"a"', "content_length": str(len(content)), "accept_ranges": "bytes"}
    found = story.breaks(get(URL, None), 200, content, content_type="video/mp4", **headers)
    return {rule for _, rule in found}


def test_video_that_was_ordered_breaks_nothing(story):
    assert not rules(finished(story), video())


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"size": (720, 1280)}, "OUT-SIZE"),
        ({"frames": 149, "sound": 4.97}, "OUT-DURATION"),
        ({"sound": 4.9}, "OUT-DURATION"),
        ({"sound": None}, "OUT-AUDIO"),
        ({"fps": 25, "frames": 125}, "OUT-FORMAT"),
        ({"codec": "mpeg4"}, "OUT-FORMAT"),
        ({"pixels": "yuv444p"}, "OUT-FORMAT"),
        ({"sound_codec": "libmp3lame"}, "OUT-FORMAT"),
        ({"options": "frag_keyframe+empty_moov"}, "OUT-FORMAT"),
        ({"options": ""}, "OUT-FORMAT"),
        ({"format": "matroska"}, "OUT-FORMAT"),
    ],
)
def test_video_that_is_a_little_wrong_breaks_the_rule(story, changes, rule):
    assert rule in rules(finished(story), video(**changes))


@pytest.mark.parametrize("content", [b"", b"no video", video()[:3000]])
def test_file_that_cannot_be_read_breaks_its_rule(story, content):
    assert rules(finished(story), content) == {"OUT-FORMAT"}


def test_sound_without_pictures_is_no_video():
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        add_tone(container, container.add_stream("aac", rate=48_000), 1, 440)
    assert isinstance(decode(file.getvalue()), str)


def test_silent_job_has_no_sound(story):
    assert rules(finished(story, audio=False), video()) == {"OUT-AUDIO"}


def test_live_video_may_be_a_frame_off(live):
    assert not rules(finished(live), video(frames=151))


def test_picture_that_an_emulator_takes_on_trust_is_a_wide_one(story):
    fields = {"image": "https://example.com/a.png", "aspect_ratio": "1:1"}
    assert not rules(finished(story, **fields), video())


def test_size_that_ignores_the_picture_breaks_both_rules(story):
    fields = {"image": "https://example.com/a.png", "aspect_ratio": "9:16"}
    found = rules(finished(story, **fields), video(size=(720, 1280)))
    assert {"OUT-SIZE", "I2V-RATIO"} <= found


def test_size_after_a_picture_that_nobody_measured_is_open(live):
    assert not rules(finished(live, image="https://example.com/a.png"), video(size=(640, 480)))


def test_video_is_looked_at_once(story):
    finished(story)
    assert rules(story, b"no video")
    assert not rules(story, b"no video")


def test_boxes_of_an_mp4_stand_in_order():
    def box(kind, size=None):
        return (8 if size is None else size).to_bytes(4) + kind

    good = box(b"ftyp") + box(b"moov") + box(b"mdat")
    assert is_mp4_with_its_index_first(good)
    for bad in (
        b"",
        box(b"moov") + box(b"mdat"),
        box(b"ftyp") + box(b"mdat") + box(b"moov"),
        box(b"ftyp") + box(b"moov"),
        good + box(b"moof"),
        box(b"ftyp") + box(b"moov") + box(b"mdat", 9),
        box(b"ftyp", 4) + box(b"moov") + box(b"mdat"),
    ):
        assert not is_mp4_with_its_index_first(bad)
