"""Specimens of pictures: each format that is taken, some that are not, and sizes beyond what models look at."""

import io
from collections.abc import Iterator
from functools import cache

import pillow_heif
from PIL import Image

from contracts.specimens.specimen import Specimen

FORMAT, SIZE, HEIC = "MEDIA-IMAGE-FORMAT", "MEDIA-IMAGE-SIZE", "MEDIA-HEIC"
KIND = "image"
SIZE_SEEN = (360, 480)
COLOUR = (40, 90, 160)
CLEAR = (200, 30, 30, 0)


@cache
def pictures(bounds: tuple[int, ...]) -> tuple[Specimen, ...]:
    """Return pictures good and bad, some with sides at and beyond each of *bounds*, in pixels."""
    return (*_formats(), *_sized(bounds))


def _formats() -> Iterator[Specimen]:
    for name in ("jpeg", "png", "bmp", "webp"):
        yield _picture(f"picture.{name}", f"image/{name}", _encoded(name), SIZE_SEEN, (FORMAT,))
    yield _picture("clear.png", "image/png", _png(SIZE_SEEN, clear=True), SIZE_SEEN, (FORMAT,))
    for name in ("heic", "heif"):
        yield _picture(f"picture.{name}", f"image/{name}", _heif(), SIZE_SEEN, (FORMAT, HEIC))
    for name in ("gif", "tiff"):
        yield _bad(f"picture.{name}", f"image/{name}", _encoded(name))
    yield _bad("picture.svg", "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    yield _bad("half.png", "image/png", (whole := _png(SIZE_SEEN))[: len(whole) // 2])
    yield _bad("text.png", "image/png", b"this is no picture")


def _sized(bounds: tuple[int, ...]) -> Iterator[Specimen]:
    for side in sorted({bound + step for bound in bounds for step in (-1, 0, 1)} | {1}):
        size = side, max(side // 2, 1)
        yield _picture(f"{side} wide.png", "image/png", _png(size), size, (SIZE,))


def _picture(
    name: str, content_type: str, content: bytes, size: tuple[int, int], rules: tuple[str, ...]
) -> Specimen:
    return Specimen(
        name=name, kind=KIND, content_type=content_type, content=content, size=size, rules=rules
    )


def _bad(name: str, content_type: str, content: bytes) -> Specimen:
    return Specimen(
        name=name,
        kind=KIND,
        content_type=content_type,
        content=content,
        rules=(FORMAT,),
        wrong="format",
    )


def _encoded(name: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", SIZE_SEEN, COLOUR).save(file, name)
    return file.getvalue()


def _png(size: tuple[int, int], *, clear: bool = False) -> bytes:
    file = io.BytesIO()
    picture = Image.new("RGBA", size, CLEAR) if clear else Image.new("L", size, COLOUR[0])
    picture.save(file, "png")
    return file.getvalue()


def _heif() -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", SIZE_SEEN, COLOUR)).save(file)
    return file.getvalue()
