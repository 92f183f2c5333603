"""Encode the test picture and its sound.

The same settings give the same bytes with one version of the codecs; across versions they may
not, which is one reason to ship the common sizes encoded.
"""

import io
import itertools
from collections.abc import Iterator
from fractions import Fraction

import av
from av.bitstream import BitStreamFilterContext
from av.video.reformatter import ColorRange, Colorspace

from mock_server.media.beeps import SAMPLE_RATE, one_second
from mock_server.media.drawing import draw_second

AAC_FRAME_SAMPLES = 1024

_AUDIO_BIT_RATE = 64_000
_BT709 = 1  # colour primaries, transfer and matrix of HD video, by their number in H.273
_MPEG_RANGE = 1  # luma 16..235, as every player assumes
_SEI = 6  # the NAL unit in which x264 writes its version and options
_BITEXACT = {"fflags": "+bitexact"}


def encode_loop(width: int, height: int, fps: int) -> bytes:
    """Encode one second of the test picture as an MP4 whose packets may be repeated for ever.

    The loop is one closed group of pictures: a key frame, then frames that look back only.
    """
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4", container_options=_BITEXACT) as container:
        stream = container.add_stream("libx264", rate=fps, options=_x264_options(fps))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        context = stream.codec_context
        stream.sample_aspect_ratio = Fraction(1)
        context.thread_count = 1  # x264 cuts frames up differently for each number of threads
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _MPEG_RANGE
        without_sei = BitStreamFilterContext(f"filter_units=remove_types={_SEI}", stream)
        for frame in itertools.chain(_pictures(width, height, fps), [None]):
            for packet in stream.encode(frame):
                container.mux(without_sei.filter(packet))
    return buffer.getvalue()


def encode_sound(seconds: int) -> bytes:
    """Encode *seconds* of stereo sound, and two AAC frames more, as an M4A.

    The two frames let a track be cut anywhere up to *seconds*, the encoder's delay included.
    """
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="ipod", container_options=_BITEXACT) as container:
        stream = container.add_stream(
            "aac", rate=SAMPLE_RATE, layout="stereo", options={"flags": "+bitexact"}
        )
        stream.bit_rate = _AUDIO_BIT_RATE
        for frame in itertools.chain(_sound_frames(seconds), [None]):
            container.mux(stream.encode(frame))
    return buffer.getvalue()


def _x264_options(fps: int) -> dict[str, str]:
    return {
        "preset": "veryfast",
        "crf": "20",
        "flags": "+bitexact+cgop",
        "bf": "0",
        "x264-params": f"keyint={fps}:min-keyint={fps}:scenecut=0:open-gop=0",
    }


def _pictures(width: int, height: int, fps: int) -> Iterator[av.VideoFrame]:
    for number, picture in enumerate(draw_second(width, height, fps)):
        drawn: av.VideoFrame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
        frame = drawn.reformat(
            format="yuv420p",
            src_color_range=ColorRange.JPEG,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
        frame.pts, frame.time_base = number, Fraction(1, fps)
        yield frame


def _sound_frames(seconds: int) -> Iterator[av.AudioFrame]:
    second = one_second()
    sample_bytes = len(second) // SAMPLE_RATE
    wanted = seconds * SAMPLE_RATE + 2 * AAC_FRAME_SAMPLES
    track = second * (wanted // SAMPLE_RATE + 2)
    for start in range(0, wanted, AAC_FRAME_SAMPLES):
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=AAC_FRAME_SAMPLES)
        for plane in frame.planes:
            end = (start + AAC_FRAME_SAMPLES) * sample_bytes
            plane.update(track[start * sample_bytes : end])
        frame.sample_rate, frame.pts = SAMPLE_RATE, start
        frame.time_base = Fraction(1, SAMPLE_RATE)
        yield frame
