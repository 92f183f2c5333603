"""Encode samples as a sound track that a video can take its packets from."""

import io
import itertools
from collections.abc import Iterable, Iterator
from fractions import Fraction

import av

from mock_server.media.beeps import SAMPLE_RATE

AAC_FRAME_SAMPLES = 1024

_BIT_RATE = 64_000
_FORMAT, _LAYOUT = "fltp", "stereo"
_BYTES_PER_SAMPLE = 4  # of one channel: fltp holds 32-bit floats, each channel in a plane


def encode_track(frames: Iterable[av.AudioFrame], seconds: int) -> bytes:
    """Encode *seconds* of sound, and two AAC frames more, as an M4A.

    The two frames let a track be cut anywhere up to *seconds*, the encoder's delay included.
    *frames* are planar 32-bit floats (fltp), stereo, 48 kHz, of any lengths, played without a gap
    whatever their time stamps say, and used up. What is too long is cut off - no frame is asked for
    that is not needed - and what is too short is filled with silence.

    Raises ValueError for a frame of another kind.
    """
    buffer = io.BytesIO()
    options = {"fflags": "+bitexact"}
    with av.open(buffer, "w", format="ipod", container_options=options) as container:
        stream = container.add_stream(
            "aac", rate=SAMPLE_RATE, layout=_LAYOUT, options={"flags": "+bitexact"}
        )
        stream.bit_rate = _BIT_RATE
        wanted = seconds * SAMPLE_RATE + 2 * AAC_FRAME_SAMPLES
        for frame in itertools.chain(_of_one_length(frames, wanted), [None]):
            container.mux(stream.encode(frame))
    return buffer.getvalue()


def sound_frame(channels: tuple[bytes, bytes]) -> av.AudioFrame:
    """Return a frame of the left and the right channel's samples, native 32-bit floats."""
    samples = len(channels[0]) // _BYTES_PER_SAMPLE
    frame = av.AudioFrame(format=_FORMAT, layout=_LAYOUT, samples=samples)
    for plane, channel in zip(frame.planes, channels, strict=True):
        plane.update(channel)
    frame.sample_rate = SAMPLE_RATE
    return frame


def _of_one_length(frames: Iterable[av.AudioFrame], wanted: int) -> Iterator[av.AudioFrame]:
    """Cut *frames* into AAC frames that hold at least *wanted* samples together."""
    fifo = av.AudioFifo()
    endless = itertools.chain(frames, _silence())
    for start in range(0, wanted, AAC_FRAME_SAMPLES):
        while fifo.samples < AAC_FRAME_SAMPLES:
            frame = next(endless)
            _check(frame)
            frame.pts = None  # else the queue refuses a gap
            fifo.write(frame)
        cut = fifo.read(AAC_FRAME_SAMPLES)
        assert cut is not None
        cut.pts, cut.time_base = start, Fraction(1, SAMPLE_RATE)
        yield cut


def _silence() -> Iterator[av.AudioFrame]:
    channel = bytes(AAC_FRAME_SAMPLES * _BYTES_PER_SAMPLE)
    while True:
        yield sound_frame((channel, channel))


def _check(frame: av.AudioFrame) -> None:
    given = frame.format.name, frame.layout.name, frame.sample_rate
    if given != (_FORMAT, _LAYOUT, SAMPLE_RATE):
        wanted = f"{_FORMAT}, {_LAYOUT} at {SAMPLE_RATE} Hz"
        raise ValueError(f"A frame is {given[0]}, {given[1]} at {given[2]} Hz; {wanted} would do.")
