"""Media to look at, and the eyes to do it with."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mock_server.intake.inspector import Inspector
from mock_server.intake.looking import look as look_here
from mock_server.intake.measuring import Measured, Task, Unreadable
from mock_server.samples import SAMPLES

FORMATS = {
    "image": ("JPEG", "PNG", "BMP", "WEBP", "HEIC", "HEIF"),
    "video": ("MP4", "MOV"),
    "audio": ("mp3", "wav"),
}
SECONDS = {"image": None, "video": 30, "audio": 30}
MEMORY_BYTES = 1_000_000_000

Look = Callable[..., Measured | Unreadable]


def task_of(kind: Any, path: Path, **more: Any) -> Task:
    """Return a task with the limits of the contract, unless told otherwise."""
    limits = {"formats": FORMATS[kind], "max_pixels": 100_000_000, "max_seconds": SECONDS[kind]}
    return Task(kind=kind, path=path, **{**limits, **more})


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    """Return a function that puts content into a file without a telling name."""

    def put(content: bytes) -> Path:
        path = tmp_path / "medium"
        path.write_bytes(content)
        return path

    return put


@pytest.fixture
def look(file: Callable[[bytes], Path]) -> Look:
    """Return a function that looks at a sample or at content, in this process."""

    def look(kind: str, medium: str | bytes | Path, **more: Any) -> Measured | Unreadable:
        return look_here(task_of(kind, _path(medium, file), **more))

    return look


@pytest.fixture(scope="session")
def inspector() -> Iterator[Inspector]:
    inspector = Inspector(seconds=20, memory_bytes=MEMORY_BYTES, workers=1)
    yield inspector
    inspector.close()


@pytest.fixture
def look_apart(file: Callable[[bytes], Path], inspector: Inspector) -> Look:
    """Return a function that looks at what may do harm, in a process of its own."""

    def look(kind: str, medium: str | bytes | Path, **more: Any) -> Measured | Unreadable:
        return asyncio.run(inspector.inspect(task_of(kind, _path(medium, file), **more)))

    return look


def _path(medium: str | bytes | Path, file: Callable[[bytes], Path]) -> Path:
    if isinstance(medium, bytes):
        return file(medium)
    return SAMPLES / medium if isinstance(medium, str) else medium
