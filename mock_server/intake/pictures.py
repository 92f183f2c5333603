"""Look at an image: it is decoded whole, and resized for the video that it begins (rules MEDIA-IMAGE)."""

import importlib
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import ExifTags, Image

from mock_server.intake.boxes import breaks_off
from mock_server.intake.measuring import Measured, Task
from mock_server.intake.preprocessing import resized
from mock_server.intake.unfit import UnfitError, refuse_pixels

# The limit is the task's, and told in the emulator's words.
Image.MAX_IMAGE_PIXELS = None

# What decodes each format, and where that is; nothing else is tried.
_DECODERS = {
    "JPEG": ("JPEG", "PIL.JpegImagePlugin"),
    "PNG": ("PNG", "PIL.PngImagePlugin"),
    "BMP": ("BMP", "PIL.BmpImagePlugin"),
    "WEBP": ("WEBP", "PIL.WebPImagePlugin"),
    "GIF": ("GIF", "PIL.GifImagePlugin"),
    "TIFF": ("TIFF", "PIL.TiffImagePlugin"),
    "HEIC": ("HEIF", "mock_server.intake.heif"),
    "HEIF": ("HEIF", "mock_server.intake.heif"),
}

# What decoders raise where the image is at fault.
_RAISED = (OSError, EOFError, ValueError, SyntaxError, RuntimeError, struct.error, zlib.error)

# How to turn a picture so that it is seen as its camera was held, by the number in its EXIF.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_QUALITY = 92
_COARSELY = 3.0  # what becomes much smaller is first reduced to three times the size, quickly


def look_at_picture(task: Task, name: str) -> Measured:
    """Measure the image of *task*, which is a *name*, and write it as a JPEG, laid on black.

    Its size is as it is seen, turned by its EXIF. Of an animation the first picture counts.

    Raises:
        UnfitError: it has too many pixels, breaks off or is damaged.
    """
    with _opened(task, name) as image:
        refuse_pixels(*image.size, task.max_pixels)
        # The EXIF of a PNG may stand behind its pixels, whose errors must not be taken for its own.
        if name != "JPEG":
            image.load()
        orientation = _orientation(image)
        width, height = _seen(image.size, orientation)
        size = (width, height) if task.sides is None else resized(width, height, task.sides)
        unturned = _seen(size, orientation)
        # A JPEG can be decoded at an eighth of its size, which takes less time and memory.
        image.draft(image.mode, unturned if task.product is not None else (1, 1))
        image.load()
        measured = Measured(
            format=name, width=width, height=height, has_alpha=image.has_transparency_data
        )
        if task.product is None:
            return measured
        picture = _on_black(image, unturned)
    if orientation in _TURNS:
        picture = picture.transpose(_TURNS[orientation])
    picture.save(task.product, "JPEG", quality=_QUALITY)
    return measured._replace(has_product=True)


@contextmanager
def _opened(task: Task, name: str) -> Iterator[Image.Image]:
    """Open the image; what goes wrong with it then, too, is told for people."""
    decoder, module = _DECODERS[name]
    importlib.import_module(module)
    with task.path.open("rb") as file:
        try:
            with Image.open(file, formats=[decoder]) as image:
                yield image
        except _RAISED as error:
            is_cut = "truncated" in str(error).lower() or breaks_off(file)
            raise UnfitError("breaks off" if is_cut else "cannot be decoded") from error


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        return 1


def _seen(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return *size* as it is once turned, or as it was before."""
    return (size[1], size[0]) if orientation in {5, 6, 7, 8} else size


def _on_black(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return *image* in *size*, in RGB; where it is transparent, black shows."""
    resized_image = _plain(image).resize(size, Image.Resampling.LANCZOS, reducing_gap=_COARSELY)
    if resized_image.mode != "RGBA":
        return resized_image.convert("RGB")
    black = Image.new("RGB", size)
    black.paste(resized_image, mask=resized_image)
    return black


def _plain(image: Image.Image) -> Image.Image:
    """Return *image* in a mode of 8 bits a channel that can be resized."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 257 + 0.5).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("RGB") if image.mode in {"P", "1"} else image
