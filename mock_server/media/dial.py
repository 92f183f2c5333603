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


class Dial:
    """A dial for a picture whose shorter side has *shorter* pixels, drawn frame by frame."""

    def __init__(self, shorter: int, fps: int) -> None:
        """Draw what all frames have in common."""
        self.side = max(2, round(2 * _RADIUS * shorter / 200) * 2)
        self._unit = shorter / 100
        self._fps = fps
        self._ticks = min(fps, _MOST_TICKS)
        self.outline = self._mask_of_disc(_RADIUS)
        self._still = self._draw_still()

    def at(self, number: int, *, is_beeping: bool) -> Image.Image:
        """Draw the dial of frame *number*, with 0 at the top; valid inside `outline` only."""
        picture = self._still.copy()
        turn = number / self._fps
        lit = number * self._ticks // self._fps + 1
        moving = self._blank()
        draw = ImageDraw.Draw(moving)
        for tick in range(lit):
            self._ray(draw, tick / self._ticks, _TICK_INNER, _TICK_OUTER, _TICK_WIDTH)
        self._ray(draw, turn, _HAND_INNER, _HAND_OUTER, _HAND_WIDTH)
        picture.paste(SIGNAL, mask=moving.reduce(_SMOOTHING))
        if is_beeping:
            picture.paste(SIGNAL, mask=self._mask_of_disc(_HUB))
        self._count(picture, number, GROUND if is_beeping else PAPER)
        return picture

    def _draw_still(self) -> Image.Image:
        picture = Image.new("RGB", (self.side, self.side), PAPER)
        picture.paste(FACE, mask=self._mask_of_disc(_RADIUS - _RING))
        ticks = self._blank()
        draw = ImageDraw.Draw(ticks)
        for tick in range(self._ticks):
            self._ray(draw, tick / self._ticks, _TICK_INNER, _TICK_OUTER, _TICK_WIDTH)
        picture.paste(MUTED, mask=ticks.reduce(_SMOOTHING).point(lambda grey: grey // 2))
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

    def _blank(self) -> Image.Image:
        return Image.new("L", (self.side * _SMOOTHING, self.side * _SMOOTHING))

    def _mask_of_disc(self, radius: float) -> Image.Image:
        mask = self._blank()
        centre, away = mask.width / 2, radius * self._unit * _SMOOTHING
        box = (centre - away, centre - away, centre + away - 1, centre + away - 1)
        if away >= 1:
            ImageDraw.Draw(mask).ellipse(box, fill=255)
        return mask.reduce(_SMOOTHING)

    def _ray(
        self, draw: ImageDraw.ImageDraw, turn: float, inner: float, outer: float, width: float
    ) -> None:
        """Draw a bar along the direction *turn*, clockwise from the top in whole turns."""
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
        draw.polygon(corners, fill=255)
