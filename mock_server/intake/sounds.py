"""Look at sounds: an audio file's is decoded to its end, and what a video plays of it encoded (rule MEDIA-AUDIO)."""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from mock_server.intake.containers import codec_of, opened
from mock_server.intake.measuring import Measured, Task
from mock_server.intake.unfit import UnfitError
from mock_server.media.beeps import SAMPLE_RATE
from mock_server.media.track import encode_track, sound_frame

# An mp3 consists of whole frames, and before and after the sound its encoder puts silence: together
# not more than two frames. How much of it was put there only some files tell, which is then not decoded.
_MP3_PADDING_SAMPLES = 2 * 1152
_SILENCE_SAMPLES = 1024


class Heard(NamedTuple):
    """A frame of sound, and when it begins and ends, in seconds."""

    begins: Fraction
    ends: Fraction
    frame: av.AudioFrame


def look_at_sound(task: Task, name: str) -> Measured:
    """Measure the audio file of *task*, which is a *name*, and write its sound.

    It lasts as long as what can be decoded of it, whatever its header promises. An mp3 that may
    owe it to its encoder that it exceeds the task's *max_seconds* does not exceed them.

    Raises:
        UnfitError: there is no sound in it, or none that can be decoded.
    """
    with opened(task.path, name) as container:
        stream = _sound(container)
        codec, is_padded = codec_of(stream), name == "mp3" and not stream.start_time
        if name == "mp3" and codec != name:
            raise UnfitError(f"is MPEG audio of another layer, {codec}; mp3 would do")
        seconds, rate = _length(container, stream, task.max_seconds)
    if not seconds:
        raise UnfitError("cannot be decoded")
    most = Fraction(task.max_seconds) if task.max_seconds is not None else seconds
    if is_padded and seconds - Fraction(_MP3_PADDING_SAMPLES, rate) <= most:
        seconds = min(seconds, most)
    measured = Measured(format=name, seconds=float(seconds), codec=codec)
    if task.product is None or seconds > most:
        return measured
    return measured._replace(has_product=write_sound(task, name))


def write_sound(task: Task, name: str, *, since: Fraction | None = None) -> bool:
    """Write the first sound of *task* from *since* (seconds) on; return False where nothing is heard.

    A sound that starts later is preceded by silence. Without *since* it is taken from its beginning, which in an
    mp3 comes after the silence that its encoder put there.
    """
    assert task.product is not None
    with opened(task.path, name) as container:
        frames = _decoded(container, _sound(container))
        first = next(frames, None)
        if first is None:
            return False
        if since is None:
            since = (first.pts or 0) * (first.time_base or Fraction(1))
        track = _from(since, itertools.chain([first], frames))
        product = encode_track(track, task.product_seconds)
    task.product.write_bytes(product)
    return True


def _sound(container: InputContainer) -> AudioStream:
    for stream in container.streams.audio:
        return stream
    raise UnfitError("holds no sound")


def _length(
    container: InputContainer, stream: AudioStream, max_seconds: float | None
) -> tuple[Fraction, int]:
    """Return how long *stream* can be heard, in seconds, and its last sample rate."""
    seconds, rate = Fraction(0), 1
    for frame in _decoded(container, stream):
        rate = frame.sample_rate
        seconds += Fraction(frame.samples, rate)
        if max_seconds is not None and seconds > max_seconds + 1:
            break
    return seconds, rate


def _decoded(container: InputContainer, stream: AudioStream) -> Iterator[av.AudioFrame]:
    """Yield what can be decoded: players skip a damaged packet, too."""
    stream.codec_context.thread_count = 1
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue


def _from(since: Fraction, frames: Iterator[av.AudioFrame]) -> Iterator[av.AudioFrame]:
    """Yield *frames* as the emulator's encoder takes them, from *since* on."""
    heard = itertools.dropwhile(lambda each: each.ends <= since, _timed(since, frames))
    first = next(heard, None)
    if first is None:
        return
    yield from _silence(first.begins - since)
    yield from _resampled(each.frame for each in itertools.chain([first], heard))


def _timed(since: Fraction, frames: Iterator[av.AudioFrame]) -> Iterator[Heard]:
    """Yield *frames* with their times; one that has none follows the one before, the first one *since*."""
    ends = since
    for frame in frames:
        begins = ends
        if frame.pts is not None:
            begins = frame.pts * (frame.time_base or Fraction(1))
        ends = begins + Fraction(frame.samples, frame.sample_rate)
        yield Heard(begins, ends, frame)


def _silence(seconds: Fraction) -> Iterator[av.AudioFrame]:
    for start in range(0, round(seconds * SAMPLE_RATE), _SILENCE_SAMPLES):
        samples = min(_SILENCE_SAMPLES, round(seconds * SAMPLE_RATE) - start)
        channel = bytes(4 * samples)
        yield sound_frame((channel, channel))


def _resampled(frames: Iterator[av.AudioFrame]) -> Iterator[av.AudioFrame]:
    # A resampler takes frames of one kind only, and within a file the kind may change.
    for _, alike in itertools.groupby(frames, key=_kind):
        resampler = av.AudioResampler("fltp", "stereo", SAMPLE_RATE)
        for frame in itertools.chain(alike, [None]):
            yield from resampler.resample(frame)


def _kind(frame: av.AudioFrame) -> tuple[Any, ...]:
    return frame.format.name, frame.layout.name, frame.layout.nb_channels, frame.sample_rate
