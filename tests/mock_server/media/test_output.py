"""Finished videos, read by FFmpeg's own programs and by PyAV: what was asked for is what is found."""

import cmath
import json
import math
import subprocess
from array import array
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from mock_server.media.clip import Clip
from mock_server.media.encoding import encode_loop
from mock_server.media.workshop import Workshop

AAC_FRAME = Fraction(1024, 48_000)
SHAPES = {
    "canned": Clip(width=1280, height=720, fps=30, frames=150, has_sound=True),
    "canned, 15 s": Clip(width=720, height=1280, fps=30, frames=450, has_sound=False),
    "1080p class": Clip(width=1824, height=1136, fps=30, frames=151, has_sound=True),
    "4:1": Clip(width=1664, height=416, fps=30, frames=150, has_sound=False),
    "1:4": Clip(width=416, height=1664, fps=30, frames=150, has_sound=True),
    "tiny, 15 s": Clip(width=48, height=48, fps=30, frames=450, has_sound=True),
    "cinema": Clip(width=208, height=112, fps=24, frames=200, has_sound=True),
}
MEDIA = {
    "plain": (),
    "picture": ("picture",),
    "own sound": ("sound",),
    "picture and sound": ("picture", "sound"),
}
CASES = [
    pytest.param(clip, media, id=f"{shape}, {kind}")
    for shape, clip in SHAPES.items()
    for kind, media in MEDIA.items()
    if clip.has_sound or "sound" not in media
]


@pytest.fixture(scope="module")
def workshop():
    return Workshop()


@pytest.fixture(scope="module")
def filed(workshop, photo, tone, tmp_path_factory):
    """Return a function that makes the video of a clip with the media named, and files it."""
    folder = tmp_path_factory.mktemp("videos")
    made: dict[Clip, Path] = {}

    def file(clip, *media):
        known = {"picture": photo, "sound": tone}
        clip = replace(clip, **{medium: known[medium] for medium in media})
        if clip not in made:
            made[clip] = folder / f"{len(made)}.mp4"
            made[clip].write_bytes(workshop.make(clip))
        return made[clip]

    return file


def run(*command):
    done = subprocess.run([*map(str, command)], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def hashes(ffmpeg, path):
    """Return a hash of each picture, as FFmpeg decodes it."""
    lines = run(ffmpeg, "-v", "error", "-i", path, "-map", "0:v", "-f", "framemd5", "-").decode()
    return [line.split(",")[-1].strip() for line in lines.splitlines() if line[:1] != "#"]


def boxes(content):
    place = 0
    while place < len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        yield content[place + 4 : place + 8], content[place : place + size]
        place += size


@pytest.mark.parametrize(("clip", "media"), CASES)
def test_ffprobe_finds_what_was_asked_for(tool, filed, clip, media):
    found = json.loads(
        run(
            tool("ffprobe"), "-v", "error", "-of", "json",
            "-show_streams", "-show_format", "-count_frames", filed(clip, *media),
        )
    )  # fmt: skip

    assert [stream["codec_type"] for stream in found["streams"]] == (
        ["video", "audio"] if clip.has_sound else ["video"]
    )
    video = found["streams"][0]
    assert (video["codec_name"], video["pix_fmt"]) == ("h264", "yuv420p")
    assert (video["width"], video["height"]) == (clip.width, clip.height)
    assert (video["sample_aspect_ratio"], video["has_b_frames"]) == ("1:1", 0)
    assert (video["r_frame_rate"], video["avg_frame_rate"]) == (f"{clip.fps}/1",) * 2
    assert int(video["nb_frames"]) == int(video["nb_read_frames"]) == clip.frames
    assert (video["color_space"], video["color_range"]) == ("bt709", "tv")
    lengths = [Fraction(stream["duration"]) for stream in found["streams"]]
    assert lengths == pytest.approx([clip.seconds] * len(lengths), abs=1e-5)
    assert {float(stream["start_time"]) for stream in found["streams"]} == {0}
    assert Fraction(found["format"]["duration"]) == pytest.approx(clip.seconds, abs=1e-5)
    if clip.has_sound:
        sound = found["streams"][1]
        assert (sound["codec_name"], sound["sample_rate"], sound["channels"]) == ("aac", "48000", 2)


@pytest.mark.parametrize(("clip", "media"), CASES)
def test_pyav_finds_the_same(filed, clip, media):
    with av.open(filed(clip, *media), "r") as container:
        video = container.streams.video[0]
        assert (video.width, video.height, video.frames) == (clip.width, clip.height, clip.frames)
        assert video.average_rate == clip.fps
        assert len(container.streams.audio) == clip.has_sound
        shown = [frame.pts * frame.time_base for frame in container.decode(video)]
        assert shown == [Fraction(number, clip.fps) for number in range(clip.frames)]


@pytest.mark.parametrize(("clip", "media"), CASES)
def test_index_comes_first_and_in_one_piece(filed, clip, media):
    content = filed(clip, *media).read_bytes()
    kinds = [kind for kind, _ in boxes(content)]
    moov = dict(boxes(content))[b"moov"]

    assert kinds == [b"ftyp", b"moov", b"free", b"mdat"]
    assert b"mvex" not in {kind for kind, _ in boxes(moov[8:])}


@pytest.mark.parametrize("clip", [SHAPES["canned"], SHAPES["1080p class"], SHAPES["1:4"]])
@pytest.mark.parametrize("media", [(), ("picture",)])
def test_each_frame_is_the_one_that_belongs_there(tool, filed, tmp_path, clip, media):
    ffmpeg = tool("ffmpeg")
    (tmp_path / "loop.mp4").write_bytes(encode_loop(clip.width, clip.height, clip.fps))
    loop = hashes(ffmpeg, tmp_path / "loop.mp4")
    seen = hashes(ffmpeg, filed(clip, *media))

    expected = [loop[number % clip.fps] for number in range(clip.frames)]
    opening = clip.fps if media else 0
    assert seen[opening:] == expected[opening:]
    assert not set(seen[:opening]) & set(loop)


@pytest.mark.parametrize("clip", SHAPES.values(), ids=SHAPES)
def test_first_frame_is_a_key_frame_that_looks_like_the_picture(
    tool, filed, photo, covering, likeness, clip
):
    size, path = (clip.width, clip.height), filed(clip, "picture")
    with av.open(path, "r") as container:
        frame = next(container.decode(video=0))
    by_ffmpeg = run(
        tool("ffmpeg"), "-v", "error", "-i", path, "-frames:v", 1,
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-",
    )  # fmt: skip

    assert frame.key_frame
    assert likeness(frame.to_image(), covering(photo, size)) > 25
    assert likeness(Image.frombytes("RGB", size, by_ffmpeg), covering(photo, size)) > 25


def left_channel(ffmpeg, path):
    samples = array("f")
    samples.frombytes(
        run(
            ffmpeg, "-v", "error", "-i", path, "-map", "0:a",
            "-af", "pan=mono|c0=c0", "-f", "f32le", "-",
        )
    )  # fmt: skip
    return samples


def loudest(samples, frequencies):
    """Return that of *frequencies*, in Hz, which is strongest in *samples*."""

    def strength(hz):
        turn = -1j * math.tau * hz / 48_000
        return abs(sum(sample * cmath.exp(turn * at) for at, sample in enumerate(samples)))

    return max(frequencies, key=strength)


@pytest.mark.parametrize("shape", ["canned", "tiny, 15 s", "cinema"])
@pytest.mark.parametrize("media", [("sound",), ("picture", "sound")])
def test_own_sound_is_heard_and_then_nothing(tool, filed, shape, media):
    clip = SHAPES[shape]
    heard = left_channel(tool("ffmpeg"), filed(clip, *media))

    assert 0 <= len(heard) / 48_000 - clip.seconds < AAC_FRAME
    assert max(heard[:96_000]) > 0.4
    for second in (0, 1):
        part = heard[48_000 * second + 20_000 :][:4800]
        assert loudest(part, range(100, 1000, 20)) == 660
    assert max(map(abs, heard[100_000:])) < 0.001


def test_sound_is_the_test_picture_s_where_none_was_given(tool, filed):
    heard = left_channel(tool("ffmpeg"), filed(SHAPES["canned"]))

    assert loudest(heard[4200:7200], range(100, 1000, 20)) == 880
