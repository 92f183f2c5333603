"""What decides the bytes of a finished job's video."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

# The names that an MP4 has a place of its own for; any other would be dropped without a word.
TAG_NAMES = frozenset({"title", "comment", "artist", "album", "genre", "copyright", "description"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A video, told completely: equal clips have equal bytes.

    *width* and *height* are in pixels and even, because H.264 in yuv420p knows no odd sizes.
    *frames* is the exact number of pictures, shown at *fps* pictures per second.
    *picture* is a JPEG that the first second shows, scaled to cover the frame; *sound* an M4A made
    by `encode_track` for the longest clip, heard in place of the test picture's sound. Both lie
    where a path always has the same contents, else equal clips would not have equal bytes.
    *tags* are (name, text) pairs, each name once and one of `TAG_NAMES`; the text may be anything.

    Raises ValueError for a clip that cannot exist.
    """

    width: int
    height: int
    fps: int
    frames: int
    has_sound: bool
    picture: Path | None = None
    sound: Path | None = None
    tags: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no encoder could make."""
        for name in ("width", "height"):
            side = getattr(self, name)
            if side < 2 or side % 2:
                raise ValueError(f"{name}={side} is not a positive even number of pixels.")
        for name in ("fps", "frames"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}={getattr(self, name)} is less than 1.")
        if self.sound is not None and not self.has_sound:
            raise ValueError(f"sound={str(self.sound)!r} is not heard with has_sound=False.")
        names = [name for name, _ in self.tags]
        if len(set(names)) < len(names):
            raise ValueError(f"tags={names} name one tag twice.")
        if unknown := sorted(set(names) - TAG_NAMES):
            raise ValueError(f"tags={unknown} have no place in an MP4; use {sorted(TAG_NAMES)}.")

    @property
    def seconds(self) -> Fraction:
        """How long the clip lasts, exactly."""
        return Fraction(self.frames, self.fps)
