"""Other videos in place of one: drawn anew, with another sound, or put into their file in another way."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import av

GREY = 128
RATE, SAMPLE_BYTES = 48_000, 2
FASTSTART: Mapping[str, str] = {"movflags": "+faststart"}
QUICK: Mapping[str, str] = {"preset": "ultrafast"}
H264 = "libx264"

Old: TypeAlias = av.container.InputContainer
New: TypeAlias = av.container.OutputContainer
Copied = list[tuple[av.stream.Stream, av.stream.Stream]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the picture of a video is: its size, its frames and how they are coded."""

    width: int
    height: int
    fps: Fraction
    frames: int
    codec: str = H264
    pixels: str = "yuv420p"

    @property
    def seconds(self) -> Fraction:
        """How long it is shown."""
        return self.frames / self.fps


def picture_of(content: bytes) -> Picture:
    """Return the picture of the video *content*."""
    with av.open(io.BytesIO(content)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate is not None
        return Picture(
            width=stream.width,
            height=stream.height,
            fps=Fraction(stream.average_rate),
            frames=stream.frames,
        )


def has_sound(content: bytes) -> bool:
    """Tell whether the video *content* has a sound track."""
    with av.open(io.BytesIO(content)) as container:
        return bool(container.streams.audio)


def redrawn(content: bytes, picture: Picture) -> bytes:
    """Return the video *content* with a grey *picture* in place of its own, and the sound it has."""

    def write(old: Old, new: New) -> None:
        stream = new.add_stream(picture.codec, rate=picture.fps)
        assert isinstance(stream, av.VideoStream)
        copied = [*_templates([*old.streams.audio], new)]
        _draw(stream, picture, new)
        _copy(old, new, copied)

    return _written(content, write)


def resounded(content: bytes, sound: bytes | None, codec: str = "aac") -> bytes:
    """Return the video *content* with another track: of *sound*, a file, or of silence."""
    seconds = picture_of(content).seconds

    def write(old: Old, new: New) -> None:
        copied = [*_templates([*old.streams.video], new)]
        track = new.add_stream(codec, rate=RATE)
        assert isinstance(track, av.AudioStream)
        track.codec_context.layout = "mono"
        _copy(old, new, copied)
        _record(track, sound, seconds, new)

    return _written(content, write)


def remuxed(
    content: bytes,
    *,
    sound_share: float = 1,
    form: str = "mp4",
    options: Mapping[str, str] = FASTSTART,
) -> bytes:
    """Return the video *content* in another file, with the first *sound_share* of its sound."""

    def write(old: Old, new: New) -> None:
        sounds = [*old.streams.audio] if sound_share else []
        _copy(old, new, [*_templates([*old.streams.video, *sounds], new)], sound_share)

    return _written(content, write, form, options)


def _written(
    content: bytes,
    write: Callable[[Old, New], None],
    form: str = "mp4",
    options: Mapping[str, str] = FASTSTART,
) -> bytes:
    """Return the file that *write* makes of the video *content*."""
    # FFmpeg puts the index first by reading what it wrote, so that it needs a file with a name.
    with TemporaryDirectory(prefix="wan-mock-") as folder:
        path = Path(folder) / "video"
        with (
            av.open(io.BytesIO(content), "r") as old,
            av.open(str(path), "w", format=form, options={**options}) as new,
        ):
            write(old, new)
        return path.read_bytes()


def _templates(
    streams: Iterable[Any], new: New
) -> Iterator[tuple[av.stream.Stream, av.stream.Stream]]:
    for stream in streams:
        yield stream, new.add_stream_from_template(stream)


def _copy(
    old: Old,
    new: New,
    copied: Copied,
    sound_share: float = 1,
) -> None:
    """Copy the packets of *copied* streams, of sounds the first *sound_share*."""
    news = {old_one.index: new_one for old_one, new_one in copied}
    for packet in old.demux():
        stream = packet.stream
        end = (stream.duration or 0) * (sound_share if stream.type == "audio" else 1)
        if stream.index in news and packet.dts is not None and packet.dts <= end:
            packet.stream = news[stream.index]
            new.mux(packet)


def _draw(stream: av.VideoStream, picture: Picture, new: New) -> None:
    stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, picture.pixels
    stream.options = {**QUICK} if picture.codec == H264 else {}
    frame = av.VideoFrame(picture.width, picture.height, picture.pixels)
    for plane in frame.planes:
        plane.update(bytes([GREY]) * plane.buffer_size)
    frame.time_base = 1 / picture.fps
    for number in range(picture.frames):
        frame.pts = number
        new.mux(stream.encode(frame))
    new.mux(stream.encode(None))


def _record(track: av.AudioStream, sound: bytes | None, seconds: Fraction, new: New) -> None:
    """Write *seconds* of *sound* into *track*, and silence for what it lacks."""
    wanted = round(seconds * RATE)
    heard = b"" if sound is None else _samples(sound)
    samples = heard[: wanted * SAMPLE_BYTES].ljust(wanted * SAMPLE_BYTES, b"\0")
    frame = av.AudioFrame("s16", "mono", wanted)
    frame.planes[0].update(samples)
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    context = track.codec_context
    resampler = av.AudioResampler(context.format, "mono", RATE, context.frame_size or None)
    for piece in (*resampler.resample(frame), *resampler.resample(None)):
        new.mux(track.encode(piece))
    new.mux(track.encode(None))


def _samples(sound: bytes) -> bytes:
    """Return the first track of the file *sound* as samples of 16 bits, `RATE` a second."""
    resampler = av.AudioResampler("s16", "mono", RATE)
    heard = []
    with av.open(io.BytesIO(sound), "r") as container:
        for frame in (*container.decode(audio=0), None):
            heard += [
                bytes(piece.planes[0])[: SAMPLE_BYTES * piece.samples]
                for piece in resampler.resample(frame)
            ]
    return b"".join(heard)
