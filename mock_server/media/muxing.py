"""Make a clip's MP4 out of packets that were encoded beforehand."""

import io
import itertools
from fractions import Fraction
from typing import Any, TypeAlias

import av
from av.container import OutputContainer
from av.stream import Stream

from mock_server.media.clip import Clip
from mock_server.media.faststart import faststart

# A clock in which a frame lasts a whole number of ticks at any rate (90 kHz at 30 fps), so that
# the duration is exact and no frame is shortened: players then read a constant rate.
_TICKS_PER_FRAME = 3000
# Quoted, because only the type checker knows that a packet is generic.
Packet: TypeAlias = "av.Packet[Any]"

_REPLACEMENT = "\ufffd"


def mux(clip: Clip, loop: bytes, sound: bytes | None, opening: bytes | None = None) -> bytes:
    """Repeat *loop* to the frames of *clip*, cut *sound* to its length, and add its tags.

    *loop* is an MP4 that `fits` the clip; *sound* is an M4A that `is_long_enough`, or None if the
    clip is silent. *opening* is another loop, shown once in place of the first round; they must
    `join`. The result has its index before its media, no fragments and no date, and depends on the
    arguments alone.

    Raises ValueError if the clip has sound and *sound* is None, or the other way round.
    """
    if clip.has_sound != (sound is not None):
        given = "no sound was" if sound is None else "a sound was"
        raise ValueError(f"The clip has_sound={clip.has_sound}, but {given} given.")
    buffer = io.BytesIO()
    with _writer(buffer, clip) as output:
        packets = _video_packets(output, loop if opening is None else opening, loop, clip)
        if sound is not None:
            packets += _sound_packets(output, sound, clip)
        output.start_encoding()
        for packet in sorted(packets, key=_moment):
            output.mux_one(packet)
    return faststart(buffer.getvalue())


def fits(clip: Clip, loop: bytes) -> bool:
    """Whether *loop* is one second of video in the size and at the rate of *clip*."""
    with av.open(io.BytesIO(loop), "r") as container:
        stream = container.streams.video[0]
        same_size = (stream.width, stream.height) == (clip.width, clip.height)
        return same_size and stream.average_rate == clip.fps == stream.frames


def join(opening: bytes | None, loop: bytes) -> bool:
    """Whether one decoder can show *opening* and then *loop*: a track has one set of parameters."""
    return opening is None or _parameters(opening) == _parameters(loop)


def is_long_enough(clip: Clip, sound: bytes) -> bool:
    """Whether the track of *sound* can be cut to the length of *clip*."""
    with av.open(io.BytesIO(sound), "r") as container:
        stream = container.streams.audio[0]
        return clip.seconds <= Fraction(stream.duration or 0, stream.sample_rate)


def _writer(buffer: io.BytesIO, clip: Clip) -> OutputContainer:
    clock = str(clip.fps * _TICKS_PER_FRAME)
    # Without bitexact the muxer signs the file with its version.
    options = {"fflags": "+bitexact", "video_track_timescale": clock, "movie_timescale": clock}
    output = av.open(buffer, "w", format="mp4", container_options=options)
    output.metadata.update({name: _storable(text) for name, text in clip.tags})
    return output


def _storable(text: str) -> str:
    """Replace what a C string in UTF-8 cannot hold: NUL, and halves of surrogate pairs."""
    utf16 = text.replace("\0", _REPLACEMENT).encode("utf-16", "surrogatepass")
    return utf16.decode("utf-16", "replace")


def _parameters(loop: bytes) -> bytes | None:
    with av.open(io.BytesIO(loop), "r") as container:
        return container.streams.video[0].codec_context.extradata


def _video_packets(
    output: OutputContainer, first: bytes, others: bytes, clip: Clip
) -> list[Packet]:
    """Return the pictures of one round of *first* and then of as many of *others* as are needed."""
    with av.open(io.BytesIO(first), "r") as container:
        source = container.streams.video[0]
        stream = output.add_stream_from_template(source)
    clock = Fraction(1, clip.fps * _TICKS_PER_FRAME)
    rounds = itertools.chain(_contents(first), itertools.cycle(_contents(others)))
    packets = []
    for number, original in enumerate(itertools.islice(rounds, clip.frames)):
        packet = _copy(original, stream, clock)
        packet.pts = packet.dts = number * _TICKS_PER_FRAME
        packet.duration = _TICKS_PER_FRAME
        packets.append(packet)
    return packets


def _contents(loop: bytes) -> list[Packet]:
    with av.open(io.BytesIO(loop), "r") as container:
        # A packet without contents is the demuxer's way to say that it has come to the end.
        return [packet for packet in container.demux(video=0) if packet.size]


def _sound_packets(output: OutputContainer, sound: bytes, clip: Clip) -> list[Packet]:
    with av.open(io.BytesIO(sound), "r") as container:
        source = container.streams.audio[0]
        stream = output.add_stream_from_template(source)
        originals = [packet for packet in container.demux(source) if packet.size]
    clock, end = Fraction(1, source.sample_rate), round(clip.seconds * source.sample_rate)
    packets = []
    for original in originals:
        # The first starts before 0: it holds the encoder's delay, which players skip.
        start, duration = original.pts or 0, original.duration or 0
        if start < end:
            packet = _copy(original, stream, clock)
            packet.pts = packet.dts = start
            packet.duration = min(duration, end - start)
            packets.append(packet)
    return packets


def _copy(original: Packet, stream: Stream, clock: Fraction) -> Packet:
    """Copy contents and the key frame's flag: the muxer takes packets away from their owner."""
    packet = av.Packet(bytes(original))
    packet.stream, packet.time_base = stream, clock
    packet.is_keyframe = original.is_keyframe
    return packet


def _moment(packet: Packet) -> Fraction:
    return (packet.pts or 0) * packet.time_base
