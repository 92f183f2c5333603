"""A request that keeps every rule of the contract, as the rest of the emulator sees it."""

from typing import NamedTuple

from mock_server.exact import Number


class Media(NamedTuple):
    """The media that a request names: by URL, ``data:`` URI or ``bunny://`` path, aliases resolved.

    *images* holds those of both fields; *images_field* is the one that the first of them stood in.
    """

    images: tuple[str, ...] = ()
    images_field: str = "image"
    reference_images: tuple[str, ...] = ()
    reference_videos: tuple[str, ...] = ()
    audio: str | None = None

    @property
    def pictures(self) -> tuple[str, ...]:
        """Every picture that can serve as a reference, in the order sent."""
        return self.images + self.reference_images

    @property
    def references(self) -> tuple[str, ...]:
        """Everything that can serve as a reference."""
        return self.pictures + self.reference_videos


class Request(NamedTuple):
    """A valid submission; *mode* is never ``auto``, *duration* is the decimal number of seconds as sent."""

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
