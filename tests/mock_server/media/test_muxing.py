import io
import subprocess
import sys
from array import array
from dataclasses import replace
from fractions import Fraction
from typing import Any

import av
import pytest
from hypothesis import example, given, settings, strategies as st

from mock_server.media.beeps import BEEP_STARTS, SAMPLE_RATE
from mock_server.media.clip import TAG_NAMES, Clip
from mock_server.media.encoding import encode_loop, encode_sound
from mock_server.media.muxing import fits, is_long_enough, mux
from mock_server.media.track import AAC_FRAME_SAMPLES

DURATIONS = {"5": 150, "5.033": 151, "7.5": 225, "15": 450}


@pytest.fixture(params=list(DURATIONS.values()), ids=list(DURATIONS))
def clip(request, small_clip):
    return replace(small_clip, frames=request.param)


def pictures(video):
    with av.open(io.BytesIO(video), "r") as container:
        return [
            bytes(frame.reformat(format="rgb24").planes[0]) for frame in container.decode(video=0)
        ]


def left_channel(video):
    samples = array("f")
    with av.open(io.BytesIO(video), "r") as container:
        for frame in container.decode(audio=0):
            samples.frombytes(bytes(frame.planes[0])[: frame.samples * samples.itemsize])
    return samples


def seconds(stream: Any) -> Fraction:
    return Fraction(stream.duration * stream.time_base)


def top_level_boxes(video):
    place, kinds = 0, []
    while place < len(video):
        kinds.append(video[place + 4 : place + 8])
        place += int.from_bytes(video[place : place + 4], "big")
    return kinds


def tags(video):
    with av.open(io.BytesIO(video), "r") as container:
        return {name: text for name, text in container.metadata.items() if name in TAG_NAMES}


def test_each_frame_is_that_of_the_loop(clip, small_loop):
    loop, shown = pictures(small_loop), pictures(mux(clip, small_loop, None))

    assert len(set(loop)) == 30
    assert shown == [loop[number % 30] for number in range(clip.frames)]


@settings(max_examples=40, deadline=None)
@given(frames=st.integers(min_value=1, max_value=460))
@example(frames=1)
def test_length_and_rate_are_exact(small_clip, small_loop, frames):
    clip = replace(small_clip, frames=frames)
    with av.open(io.BytesIO(mux(clip, small_loop, None)), "r") as container:
        stream = container.streams.video[0]

        assert stream.frames == frames
        assert stream.average_rate == stream.base_rate == 30
        assert seconds(stream) == clip.seconds
        assert container.duration == round(clip.seconds * 1_000_000)


@settings(max_examples=20, deadline=None)
@given(frames=st.integers(min_value=1, max_value=450))
@example(frames=151)
def test_sound_is_as_long_as_the_pictures(small_clip, small_loop, sound, frames):
    clip = replace(small_clip, frames=frames, has_sound=True)
    video = mux(clip, small_loop, sound)
    with av.open(io.BytesIO(video), "r") as container:
        stream = container.streams.audio[0]

        assert seconds(stream) == clip.seconds
    surplus = len(left_channel(video)) - clip.seconds * SAMPLE_RATE
    assert 0 <= surplus < AAC_FRAME_SAMPLES


def test_each_second_has_its_beep(clip, small_loop, sound):
    samples = left_channel(mux(replace(clip, has_sound=True), small_loop, sound))
    loud = [number for number, sample in enumerate(samples) if abs(sample) > 0.05]
    onsets = [
        b for a, b in zip([-SAMPLE_RATE, *loud], loud, strict=False) if b - a > SAMPLE_RATE / 2
    ]

    # The length of the last beep depends on where the clip ends, but none begins after it.
    wanted = range(int(clip.seconds - BEEP_STARTS) + 1)
    assert [onset / SAMPLE_RATE for onset in onsets] == [
        pytest.approx(second + float(BEEP_STARTS), abs=0.003) for second in wanted
    ]


def test_silent_clip_has_no_sound_track(small_clip, small_loop):
    with av.open(io.BytesIO(mux(small_clip, small_loop, None)), "r") as container:
        assert [stream.type for stream in container.streams] == ["video"]


@pytest.mark.parametrize("has_sound", [True, False])
def test_index_comes_before_the_media_in_one_piece(clip, small_loop, sound, has_sound):
    video = mux(replace(clip, has_sound=has_sound), small_loop, sound if has_sound else None)

    assert top_level_boxes(video) == [b"ftyp", b"moov", b"free", b"mdat"]


def test_players_can_seek_to_each_second(clip, small_loop):
    with av.open(io.BytesIO(mux(clip, small_loop, None)), "r") as container:
        keys = [packet.pts for packet in container.demux() if packet.size and packet.is_keyframe]

    assert keys == [second * 90_000 for second in range(-(-clip.frames // 30))]


def test_nothing_tells_when_or_by_what_it_was_made(small_clip, small_loop, sound):
    video = mux(replace(small_clip, has_sound=True), small_loop, sound)
    with av.open(io.BytesIO(video), "r") as container:
        everything = [container.metadata, *(stream.metadata for stream in container.streams)]

    assert not any({"creation_time", "encoder", "date"} & set(metadata) for metadata in everything)
    assert not any(trace in video for trace in (b"Lavf", b"Lavc", b"x264"))
    for kind in (b"mvhd", b"tkhd", b"mdhd"):
        at = video.index(kind) + 8  # behind version and flags: created and modified
        assert video[at : at + 8] == bytes(8)


def test_equal_clips_have_equal_bytes(small_clip, small_loop, sound):
    clip = replace(small_clip, has_sound=True, tags=(("title", "a"),))

    assert mux(clip, small_loop, sound) == mux(replace(clip), small_loop, sound)


def test_another_process_makes_the_same_bytes(small_clip, small_loop, tmp_path):
    (tmp_path / "loop.mp4").write_bytes(small_loop)
    program = (
        "import sys, hashlib, pathlib\n"
        "from mock_server.media.clip import Clip\n"
        "from mock_server.media.muxing import mux\n"
        f"video = mux({small_clip!r}, pathlib.Path('loop.mp4').read_bytes(), None)\n"
        "sys.stdout.write(video.hex())\n"
    )
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert bytes.fromhex(done.stdout) == mux(small_clip, small_loop, None)


def test_another_tag_means_other_bytes(small_clip, small_loop):
    one, other = (replace(small_clip, tags=(("comment", text),)) for text in ("seed 7", "seed 8"))

    assert mux(one, small_loop, None) != mux(other, small_loop, None)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
@example("a sunrise \N{SUNRISE}\nover the ocean\r\n")
@example("\ufeffmarked")
@example("long " * 5000)
def test_any_text_is_read_back(small_clip, small_loop, text):
    clip = replace(small_clip, frames=1, tags=(("title", "t"), ("comment", text)))

    assert tags(mux(clip, small_loop, None)) == {"title": "t", "comment": text}


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a\0b", "a\ufffdb"),
        ("half \ud83c pair", "half \ufffd pair"),
        ("two halves \ud83c\udf05", "two halves \N{SUNRISE}"),
    ],
)
def test_text_that_no_file_can_hold_is_mended(small_clip, small_loop, text, stored):
    clip = replace(small_clip, tags=(("title", text),))

    assert tags(mux(clip, small_loop, None)) == {"title": stored}


@pytest.mark.parametrize("name", sorted(TAG_NAMES))
def test_every_tag_has_a_place(small_clip, small_loop, name):
    clip = replace(small_clip, tags=((name, "some text"),))

    assert tags(mux(clip, small_loop, None)) == {name: "some text"}


def test_clip_and_sound_must_agree(small_clip, small_loop, sound):
    with pytest.raises(ValueError, match="has_sound=False, but a sound was given"):
        mux(small_clip, small_loop, sound)
    with pytest.raises(ValueError, match="has_sound=True, but no sound was given"):
        mux(replace(small_clip, has_sound=True), small_loop, None)


@pytest.mark.parametrize(
    ("change", "expected"),
    [({}, True), ({"frames": 9}, True), ({"fps": 24}, False), ({"width": 66}, False)],
)
def test_loop_fits_one_size_and_rate(small_clip, small_loop, change, expected):
    assert fits(replace(small_clip, **change), small_loop) is expected


def test_sound_can_be_too_short():
    sound = encode_sound(1)
    clip = Clip(width=2, height=2, fps=10, frames=10, has_sound=True)

    assert is_long_enough(clip, sound)
    assert not is_long_enough(replace(clip, frames=11), sound)


@pytest.mark.parametrize("fps", [7, 24, 60])
def test_other_rates_are_exact_too(fps):
    clip = Clip(width=16, height=16, fps=fps, frames=3 * fps + 1, has_sound=True)
    video = mux(clip, encode_loop(16, 16, fps), encode_sound(4))
    with av.open(io.BytesIO(video), "r") as container:
        stream = container.streams.video[0]

        assert (stream.average_rate, stream.frames) == (fps, clip.frames)
        assert seconds(stream) == clip.seconds
