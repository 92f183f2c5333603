"""What a mode needs of the media that a request brings along."""

from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import NamedTuple

from contracts.api import Limits
from contracts.media import MediaKind
from contracts.model import Mode, Takes
from mock_server.intake.measuring import Task
from mock_server.request import Medium
from mock_server.sources import Kind, used
from mock_server.validation import Examined


class Need(NamedTuple):
    """What a mode needs of one medium; *seconds* of sound, where the video shall have it."""

    medium: Medium
    kind: Kind
    limits: MediaKind
    sides: tuple[int, int] | None
    picture: bool
    seconds: int

    @property
    def product(self) -> str | None:
        """What tells the products of one file apart, None where the video needs none of it."""
        if self.picture:
            return "{}-{}.jpg".format(*self.sides) if self.sides is not None else "whole.jpg"
        return f"{self.seconds}.m4a" if self.seconds else None

    def task(self, file: Path, product: Path | None, limits: Limits) -> Task:
        """Return what the inspector is to do with *file*, within *limits*."""
        return Task(
            kind=self.kind.value,
            path=file,
            formats=self.limits.formats,
            max_pixels=limits.decode_pixels,
            max_seconds=self.limits.seconds[1] if self.limits.seconds is not None else None,
            sides=self.sides,
            product=product,
            product_seconds=self.seconds,
        )


def needs_of(examined: Examined, mode: Mode) -> Iterator[Need]:
    """Yield what *mode* needs of each medium that it uses; a request that is refused needs no products."""
    candidate = examined.candidate
    is_made, fields = not examined.violations, candidate.fields
    seconds = ceil(fields["duration"]) if is_made and fields.get("audio", True) else 0
    for medium, kind in used(candidate.media, mode):
        limits = kind.limits(candidate.model.media)
        yield Need(
            medium=medium,
            kind=kind,
            limits=limits,
            sides=limits.sides.get(mode.name),
            picture=is_made and kind is Kind.IMAGE and mode.takes is Takes.IMAGE,
            seconds=seconds if kind is not Kind.IMAGE else 0,
        )
