"""The dial of the test picture: the only part that moves."""

import math

from PIL import Image, ImageDraw

from mock_server.media.lettering import write
from mock_server.media.palette import FACE, GROUND, MUTED, PAPER, SIGNAL

# Pillow draws without smoothing, so shapes are drawn this many times as large and then reduced.
_SMOOTHING = 3
_MOST_TICKS = 60

# Lengths are in hundredths of the picture's shorter side.
_RADIUS = 30.0
_RING = 0.9
_TICK_OUTER, _TICK_INNER, _TICK_WIDTH = 26.5, 23.0, 0.9
_HAND_OUTER, _HAND_INNER, _HAND_WIDTH = 20.5, 12.5, 1.8
_HUB = 10.5
_NUMBER_SIZE = 11.0

# A grey picture, and where in the dial its upper left corner lies.
_Mask = tuple[Image.Image, tuple[int, int]]


class Dial:
    """A dial for a picture whose shorter side has *shorter* pixels, drawn frame by frame."""

    def __init__(self, shorter: int, fps: int) -> None:
        """Draw what all frames have in common."""
        self.side = max(2, round(2 * _RADIUS * shorter / 200) * 2)
        self._unit = shorter / 100
        self._fps = fps
        ticks = min(fps, _MOST_TICKS)
        self._ticks = [
            self._ray(tick / ticks, _TICK_INNER, _TICK_OUTER, _TICK_WIDTH) for tick in range(ticks)
        ]
        self.outline = self._mask_of_disc(_RADIUS)
        self._hub = self._mask_of_disc(_HUB)
        self._still = self._draw_still()

    def at(self, number: int, *, is_beeping: bool) -> Image.Image:
        """Draw the dial of frame *number*, with 0 at the top; valid inside `outline` only."""
        picture = self._still.copy()
        lit = number * len(self._ticks) // self._fps + 1
        hand = self._ray(number / self._fps, _HAND_INNER, _HAND_OUTER, _HAND_WIDTH)
        for mask, corner in (*self._ticks[:lit], hand):
            _dye(picture, SIGNAL, mask, corner)
        if is_beeping:
            picture.paste(SIGNAL, mask=self._hub)
        self._count(picture, number, GROUND if is_beeping else PAPER)
        return picture

    def _draw_still(self) -> Image.Image:
        picture = Image.new("RGB", (self.side, self.side), PAPER)
        picture.paste(FACE, mask=self._mask_of_disc(_RADIUS - _RING))
        for mask, corner in self._ticks:
            _dye(picture, MUTED, mask.point(lambda grey: grey // 2), corner)
        return picture

    def _count(self, picture: Image.Image, number: int, fill: tuple[int, int, int]) -> None:
        """Write the number digit by digit: a proportional 1 must not make the others jump."""
        draw = ImageDraw.Draw(picture)
        digits = str(number).zfill(len(str(self._fps - 1)))
        step = 0.6 * _NUMBER_SIZE * self._unit
        base = self.side / 2 + 0.35 * _NUMBER_SIZE * self._unit  # half the height of a digit
        for position, digit in enumerate(digits):
            x = self.side / 2 + (position - (len(digits) - 1) / 2) * step
            write(draw, (x, base), digit, size=_NUMBER_SIZE * self._unit, anchor="ms", fill=fill)

    def _mask_of_disc(self, radius: float) -> Image.Image:
        mask = Image.new("L", (self.side * _SMOOTHING, self.side * _SMOOTHING))
        centre, away = mask.width / 2, radius * self._unit * _SMOOTHING
        box = (centre - away, centre - away, centre + away - 1, centre + away - 1)
        if away >= 1:
            ImageDraw.Draw(mask).ellipse(box, fill=255)
        return mask.reduce(_SMOOTHING)

    def _ray(self, turn: float, inner: float, outer: float, width: float) -> _Mask:
        """Return the mask of a bar along the direction *turn*, in whole turns clockwise from the top.

        It is no larger than the bar: a large dial is drawn in a tenth of the time that way.
        """
        scale = self._unit * _SMOOTHING
        centre = self.side * _SMOOTHING / 2 - 0.5
        along = (math.sin(math.tau * turn), -math.cos(math.tau * turn))
        across = (-along[1] * width / 2, along[0] * width / 2)
        corners = [
            (
                centre + scale * (along[0] * far + across[0] * way),
                centre + scale * (along[1] * far + across[1] * way),
            )
            for far, way in ((inner, -1), (outer, -1), (outer, 1), (inner, 1))
        ]
        left, top = (int(min(side)) // _SMOOTHING for side in zip(*corners, strict=True))
        right, bottom = (int(max(side)) // _SMOOTHING + 1 for side in zip(*corners, strict=True))
        mask = Image.new("L", ((right - left) * _SMOOTHING, (bottom - top) * _SMOOTHING))
        moved = [(x - left * _SMOOTHING, y - top * _SMOOTHING) for x, y in corners]
        ImageDraw.Draw(mask).polygon(moved, fill=255)
        return mask.reduce(_SMOOTHING), (left, top)


def _dye(
    picture: Image.Image, colour: tuple[int, int, int], mask: Image.Image, corner: tuple[int, int]
) -> None:
    """Lay *colour* over *picture* where *mask*, whose upper left corner is at *corner*, says so."""
    left, top = corner
    picture.paste(colour, (left, top, left + mask.width, top + mask.height), mask)
