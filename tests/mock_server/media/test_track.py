import io
import itertools
import math
from array import array

import av
import pytest

from mock_server.media.beeps import SAMPLE_RATE
from mock_server.media.track import AAC_FRAME_SAMPLES, encode_track, sound_frame


def wave(hz, samples, start=0):
    return array(
        "f",
        (0.5 * math.sin(math.tau * hz * at / SAMPLE_RATE) for at in range(start, start + samples)),
    )


def frames(channel, lengths):
    """Cut *channel* into frames of *lengths*, over and over."""
    place = 0
    for length in itertools.cycle(lengths):
        if place >= len(channel):
            return
        samples = channel[place : place + length].tobytes()
        yield sound_frame((samples, samples))
        place += length


def decoded(track, plane=0):
    samples = array("f")
    with av.open(io.BytesIO(track), "r") as container:
        for frame in container.decode(audio=0):
            samples.frombytes(bytes(frame.planes[plane])[: frame.samples * samples.itemsize])
    return samples


@pytest.mark.parametrize("lengths", [(1024,), (1, 7, 4096), (960,), (200_000,)])
def test_frames_of_any_length_make_one_track(lengths):
    channel = wave(660, 2 * SAMPLE_RATE)

    expected = encode_track(frames(channel, (1024,)), 2)
    assert encode_track(frames(channel, lengths), 2) == expected


def test_sound_is_heard_where_it_was():
    channel = wave(660, SAMPLE_RATE)
    heard = decoded(encode_track(frames(channel, (1000,)), 1))

    steady = slice(SAMPLE_RATE // 4, SAMPLE_RATE // 2)
    assert list(heard[steady]) == pytest.approx(list(channel[steady]), abs=0.05)


def test_channels_are_not_mixed_up():
    left, right = wave(660, SAMPLE_RATE).tobytes(), bytes(4 * SAMPLE_RATE)
    track = encode_track([sound_frame((left, right))], 1)

    assert max(decoded(track, 0)) > 0.4
    assert max(decoded(track, 1)) < 0.01


@pytest.mark.parametrize("given", [0, 1, 30_000, 95_999, 96_000, 500_000])
def test_track_has_two_packets_to_spare_whatever_was_given(given):
    track = encode_track(frames(wave(660, given), (4800,)), 2)

    with av.open(io.BytesIO(track), "r") as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.rate, stream.channels) == ("aac", 48_000, 2)
        assert (
            0
            <= (stream.duration or 0) - 2 * SAMPLE_RATE - 2 * AAC_FRAME_SAMPLES
            < AAC_FRAME_SAMPLES
        )


def test_what_is_too_short_is_filled_with_silence():
    heard = decoded(encode_track(frames(wave(660, SAMPLE_RATE), (1024,)), 3))

    assert max(heard[:SAMPLE_RATE]) > 0.4
    assert max(map(abs, heard[SAMPLE_RATE + 2 * AAC_FRAME_SAMPLES :])) < 0.001


def test_no_frame_is_asked_for_that_is_not_needed():
    asked = itertools.count()
    samples = bytes(4 * SAMPLE_RATE)
    encode_track((sound_frame((samples, samples)) for _ in asked), 2)

    assert next(asked) == 3  # the third for the two AAC frames to spare


def test_time_stamps_do_not_matter():
    def stamped(pts):
        for frame in frames(wave(660, SAMPLE_RATE), (1024,)):
            frame.pts = pts
            yield frame

    assert encode_track(stamped(5), 1) == encode_track(stamped(None), 1)


@pytest.mark.parametrize(
    ("kind", "layout", "rate"),
    [("s16", "stereo", 48_000), ("fltp", "mono", 48_000), ("fltp", "stereo", 44_100)],
)
def test_other_samples_are_refused(kind, layout, rate):
    frame = av.AudioFrame(format=kind, layout=layout, samples=10)
    frame.sample_rate = rate

    with pytest.raises(ValueError, match=f"A frame is {kind}, {layout} at {rate} Hz; fltp, stereo"):
        encode_track([frame], 1)
