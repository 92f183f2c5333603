"""A request that keeps every rule of the contract, as the rest of the emulator sees it."""

from typing import NamedTuple

from mock_server.exact import Number
from mock_server.problems import pointer


class Medium(NamedTuple):
    """A picture, clip or sound: a URL, ``data:`` URI or ``bunny://`` path, and the field that it was sent in.

    *place* is the index in a field that is an array.
    """

    source: str
    field: str
    place: int | None = None

    @property
    def pointer(self) -> str:
        """Where in the body it stands, as a JSON Pointer."""
        return pointer([self.field] if self.place is None else [self.field, self.place])


class Media(NamedTuple):
    """The media that a request names, aliases resolved; *images* holds those of ``image`` and ``images``."""

    images: tuple[Medium, ...] = ()
    reference_images: tuple[Medium, ...] = ()
    reference_videos: tuple[Medium, ...] = ()
    audio: Medium | None = None

    @property
    def pictures(self) -> tuple[Medium, ...]:
        """Every picture that can serve as a reference, in the order sent."""
        return self.images + self.reference_images

    @property
    def references(self) -> tuple[Medium, ...]:
        """Everything that can serve as a reference."""
        return self.pictures + self.reference_videos


NO_MEDIA = Media()


class Request(NamedTuple):
    """A valid submission; *mode* is never ``auto``, *duration* is the decimal number of seconds as sent.

    *scenarios* are the names of those that act on it, one of a kind at most.
    """

    model: str
    mode: str
    prompt: str
    resolution: str
    aspect_ratio: str
    duration: Number
    audio: bool
    flash: bool
    seed: Number | None
    media: Media
    scenarios: tuple[str, ...] = ()
