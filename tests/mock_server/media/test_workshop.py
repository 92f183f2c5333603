import io
from dataclasses import replace

import av
import pytest
from PIL import Image

from mock_server.media import canned
from mock_server.media.clip import Clip
from mock_server.media.encoding import encode_loop, encode_opening
from mock_server.media.muxing import mux
from mock_server.media.workshop import Workshop

CANNED = Clip(width=1280, height=720, fps=30, frames=40, has_sound=True)


@pytest.fixture
def empty(tmp_path):
    return Workshop(folder=tmp_path)


def test_canned_material_is_used_as_it_is(sound):
    loop = canned.loop_path(1280, 720).read_bytes()

    assert Workshop(max_encoded_bytes=0).make(CANNED) == mux(CANNED, loop, sound)


def test_other_size_is_encoded(small_clip, small_loop):
    assert Workshop().make(small_clip) == mux(small_clip, small_loop, None)


def test_canned_loop_of_another_rate_is_passed_over(small_clip, tmp_path):
    (tmp_path / "loops").mkdir()
    canned.loop_path(64, 36, folder=tmp_path).write_bytes(encode_loop(64, 36, 5))

    with av.open(io.BytesIO(Workshop(folder=tmp_path).make(small_clip)), "r") as container:
        assert container.streams.video[0].average_rate == 30


def test_longer_sound_than_the_canned_one_is_encoded(small_clip):
    clip = replace(small_clip, frames=16 * 30 + 1, has_sound=True)

    with av.open(io.BytesIO(Workshop().make(clip)), "r") as container:
        stream = container.streams.audio[0]
        assert stream.time_base is not None
        assert (stream.duration or 0) * stream.time_base == clip.seconds


def test_sound_is_encoded_where_none_is_canned(empty, small_clip):
    with av.open(io.BytesIO(empty.make(replace(small_clip, has_sound=True))), "r") as container:
        assert len(container.streams.audio) == 1


def test_canned_and_encoded_on_request_are_one_picture(empty):
    clip = replace(CANNED, has_sound=False, frames=3)
    canned_video, encoded_video = Workshop().make(clip), empty.make(clip)

    with (
        av.open(io.BytesIO(canned_video), "r") as one,
        av.open(io.BytesIO(encoded_video), "r") as other,
    ):
        for seen, expected in zip(one.decode(video=0), other.decode(video=0), strict=True):
            assert bytes(seen.planes[0]) == pytest.approx(bytes(expected.planes[0]), abs=12)


def pictures(video):
    with av.open(io.BytesIO(video), "r") as container:
        return [bytes(frame.planes[0]) for frame in container.decode(video=0)]


def test_picture_is_shown_for_a_second_and_then_the_loop_goes_on(small_clip, small_loop, photo):
    clip = replace(small_clip, frames=75, picture=photo)
    seen = pictures(Workshop().make(clip))

    assert seen[:30] == pictures(encode_opening(photo, 64, 36, 30))
    assert seen[30:] == (2 * pictures(small_loop))[:45]
    assert not set(seen[:30]) & set(seen[30:])


def test_clip_shorter_than_a_second_shows_the_picture_alone(small_clip, photo):
    opening = pictures(encode_opening(photo, 64, 36, 30))

    assert pictures(Workshop().make(replace(small_clip, frames=7, picture=photo))) == opening[:7]


def test_canned_loop_follows_a_picture_as_it_is(photo):
    clip = replace(CANNED, picture=photo)
    video = Workshop().make(clip)

    canned_loop = canned.loop_path(1280, 720).read_bytes()
    assert pictures(video)[30:] == pictures(canned_loop)[:10]


def test_canned_loop_of_another_encoder_does_not_follow_a_picture(
    small_clip, small_loop, photo, tmp_path
):
    (tmp_path / "loops").mkdir()
    canned.loop_path(64, 36, folder=tmp_path).write_bytes(foreign_loop(small_clip))
    workshop = Workshop(folder=tmp_path)

    alone = workshop.make(small_clip)
    video = workshop.make(replace(small_clip, picture=photo))

    assert pictures(alone) != pictures(mux(small_clip, small_loop, None))
    assert pictures(video)[30:] == pictures(small_loop)[:15]


def foreign_loop(clip):
    """Encode a grey second without CABAC, whose packets mean nothing to a decoder set up for it."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=clip.fps, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
        for _ in range(clip.fps):
            grey = av.VideoFrame.from_image(Image.new("RGB", (clip.width, clip.height), "grey"))
            container.mux(stream.encode(grey))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def test_own_sound_is_heard_in_place_of_the_canned_one(small_clip, small_loop, tone):
    clip = replace(small_clip, has_sound=True, sound=tone)

    assert Workshop().make(clip) == mux(clip, small_loop, tone.read_bytes())


@pytest.mark.parametrize("medium", ["picture", "sound"])
def test_missing_file_is_told(small_clip, tmp_path, medium):
    clip = replace(small_clip, has_sound=True, **{medium: tmp_path / "gone"})

    with pytest.raises(FileNotFoundError, match="gone"):
        Workshop().make(clip)


def test_another_workshop_makes_the_same_bytes(empty, small_clip, photo, tone):
    clip = replace(small_clip, has_sound=True, picture=photo, sound=tone)
    workshop = Workshop()

    assert workshop.make(clip) == workshop.make(clip) == empty.make(clip) == Workshop().make(clip)
