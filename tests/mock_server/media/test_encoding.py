import io

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from mock_server.media.beeps import SAMPLE_RATE
from mock_server.media.drawing import draw_second
from mock_server.media.encoding import encode_loop, encode_opening, encode_sound
from mock_server.media.muxing import join
from mock_server.media.track import AAC_FRAME_SAMPLES


def packets(material):
    with av.open(io.BytesIO(material), "r") as container:
        return [packet for packet in container.demux() if packet.size]


def test_loop_is_one_second_that_looks_back_only(small_loop):
    second = packets(small_loop)

    assert [packet.is_keyframe for packet in second] == [True] + [False] * 29
    assert all(packet.pts == packet.dts for packet in second)


def test_loop_is_what_every_player_plays(small_loop):
    with av.open(io.BytesIO(small_loop), "r") as container:
        stream = container.streams.video[0]
        frame = next(container.decode(stream))

    assert (stream.codec_context.name, frame.format.name) == ("h264", "yuv420p")
    assert stream.average_rate == 30
    assert stream.sample_aspect_ratio == 1
    assert (frame.colorspace, frame.color_range) == (1, 1)


@pytest.mark.parametrize("width", [640, 642])  # the dial is at an even and at an odd place
def test_colours_survive(width):
    loop = encode_loop(width, 360, 5)
    with av.open(io.BytesIO(loop), "r") as container:
        decoded = [frame.to_image() for frame in container.decode(video=0)]

    for seen, drawn in zip(decoded, draw_second(width, 360, 5), strict=True):
        assert max(ImageStat.Stat(ImageChops.difference(seen, drawn)).mean) < 2


@pytest.mark.parametrize("trace", [b"x264", b"Lavf", b"Lavc"])
def test_material_is_not_signed(small_loop, sound, trace):
    assert trace not in small_loop
    assert trace not in sound


def test_encoding_twice_gives_the_same_bytes(small_clip, small_loop):
    assert encode_loop(small_clip.width, small_clip.height, small_clip.fps) == small_loop
    assert encode_sound(1) == encode_sound(1)


@pytest.mark.parametrize("seconds", [1, 3])
def test_sound_has_two_packets_to_spare(seconds):
    with av.open(io.BytesIO(encode_sound(seconds)), "r") as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.rate, stream.channels) == ("aac", 48_000, 2)
        assert stream.duration >= seconds * SAMPLE_RATE + 2 * AAC_FRAME_SAMPLES


@pytest.mark.parametrize(("width", "height", "fps"), [(2, 2, 1), (16, 400, 120), (130, 66, 24)])
def test_unusual_loops_are_encoded(width, height, fps):
    with av.open(io.BytesIO(encode_loop(width, height, fps)), "r") as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.frames) == (width, height, fps)


@pytest.mark.parametrize("size", [(640, 480), (480, 480), (1280, 320), (320, 1280), (320, 180)])
def test_opening_shows_the_picture_for_a_second(photo, covering, likeness, size):
    with av.open(io.BytesIO(encode_opening(photo, size[0], size[1], 10)), "r") as container:
        shown = [frame.to_image() for frame in container.decode(video=0)]

    expected = covering(photo, size)
    assert len(shown) == 10
    assert min(likeness(frame, expected) for frame in shown) > 30
    assert max(ImageStat.Stat(ImageChops.difference(shown[0], expected)).mean) < 3


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (1, 3000), (3000, 1), (6000, 4000)])
def test_picture_of_any_size_can_be_shown(tmp_path, size):
    path = tmp_path / "green.jpg"
    Image.new("RGB", size, (40, 160, 80)).save(path)

    with av.open(io.BytesIO(encode_opening(path, 64, 36, 2)), "r") as container:
        shown = next(container.decode(video=0)).to_image()
    assert ImageStat.Stat(shown).mean == pytest.approx((40, 160, 80), abs=4)


@pytest.mark.parametrize(("width", "height", "fps"), [(1824, 1136, 30), (64, 36, 30), (16, 400, 5)])
def test_loop_can_follow_an_opening_of_its_size_and_rate(photo, width, height, fps):
    assert join(encode_opening(photo, width, height, fps), encode_loop(width, height, fps))


def test_opening_of_another_size_cannot_be_followed(photo, small_loop):
    assert not join(encode_opening(photo, 128, 72, 30), small_loop)


def test_opening_is_encoded_to_the_same_bytes(photo):
    assert encode_opening(photo, 64, 36, 30) == encode_opening(photo, 64, 36, 30)


def test_missing_picture_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"gone\.jpg"):
        encode_opening(tmp_path / "gone.jpg", 64, 36, 30)
