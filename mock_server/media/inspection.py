"""Decode a video and tell what it is, independently of what was asked for."""

import io
from dataclasses import dataclass
from fractions import Fraction

import av


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a decoder finds; *sound* is the sound track's codec, None for a silent video."""

    codec: str
    width: int
    height: int
    fps: Fraction
    frames: int
    seconds: Fraction
    sound: str | None
    sample_rate: int | None


def inspect(video: bytes) -> Inspection:
    """Decode every frame of *video* and describe it.

    Raises:
        av.FFmpegError: *video* cannot be decoded.
    """
    with av.open(io.BytesIO(video), "r") as container:
        picture = container.streams.video[0]
        frames = len([*container.decode(picture)])
        rate = picture.average_rate
        assert rate is not None
        sound = container.streams.audio[0] if container.streams.audio else None
        return Inspection(
            codec=picture.codec_context.name,
            width=picture.width,
            height=picture.height,
            fps=rate,
            frames=frames,
            seconds=frames / rate,
            sound=sound.codec_context.name if sound is not None else None,
            sample_rate=sound.codec_context.sample_rate if sound is not None else None,
        )
