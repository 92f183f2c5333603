"""What the API makes of a picture's size before a model sees it (rule MEDIA-IMAGE-SIZE)."""

from fractions import Fraction
from typing import TypeAlias

Sides: TypeAlias = tuple[int, int]
_HALF = Fraction(1, 2)


def resized(width: int, height: int, sides: Sides) -> tuple[int, int]:
    """Return the size in which a picture's sides lie within *sides*, the least and the most pixels.

    A picture that fits stays as it is. Else it keeps its ratio, up to the rounding of a half up:
    it is made smaller until the longer side fits, or larger until the shorter one does. A picture too long for
    both follows its longer side, and its shorter one has at least 1 pixel.
    """
    least, most = sides
    shorter, longer = sorted((width, height))
    scale = min(max(Fraction(1), Fraction(least, shorter)), Fraction(most, longer))
    return _rounded(width * scale), _rounded(height * scale)


def _rounded(side: Fraction) -> int:
    return max(1, int(side + _HALF))
