"""Specimens of sounds: tones of known pitch, as long as the contract takes them, and just not."""

import io
import math
import wave
from collections.abc import Iterator
from fractions import Fraction
from functools import cache

import av

from contracts.specimens.specimen import Specimen

AUDIO, SOUND = "MEDIA-AUDIO", "OUT-SOUND"
KIND = "audio"
RATE, HERTZ = 8000, 523
MIDDLE, LEVEL = 128, 100


@cache
def sounds(least: float, most: float) -> tuple[Specimen, ...]:
    """Return sounds good and bad, some that last just *least* or *most* seconds, and some that do not."""
    return (*_sounds(least, most),)


def _sounds(least: float, most: float) -> Iterator[Specimen]:
    for seconds in (least, most):
        yield _sound(f"{seconds:g} s.wav", "audio/wav", _wave(seconds), seconds)
    for seconds in (least - 0.1, most + 1):
        yield _sound(f"{seconds:g} s.wav", "audio/wav", _wave(seconds), seconds, "duration")
    seconds = least + 1
    yield _sound(f"{seconds:g} s.mp3", "audio/mpeg", encoded(seconds, HERTZ, "mp3"), seconds)
    yield _sound("1 s.mp3", "audio/mpeg", encoded(1, HERTZ, "mp3"), 1, "duration")
    flac = encoded(seconds, HERTZ, "flac")
    yield _sound(f"{seconds:g} s.flac", "audio/flac", flac, seconds, "format")
    yield _sound("text.wav", "audio/wav", b"this is no sound", 0, "format")


def _sound(
    name: str, content_type: str, content: bytes, seconds: float, wrong: str | None = None
) -> Specimen:
    return Specimen(
        name=name,
        kind=KIND,
        content_type=content_type,
        content=content,
        rules=(AUDIO,) if wrong else (AUDIO, SOUND),
        wrong=wrong,
        seconds=seconds,
        hertz=None if wrong else HERTZ,
    )


def tone(seconds: float, hertz: int) -> bytes:
    """Return a sine of *hertz* as unsigned samples of 8 bits; every second of it begins like the first."""
    step = math.tau * hertz / RATE
    second = bytes(MIDDLE + round(LEVEL * math.sin(step * number)) for number in range(RATE))
    return (second * math.ceil(seconds))[: round(seconds * RATE)]


def _wave(seconds: float) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(1)
        writer.setframerate(RATE)
        writer.writeframes(tone(seconds, HERTZ))
    return file.getvalue()


CODECS = {"mp3": "libmp3lame", "flac": "flac"}
ENCODED_RATE = 44_100


def encoded(seconds: float, hertz: int, name: str) -> bytes:
    """Return a tone in a file of the format *name*, one of `CODECS`."""
    file = io.BytesIO()
    with av.open(file, "w", format=name) as container:
        stream = container.add_stream(CODECS[name], rate=ENCODED_RATE)
        assert isinstance(stream, av.AudioStream)
        add_tone(container, stream, seconds, hertz)
    return file.getvalue()


def add_tone(
    container: av.container.OutputContainer, stream: av.AudioStream, seconds: float, hertz: int
) -> None:
    """Write a tone into *stream* of *container*."""
    frame = av.AudioFrame("u8", "mono", round(seconds * RATE))
    frame.planes[0].update(tone(seconds, hertz))
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    context = stream.codec_context
    resampler = av.AudioResampler(
        context.format, context.layout, context.rate, context.frame_size or None
    )
    for piece in (*resampler.resample(frame), *resampler.resample(None)):
        container.mux(stream.encode(piece))
    container.mux(stream.encode(None))
