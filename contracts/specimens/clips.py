"""Specimens of clips: as long as the contract takes them, and just not, with a sound of known pitch or none."""

import io
from collections.abc import Iterator
from fractions import Fraction
from functools import cache

import av

from contracts.specimens.sounds import add_tone
from contracts.specimens.specimen import Specimen

VIDEO, SOUND = "MEDIA-VIDEO", "OUT-SOUND"
KIND = "video"
FPS, SIDE = 4, 64
HERTZ, RATE = 311, 44_100
GREY = 128
SAME_EVERY_TIME = {"fflags": "+bitexact"}  # else the ids of a WebM are drawn


@cache
def clips(least: float, most: float) -> tuple[Specimen, ...]:
    """Return clips good and bad, some that last just *least* or *most* seconds, and some that do not."""
    return (*_clips(least, most),)


def _clips(least: float, most: float) -> Iterator[Specimen]:
    for seconds in (least, most):
        yield _clip(f"{seconds:g} s.mp4", "video/mp4", clip(seconds, "mp4"), seconds)
    for seconds in (least - 0.5, most + 1):
        yield _clip(f"{seconds:g} s.mp4", "video/mp4", clip(seconds, "mp4"), seconds, "duration")
    seconds = least + 1
    yield _clip(f"{seconds:g} s.mov", "video/quicktime", clip(seconds, "mov"), seconds)
    loud = clip(seconds, "mp4", hertz=HERTZ)
    yield _clip("with sound.mp4", "video/mp4", loud, seconds, hertz=HERTZ)
    for name, content_type in (("webm", "video/webm"), ("avi", "video/x-msvideo")):
        yield _clip(f"{seconds:g} s.{name}", content_type, clip(seconds, name), seconds, "format")
    yield _clip("text.mp4", "video/mp4", b"this is no clip", 0, "format")


def _clip(
    name: str,
    content_type: str,
    content: bytes,
    seconds: float,
    wrong: str | None = None,
    *,
    hertz: int | None = None,
) -> Specimen:
    return Specimen(
        name=name,
        kind=KIND,
        content_type=content_type,
        content=content,
        rules=(VIDEO,) if hertz is None else (VIDEO, SOUND),
        wrong=wrong,
        seconds=seconds,
        hertz=hertz,
    )


CODECS = {"mp4": "libx264", "mov": "libx264", "webm": "libvpx", "avi": "mpeg4"}


def clip(seconds: float, name: str, *, hertz: int | None = None) -> bytes:
    """Return a grey clip in a file of the format *name*, one of `CODECS`, with a tone of *hertz* if there is any."""
    file = io.BytesIO()
    with av.open(file, "w", format=name, options=SAME_EVERY_TIME) as container:
        picture = container.add_stream(CODECS[name], rate=FPS)
        assert isinstance(picture, av.VideoStream)
        sound = None if hertz is None else container.add_stream("aac", rate=RATE)
        _add_picture(container, picture, round(seconds * FPS))
        if hertz is not None:
            assert isinstance(sound, av.AudioStream)
            add_tone(container, sound, seconds, hertz)
    return file.getvalue()


def _add_picture(
    container: av.container.OutputContainer, stream: av.VideoStream, frames: int
) -> None:
    stream.width = stream.height = SIDE
    stream.pix_fmt = "yuv420p"
    for number in range(frames):
        frame = av.VideoFrame(SIDE, SIDE, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([GREY]) * plane.buffer_size)
        frame.pts, frame.time_base = number, Fraction(1, FPS)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
