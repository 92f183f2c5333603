import io

import av
import pytest
from PIL import ImageChops, ImageStat

from mock_server.media.beeps import SAMPLE_RATE
from mock_server.media.drawing import draw_second
from mock_server.media.encoding import AAC_FRAME_SAMPLES, encode_loop, encode_sound


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


def test_colours_survive(small_clip):
    loop = encode_loop(640, 360, 5)
    with av.open(io.BytesIO(loop), "r") as container:
        decoded = [frame.to_image() for frame in container.decode(video=0)]

    for seen, drawn in zip(decoded, draw_second(640, 360, 5), strict=True):
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
