"""Look at a video: its pictures are counted out, and some of them decoded (rule MEDIA-VIDEO)."""

from collections.abc import Iterator
from fractions import Fraction

from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mock_server.intake.boxes import breaks_off
from mock_server.intake.containers import codec_of, opened
from mock_server.intake.measuring import Measured, Task
from mock_server.intake.sounds import write_sound
from mock_server.intake.unfit import UnfitError, refuse_pixels

# A clip may consist of key frames alone; to decode them all could take a minute.
_DECODED_KEY_FRAMES = 10


def look_at_clip(task: Task, name: str) -> Measured:
    """Measure the video of *task*, which is a *name*, and write its sound.

    It lasts from its first picture to the end of its last, whatever its header promises.

    Raises:
        UnfitError: it has no pictures, too large ones, or none that is shown or can be decoded.
    """
    if name in {"MP4", "MOV"}:
        with task.path.open("rb") as file:
            if breaks_off(file, needed=b"moov"):
                raise UnfitError("breaks off")
    with opened(task.path, name) as container:
        stream = _video(container)
        codec = codec_of(stream)
        refuse_pixels(stream.width, stream.height, task.max_pixels)
        begins, ends = _span(task, name)
        picture = _first_picture(container, stream)
        sound = codec_of(container.streams.audio[0]) if container.streams.audio else None
    is_turned = picture.rotation % 180 != 0
    measured = Measured(
        format=name,
        width=picture.height if is_turned else picture.width,
        height=picture.width if is_turned else picture.height,
        seconds=float(ends - begins),
        codec=codec,
        sound=sound,
    )
    if task.product is None or sound is None or _is_over(task, ends - begins):
        return measured
    return measured._replace(has_product=write_sound(task, name, since=begins))


def _video(container: InputContainer) -> VideoStream:
    """Return the stream that holds the video, which a cover picture is not."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    raise UnfitError("holds no video")


def _first_picture(container: InputContainer, stream: VideoStream) -> VideoFrame:
    """Decode up to the first picture that is shown and some key frames, of which any may be damaged.

    An edit of the clip may begin between two key frames, and leave out the one that it needs.
    """
    context = stream.codec_context
    context.thread_count = 1
    keys = 0
    pictures: list[VideoFrame] = []
    for packet in container.demux(stream):
        # The demuxer's last packet is empty; the decoder is told of the end below, once.
        if packet.size and (packet.is_keyframe or not pictures):
            pictures += context.decode(packet)
        keys += packet.is_keyframe
        if pictures and keys >= _DECODED_KEY_FRAMES:
            break
    pictures += context.decode(None)
    if not pictures:
        raise UnfitError("cannot be decoded")
    return pictures[0]


def _span(task: Task, name: str) -> tuple[Fraction, Fraction]:
    """Return when the first picture is shown and when the last is gone, in seconds.

    What comes after the task's *max_seconds* is not looked at.

    Raises:
        UnfitError: no picture is shown.
    """
    with opened(task.path, name) as container:
        times = _times(container, _video(container))
        first = next(times, None)
        if first is None:
            raise UnfitError("shows no picture")
        begins, ends = first
        # Pictures come in the order in which they are decoded, which may not be that of their times.
        for starts, stops in times:
            begins, ends = min(begins, starts), max(ends, stops)
            if _is_over(task, ends - begins):
                break
    return begins, ends


def _times(container: InputContainer, stream: VideoStream) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield for each picture that is shown when that begins and ends, in seconds."""
    clock = stream.time_base or Fraction(1)
    for packet in container.demux(stream):
        moment = packet.pts if packet.pts is not None else packet.dts
        # An edit of the clip may have left pictures out that others need to be decoded.
        if moment is not None and not packet.is_discard:
            yield moment * clock, (moment + (packet.duration or 0)) * clock


def _is_over(task: Task, seconds: Fraction) -> bool:
    return task.max_seconds is not None and seconds > task.max_seconds
