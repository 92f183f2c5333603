"""The media that a request carries along, as far as they are in it."""

import base64
import binascii
import io
from typing import Any

import av

HEAD, MARK = "data:", ";base64,"


def content_of(source: Any) -> bytes | None:
    """Return the content of *source*, a ``data:`` URI, None for anything else."""
    if not isinstance(source, str) or not source.lower().startswith(HEAD):
        return None
    _, mark, content = source.partition(MARK)
    try:
        return base64.b64decode(content, validate=True) if mark else None
    except binascii.Error:
        return None


def uri_of(content_type: str, content: bytes) -> str:
    """Return *content* as a ``data:`` URI."""
    return f"{HEAD}{content_type}{MARK}{base64.b64encode(content).decode()}"


def form_of(content: bytes) -> str:
    """Return the format of a picture by how it begins, in upper case; empty where that is of none that is known."""
    if content[4:8] == b"ftyp":
        return "HEIC" if content[8:11] in (b"hei", b"mif") else "MP4"
    beginnings = {
        b"\xff\xd8": "JPEG",
        b"\x89PNG": "PNG",
        b"BM": "BMP",
        b"RIFF": "WEBP",
        b"GIF": "GIF",
    }
    return next((name for start, name in beginnings.items() if content.startswith(start)), "")


def seconds_of(content: bytes) -> float | None:
    """Return how long the recording *content* lasts, None where it is none."""
    try:
        with av.open(io.BytesIO(content), "r") as container:
            return None if container.duration is None else container.duration / av.time_base
    except av.FFmpegError:
        return None
