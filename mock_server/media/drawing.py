"""Draw the test picture: a dial whose hand goes round once a second.

Each part is there to be checked by eye. The battlements and the four corner colours touch the
edges, so a crop, a flip or a turn is seen; the grid is square and the dial round, so is a stretch;
the cross meets in the centre; the lit ticks and the number count frames; the hand points up at
each full second, and the centre lights up while the beep sounds.
"""

from collections.abc import Iterator
from fractions import Fraction

from PIL import Image, ImageDraw

from mock_server.media.beeps import BEEP_ENDS, BEEP_STARTS
from mock_server.media.dial import Dial
from mock_server.media.lettering import ratio_label, write
from mock_server.media.palette import CORNERS, GRID, GROUND, MUTED, PAPER

# Lengths are in hundredths of the shorter side, so that every size shows the same picture.
_BATTLEMENT = 2.2
_BATTLEMENT_LONG = 6
_CORNER = 6
_GRID_CELL = 10
_HAIRLINE = 0.16
_MARGIN = 9.5
_LARGE, _SMALL = 6.4, 4.4
_CAPITAL = 0.7  # the height of a capital letter, as a part of the type size


class Second:
    """One second of the test picture, of which only the dial moves.

    `still` is what all frames have in common, `box` the even left, upper, right and lower edge of
    the part in which they differ: a video of them is made faster out of these parts.
    """

    def __init__(self, width: int, height: int, fps: int) -> None:
        """Draw what all frames have in common, *width* by *height* pixels, in RGB."""
        self.still = _draw_still(width, height, fps)
        self._fps = fps
        self._dial = Dial(min(width, height), fps)
        side = self._dial.side
        left, top = (width - side) // 2, (height - side) // 2
        self.box = (left // 2 * 2, top // 2 * 2, _even(left + side), _even(top + side))
        self._corner = (left - self.box[0], top - self.box[1])

    def parts(self) -> Iterator[Image.Image]:
        """Draw each frame, but what lies in `box` alone."""
        ground = self.still.crop(self.box)
        for number in range(self._fps):
            part = ground.copy()
            dial = self._dial.at(number, is_beeping=_beeps(number, self._fps))
            part.paste(dial, self._corner, self._dial.outline)
            yield part


def draw_second(width: int, height: int, fps: int) -> Iterator[Image.Image]:
    """Draw the *fps* frames of one second, *width* by *height* pixels, in RGB."""
    second = Second(width, height, fps)
    for part in second.parts():
        picture = second.still.copy()
        picture.paste(part, second.box)
        yield picture


def _even(edge: int) -> int:
    return edge + edge % 2


def _beeps(number: int, fps: int) -> bool:
    """Whether any of the beep falls into the time that the frame is on view."""
    return Fraction(number + 1, fps) > BEEP_STARTS and Fraction(number, fps) < BEEP_ENDS


def _draw_still(width: int, height: int, fps: int) -> Image.Image:
    picture = Image.new("RGB", (width, height), GROUND)
    draw = ImageDraw.Draw(picture)
    unit = min(width, height) / 100
    _draw_grid(draw, width, height, unit)
    _draw_battlements(draw, width, height, unit)
    _draw_corners(draw, width, height, unit)
    _write_labels(draw, width, height, fps)
    return picture


def _write_labels(draw: ImageDraw.ImageDraw, width: int, height: int, fps: int) -> None:
    """Write on two base lines: the large words at the left, the small ones at the right."""
    unit = min(width, height) / 100
    left, right = _MARGIN * unit, width - _MARGIN * unit
    upper, lower = (_MARGIN + _CAPITAL * _LARGE) * unit, height - _MARGIN * unit
    for text, y in (("wan-mock", upper), (f"{width} x {height}", lower)):
        write(draw, (left, y), text, size=_LARGE * unit, anchor="ls", fill=PAPER)
    for text, y in ((f"{fps} fps", upper), (ratio_label(width, height), lower)):
        write(draw, (right, y), text, size=_SMALL * unit, anchor="rs", fill=MUTED)


def _draw_grid(draw: ImageDraw.ImageDraw, width: int, height: int, unit: float) -> None:
    """Rule squares outwards from the centre, whose own cross is stronger."""
    thick = max(1, round(_HAIRLINE * unit))
    cell = _GRID_CELL * unit
    for step in range(1, round(max(width, height) / 2 / cell) + 1):
        left, upper = round(width / 2 - step * cell), round(height / 2 - step * cell)
        for x in (left, width - left - thick):
            draw.rectangle((x, 0, x + thick - 1, height), fill=GRID)
        for y in (upper, height - upper - thick):
            draw.rectangle((0, y, width, y + thick - 1), fill=GRID)
    # An even number of pixels, so that the cross lies in the very middle of an even side.
    half = max(1, thick)
    draw.rectangle((width // 2 - half, 0, width // 2 + half - 1, height), fill=MUTED)
    draw.rectangle((0, height // 2 - half, width, height // 2 + half - 1), fill=MUTED)


def _draw_battlements(draw: ImageDraw.ImageDraw, width: int, height: int, unit: float) -> None:
    depth = max(1, round(_BATTLEMENT * unit))
    for start, end in _merlons(width, unit):
        draw.rectangle((start, 0, end, depth - 1), fill=PAPER)
        draw.rectangle((start, height - depth, end, height - 1), fill=PAPER)
    for start, end in _merlons(height, unit):
        draw.rectangle((0, start, depth - 1, end), fill=PAPER)
        draw.rectangle((width - depth, start, width - 1, end), fill=PAPER)


def _merlons(length: int, unit: float) -> Iterator[tuple[int, int]]:
    """Every second one of an odd number of equal pieces, mirrored, and none in the corners."""
    pieces = 4 * max(1, round(length / (4 * _BATTLEMENT_LONG * unit))) + 1
    for piece in range(2, pieces - 2, 2):
        start = round(length * piece / pieces)
        end = length - round(length * (pieces - 1 - piece) / pieces) - 1
        yield start, max(start, end)


def _draw_corners(draw: ImageDraw.ImageDraw, width: int, height: int, unit: float) -> None:
    side = max(1, round(_CORNER * unit))
    places = ((0, 0), (width - side, 0), (width - side, height - side), (0, height - side))
    for (x, y), colour in zip(places, CORNERS, strict=True):
        draw.rectangle((x, y, x + side - 1, y + side - 1), fill=colour)
