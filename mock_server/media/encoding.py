"""Encode the test picture and its sound, and the picture that a video opens with.

The same settings give the same bytes with one version of the codecs; across versions they may
not, which is one reason to ship the common sizes encoded.
"""

import io
import itertools
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.bitstream import BitStreamFilterContext
from PIL import Image, ImageOps

from mock_server.media.beeps import one_second
from mock_server.media.drawing import Second
from mock_server.media.track import encode_track, sound_frame
from mock_server.media.yuv import BT709, LIMITED_RANGE, paste, to_yuv

_SEI = 6  # the NAL unit in which x264 writes its version and options


def encode_loop(width: int, height: int, fps: int) -> bytes:
    """Encode one second of the test picture as an MP4 whose packets may be repeated for ever.

    The loop is one closed group of pictures: a key frame, then frames that look back only.
    """
    return _encode_second(_drawn(width, height, fps), width, height, fps)


def encode_opening(picture: Path, width: int, height: int, fps: int) -> bytes:
    """Encode one second that shows *picture*, cut to the middle of what covers the frame.

    It is encoded as a loop is, so that a loop of this size and rate can follow in the same track.

    Raises:
        FileNotFoundError: *picture* is no more.
    """
    with Image.open(picture) as opened:
        shown = ImageOps.fit(opened.convert("RGB"), (width, height), Image.Resampling.LANCZOS)
    return _encode_second(itertools.repeat(to_yuv(shown), fps), width, height, fps)


def encode_sound(seconds: int) -> bytes:
    """Encode *seconds* of the test picture's sound, and two AAC frames more, as an M4A."""
    return encode_track(_sound_frames(), seconds)


def _encode_second(pictures: Iterable[av.VideoFrame], width: int, height: int, fps: int) -> bytes:
    buffer = io.BytesIO()
    options = {"fflags": "+bitexact"}
    with av.open(buffer, "w", format="mp4", container_options=options) as container:
        stream = container.add_stream("libx264", rate=fps, options=_x264_options(fps))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        context = stream.codec_context
        stream.sample_aspect_ratio = Fraction(1)
        context.thread_count = 1  # x264 cuts frames up differently for each number of threads
        context.colorspace = context.color_primaries = context.color_trc = BT709
        context.color_range = LIMITED_RANGE
        without_sei = BitStreamFilterContext(f"filter_units=remove_types={_SEI}", stream)
        for frame in itertools.chain(_numbered(pictures, fps), [None]):
            for packet in stream.encode(frame):
                container.mux(without_sei.filter(packet))
    return buffer.getvalue()


def _x264_options(fps: int) -> dict[str, str]:
    one_group = f"keyint={fps}:min-keyint={fps}:scenecut=0:open-gop=0"
    # Hardly anything moves, and what turns is found by no search: half the work, the same size.
    hurried = "subme=0:me=dia:rc-lookahead=3"
    return {
        "preset": "veryfast",
        "crf": "20",
        "flags": "+bitexact+cgop",
        "bf": "0",
        # Else the bytes depend on the processor: x264 rounds differently with AVX2.
        "x264-params": f"{one_group}:{hurried}:cpu-independent=1",
    }


def _drawn(width: int, height: int, fps: int) -> Iterator[av.VideoFrame]:
    """Draw the frames of the test picture, one over the other: each is good until the next."""
    second = Second(width, height, fps)
    frame = to_yuv(second.still)
    left, top, *_ = second.box
    for part in second.parts():
        paste(frame, to_yuv(part), left, top)
        yield frame


def _numbered(pictures: Iterable[av.VideoFrame], fps: int) -> Iterator[av.VideoFrame]:
    for number, frame in enumerate(pictures):
        frame.pts, frame.time_base = number, Fraction(1, fps)
        yield frame


def _sound_frames() -> Iterator[av.AudioFrame]:
    second = one_second()
    while True:
        yield sound_frame((second, second))
