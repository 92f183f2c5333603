"""A request that keeps every rule of the contract, as the rest of the emulator sees it."""

from typing import NamedTuple

from mock_server.exact import Number


class Medium(NamedTuple):
    """A picture, clip or sound: a URL, ``data:`` URI or ``bunny://`` path, and where in the body it stands."""

    source: str
    pointer: str


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
