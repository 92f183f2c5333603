"""What a look at a medium is to find out, and what it found."""

from pathlib import Path
from typing import Literal, NamedTuple


class Task(NamedTuple):
    """A file to look at: *path* is to hold an image, a video or an audio file in one of *formats*.

    A picture of more than *max_pixels* is not decoded, and a look ends where *max_seconds* are
    exceeded. With *product*, the path of a file to be, what the emulator shows or plays of the
    medium is written there: an image as a JPEG, resized until each side lies within *sides*; the
    sound of an audio file or of a video as an M4A that lasts *product_seconds*.
    """

    kind: Literal["image", "video", "audio"]
    path: Path
    formats: tuple[str, ...]
    max_pixels: int
    max_seconds: float | None
    sides: tuple[int, int] | None = None
    product: Path | None = None
    product_seconds: int = 0


class Measured(NamedTuple):
    """What a medium is by its content: *format* is one of the task's.

    *width* and *height* are in pixels, as a viewer shows it. *seconds* is how long it lasts, or
    more than the task's *max_seconds* where it lasts longer. *codec* is that of the pictures, or of
    an audio file; *sound* that of a video's sound. *has_alpha* tells whether an image can be
    transparent in places. *has_product* tells whether the product was
    written: a silent video has none.
    """

    format: str
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    codec: str | None = None
    sound: str | None = None
    has_alpha: bool = False
    has_product: bool = False


class Unreadable(NamedTuple):
    """Why a medium cannot be used, as the end of a sentence, and what it is where that is known."""

    reason: str
    format: str | None = None
