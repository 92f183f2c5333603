"""Text on the test picture."""

from fractions import Fraction

from PIL import ImageDraw, ImageFont

_FAMILIAR_RATIOS = ((1, 1), (5, 4), (4, 3), (3, 2), (16, 9), (21, 9))
_NEAR = Fraction(3, 100)


def write(
    draw: ImageDraw.ImageDraw,
    place: tuple[float, float],
    text: str,
    *,
    size: float,
    anchor: str,
    fill: tuple[int, int, int],
) -> None:
    """Write *text*, *size* pixels high, in the typeface that Pillow brings along.

    No font of the machine is asked for: the picture must not depend on where it was drawn.
    """
    draw.text(place, text, font=ImageFont.load_default(max(1.0, size)), anchor=anchor, fill=fill)


def ratio_label(width: int, height: int) -> str:
    """Name the shape as people do: "16:9", "~ 4:3" if it is within 3 %, or else "2.67:1"."""
    shape = Fraction(max(width, height), min(width, height))
    long, short = min(_FAMILIAR_RATIOS, key=lambda ratio: abs(Fraction(*ratio) / shape - 1))
    wander = abs(Fraction(long, short) / shape - 1)
    if wander > _NEAR:
        return f"{width / height:.2f}:1" if width > height else f"1:{height / width:.2f}"
    about = "~ " if wander else ""
    return f"{about}{long}:{short}" if width > height else f"{about}{short}:{long}"
