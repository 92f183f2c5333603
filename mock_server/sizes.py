"""The size of the picture that a request gets (rule OUT-SIZE)."""

from fractions import Fraction
from math import isqrt

from contracts.model import Mode, Output

Size = tuple[int, int]


def output_size(
    output: Output, mode: Mode, resolution: str, aspect_ratio: str, picture: Size | None
) -> Size:
    """Return width and height in pixels.

    *picture* is the size of the image that an i2v frame follows, None for one that is taken on trust.
    """
    if mode.frame == "table":
        return output.sizes[resolution][aspect_ratio]
    if picture is None:
        return output.sizes[resolution][output.trusted]
    return picture_size(output, resolution, picture)


def picture_size(output: Output, resolution: str, picture: Size) -> Size:
    """Return the size that follows *picture*: its ratio and the pixels of *resolution*, floored to the multiple.

    The formula is inferred from one documented example, 750x1000 at 720p giving 816x1104.
    """
    table = output.sizes[resolution]
    for ratio in output.exact:
        width, height = table[ratio]
        if picture[0] * height == picture[1] * width:
            return width, height
    ratio_of_sides = Fraction(*picture)
    ratio_of_sides = max(Fraction(1, output.widest), min(ratio_of_sides, Fraction(output.widest)))
    pixels = table[output.trusted][0] * table[output.trusted][1]
    return _floored(pixels * ratio_of_sides, output.multiple), _floored(
        pixels / ratio_of_sides, output.multiple
    )


def _floored(square: Fraction, multiple: int) -> int:
    """Return the square root of *square*, floored to *multiple*; exact, where floats may fall short."""
    side = isqrt(square.numerator // square.denominator)
    return side // multiple * multiple
