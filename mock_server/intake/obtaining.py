"""Get a medium that lies within reach into a file."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from contracts.api import Limits
from mock_server.intake import judging
from mock_server.intake.data_uri import decode
from mock_server.intake.locating import DataUri, Loopback, Sample, Upload
from mock_server.shelf import Shelf
from mock_server.storage import FULL

Reachable = DataUri | Loopback | Sample | Upload


class UnavailableError(Exception):
    """A medium cannot be had; *wrong* is `judging.URL`, `judging.FORMAT` or `judging.SIZE`."""

    def __init__(self, wrong: str, reason: str) -> None:
        """Tell *reason*, which goes on where the medium is named."""
        super().__init__(reason)
        self.wrong = wrong
        self.reason = reason


async def obtain(
    place: Reachable, shelf: Shelf, limits: Limits, sample: Callable[[str], Path]
) -> tuple[Path, bool]:
    """Return the file that *place* means to the owner of *shelf*, and whether it is the caller's to remove.

    *sample* returns where a sample file stands, or raises ValueError.

    Raises:
        UnavailableError: there is none.
    """
    match place:
        case Upload(path):
            upload = shelf.upload(path)
            if upload is None:
                reason = "is not in the storage; the path of an upload or an http(s) URL would do"
                raise UnavailableError(judging.URL, reason)
            await shelf.fetch(upload.file)
            return upload.file, False
        case Sample(name):
            try:
                return sample(name), False
            except ValueError as error:
                raise UnavailableError(judging.URL, f"cannot be had: {error}") from None
        case _:
            return await _written(place, shelf.scratch(), limits), True


async def _written(place: DataUri | Loopback, into: Path, limits: Limits) -> Path:
    try:
        if isinstance(place, DataUri):
            return await asyncio.to_thread(_decoded, place.text, into)
        return await _fetched(place, into, limits)
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise UnavailableError(judging.SIZE, "finds the emulator's disk full") from None


def _decoded(uri: str, into: Path) -> Path:
    try:
        content = decode(uri)
    except ValueError as error:
        raise UnavailableError(judging.FORMAT, f"cannot be decoded: {error}") from None
    try:
        into.write_bytes(content)
    except OSError:
        into.unlink(missing_ok=True)
        raise
    return into


async def _fetched(place: Loopback, into: Path, limits: Limits) -> Path:
    # Few requests name such a URL, and its library takes its time to load.
    from mock_server.intake.fetching import FetchError, fetch  # noqa: PLC0415

    try:
        await fetch(place, into, seconds=limits.fetch_seconds, max_bytes=limits.fetch_bytes)
    except FetchError as error:
        wrong = judging.SIZE if error.is_size else judging.URL
        raise UnavailableError(wrong, f"cannot be had: {error.reason}") from None
    return into
