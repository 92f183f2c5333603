import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import av
import pytest

from mock_server.media import canned
from mock_server.media.clip import Clip
from mock_server.media.encoding import encode_loop
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


def test_material_is_encoded_once(small_clip, tmp_path):
    calls = []
    workshop = Workshop(folder=tmp_path)

    def encode(*arguments):
        calls.append(arguments)
        return b"material"

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: workshop._encode_once(encode, 1, 2, 3), range(8)))

    assert made == [b"material"] * 8
    assert calls == [(1, 2, 3)]


def test_kept_material_is_bounded(small_clip, tmp_path):
    workshop = Workshop(folder=tmp_path, max_encoded_bytes=10)
    calls = []

    def encode(number):
        calls.append(number)
        return bytes(6)

    for number in (1, 2, 2, 1):
        workshop._encode_once(encode, number)

    assert calls == [1, 2, 1]
