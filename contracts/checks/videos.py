"""The video itself, decoded: container, codec, frame rate, size, length and sound."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import av

from contracts.checks.downloads import whole_video
from contracts.exchange import Exchange
from contracts.expectation.media import IMAGE
from contracts.expectation.outcome import Accepted, size_after
from contracts.history import History
from contracts.seen import Job
from contracts.verdict import Verdict, equal, holds

VIDEO_CODEC, PIXELS, SOUND_CODEC = "h264", "yuv420p", "aac"
SOUND_FRAME_SAMPLES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What a file is made of: *frames* of *width* by *height* pixels at *fps*; *sound_seconds* None without sound."""

    codec: str
    pixels: str
    width: int
    height: int
    fps: float
    frames: int
    sound_codec: str | None
    sound_seconds: float | None
    sound_rate: int


def decode(content: bytes) -> Decoded | str:
    """Return what is in *content*, every frame decoded, or why it cannot be read."""
    try:
        with av.open(io.BytesIO(content), "r") as container:
            return _decoded(container)
    except (av.FFmpegError, IndexError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


def _decoded(container: av.container.InputContainer) -> Decoded:
    picture = container.streams.video[0]
    picture.thread_type = "AUTO"
    picture.codec_context.options = {"skip_loop_filter": "all"}  # frames are counted, not seen
    sound = next(iter(container.streams.audio), None)
    frames = samples = 0
    for packet in container.demux():
        for frame in packet.decode():
            if isinstance(frame, av.AudioFrame):
                samples += frame.samples
            else:
                frames += 1
    rate = 0 if sound is None else sound.rate
    return Decoded(
        codec=picture.codec_context.name,
        pixels=picture.codec_context.pix_fmt or "",
        width=picture.width,
        height=picture.height,
        fps=float(picture.average_rate or 0),
        frames=frames,
        sound_codec=None if sound is None else sound.codec_context.name,
        sound_seconds=None if sound is None else samples / rate,
        sound_rate=rate,
    )


def is_mp4_with_its_index_first(content: bytes) -> bool:
    """Tell whether *content* is an MP4 whose ``moov`` stands before its ``mdat``, and which is not fragmented."""
    kinds, at = [], 0
    while at + 8 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        kinds.append(kind)
        at += size if size >= 8 else len(content)
    is_whole = at == len(content) and b"moof" not in kinds
    if not is_whole or kinds[:1] != [b"ftyp"] or b"moov" not in kinds or b"mdat" not in kinds:
        return False
    return kinds.index(b"moov") < kinds.index(b"mdat")


def video_is_what_was_ordered(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """OUT-FORMAT, OUT-SIZE, OUT-DURATION, OUT-AUDIO: the file is the video that the request had to lead to."""
    looked_at = whole_video(exchange, history)
    if looked_at is None or not isinstance(looked_at[0].outcome, Accepted):
        return
    job, content = looked_at
    outcome = job.outcome
    assert isinstance(outcome, Accepted)
    found = decode(content)
    if isinstance(found, str):
        yield holds("OUT-FORMAT", kept=False, pointer="", expected="an MP4", received=found)
        return
    yield from _format(found, content, outcome)
    yield from _size(found, job, outcome, history)
    yield from _length_and_sound(found, outcome, history)


def _format(found: Decoded, content: bytes, outcome: Accepted) -> Iterator[Verdict]:
    video = outcome.video
    yield equal("OUT-FORMAT", "codec", VIDEO_CODEC, found.codec)
    yield equal("OUT-FORMAT", "frames per second", float(video.fps), found.fps)
    yield equal("OUT-FORMAT", "pixel format", PIXELS, found.pixels, inferred=True)
    is_mp4 = is_mp4_with_its_index_first(content)
    yield holds(
        "OUT-FORMAT",
        kept=is_mp4,
        pointer="",
        expected="an MP4, moov before mdat",
        received=is_mp4,
        inferred=True,
    )
    if found.sound_codec is not None:
        yield equal("OUT-FORMAT", "sound codec", SOUND_CODEC, found.sound_codec, inferred=True)


def _size(found: Decoded, job: Job, outcome: Accepted, history: History) -> Iterator[Verdict]:
    """Yield whether the size is the table's, or follows the picture: that is inferred."""
    size, told = outcome.video.size, [found.width, found.height]
    if size is not None:
        yield equal("OUT-SIZE", "width x height", [*size], told)
        return
    picture = next(used for used in outcome.media if used.kind == IMAGE)
    resolution = job.fields.get("resolution", outcome.model.properties["resolution"]["default"])
    if picture.specimen is not None and picture.specimen.size is not None:
        size = size_after(picture.specimen.size, resolution, outcome.model)
    elif history.is_emulator and picture.is_elsewhere:
        output = outcome.model.output
        size = output.sizes[resolution][output.trusted]
    if size is not None:
        yield equal("OUT-SIZE", "width x height", [*size], told, inferred=True)
        if "aspect_ratio" in job.fields:
            yield equal("I2V-RATIO", "width x height", [*size], told)


def _length_and_sound(found: Decoded, outcome: Accepted, history: History) -> Iterator[Verdict]:
    video = outcome.video
    tolerance = 0 if history.is_emulator else 1
    yield holds(
        "OUT-DURATION",
        kept=abs(found.frames - video.frames) <= tolerance,
        pointer="frames",
        expected=f"{video.frames} frames",
        received=found.frames,
    )
    yield equal("OUT-AUDIO", "sound", video.has_sound, found.sound_codec is not None)
    if found.sound_seconds is not None:
        seconds = video.frames / video.fps
        yield holds(
            "OUT-DURATION",
            kept=abs(found.sound_seconds - seconds) <= SOUND_FRAME_SAMPLES / found.sound_rate,
            pointer="sound",
            expected=f"{seconds} s, give or take a frame of the sound",
            received=found.sound_seconds,
            inferred=True,
        )
