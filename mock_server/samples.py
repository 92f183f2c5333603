"""The sample files: pictures, clips and sounds that requests can name by URL and tests by path."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from mock_server.answers import Answer
from mock_server.calls import Call
from mock_server.files import File, answer_with
from mock_server.media.canned import FOLDER
from mock_server.problems import Problem
from mock_server.tagged import Tagged
from mock_server.violations import show

SAMPLES = FOLDER / "samples"

# Python's own table knows not all of them, and a machine's may know them differently.
TYPES: Mapping[str, str] = {
    ".avi": "video/x-msvideo",
    ".bmp": "image/bmp",
    ".flac": "audio/flac",
    ".gif": "image/gif",
    ".heic": "image/heic",
    ".jpg": "image/jpeg",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tiff": "image/tiff",
    ".txt": "text/plain",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
}


def fixture_path(name: str) -> Path:
    """Return where the sample file *name* stands, such as ``photo.jpg``.

    Raises:
        ValueError: there is none of that name; the message lists what there is.
    """
    known = sorted(path.name for path in SAMPLES.iterdir() if path.suffix in TYPES)
    if name not in known:
        raise ValueError(f"{show(name)} is not a sample; one of {', '.join(known)} would do")
    return SAMPLES / name


async def fixture(call: Call) -> Answer:
    """Hand out a sample file, like the CDN hands out a video."""
    try:
        path = fixture_path(call.path_parameter("name"))
    except ValueError as error:
        raise Problem("not_found", f"{error}.") from None
    return answer_with(_file(path), call)


@lru_cache(maxsize=8)
def _file(path: Path) -> File:
    content = Tagged(path.read_bytes())
    return File(path.name, content, TYPES[path.suffix], int(path.stat().st_mtime))
