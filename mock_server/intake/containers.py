"""Open clips and sounds so that nothing but the file itself is read."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Stream

from mock_server.intake.unfit import UnfitError

# What reads each format. All of them hold their media in themselves; none is a playlist, and none
# reads other files or the network.
_DEMUXERS = {
    "MP4": "mov",
    "MOV": "mov",
    "M4A": "mov",
    "WebM": "matroska",
    "Matroska": "matroska",
    "AVI": "avi",
    "mp3": "mp3",
    "wav": "wav",
    "Ogg": "ogg",
    "FLAC": "flac",
    "AAC": "aac",
}


@contextlib.contextmanager
def opened(path: Path, name: str) -> Iterator[InputContainer]:
    """Open the file at *path*, which is a *name*; what goes wrong with it then, too, is told for people.

    Raises:
        UnfitError: it is none, or damaged.
        MemoryError: it needs more memory than there is.
    """
    demuxer = _DEMUXERS[name]
    try:
        with (
            path.open("rb") as file,
            av.open(
                file, "r", format=demuxer, options=_confined(demuxer), metadata_errors="replace"
            ) as container,
        ):
            yield container
    except MemoryError:
        raise  # FFmpeg's own is one of its errors, too
    except (av.FFmpegError, OSError) as error:
        raise UnfitError("cannot be decoded") from error


def is_mp3(path: Path) -> bool:
    """Whether the file at *path* is an mp3 that begins with something else, as a piece of a stream."""
    options = _confined(_DEMUXERS["mp3"])
    try:
        with (
            path.open("rb") as file,
            av.open(file, "r", options=options, metadata_errors="replace"),
        ):
            return True
    except av.FFmpegError:
        return False


def _confined(demuxer: str) -> dict[str, str]:
    # A file may name others to be read in its place, as an MP4's data reference does.
    return {"protocol_whitelist": "", "format_whitelist": demuxer}


def codec_of(stream: Stream) -> str:
    """Return the name of the codec of *stream*, such as ``h264``.

    Raises:
        UnfitError: there is no decoder for it.
    """
    if stream.codec_context is None:
        raise UnfitError("has a codec that is not known here")
    return stream.codec_context.codec.canonical_name
