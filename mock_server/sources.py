"""Which of the media that a request names its mode uses, and as what."""

from collections.abc import Iterator
from enum import StrEnum

from contracts.media import MediaKind, MediaLimits
from contracts.model import Mode, Takes
from mock_server.request import Media, Medium


class Kind(StrEnum):
    """What a medium is used as, by its name in the contract document."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"

    def limits(self, media: MediaLimits) -> MediaKind:
        """Return what *media* accepts of this kind, for a model whose requests may bring one."""
        limits: MediaKind | None = getattr(media, self.value)
        assert limits is not None  # a document without them is refused when it is loaded
        return limits


def sent(media: Media) -> Iterator[tuple[Medium, Kind]]:
    """Yield every medium of a request, in the order of the contract's fields."""
    yield from ((medium, Kind.IMAGE) for medium in media.pictures)
    yield from ((medium, Kind.VIDEO) for medium in media.reference_videos)
    if media.audio is not None:
        yield media.audio, Kind.AUDIO


def used(media: Media, mode: Mode) -> Iterator[tuple[Medium, Kind]]:
    """Yield each medium that *mode* uses; it ignores the others (rules MODE-EXPLICIT, MEDIA-AUDIO-R2V)."""
    first = media.images[:1] if mode.takes is Takes.IMAGE else ()
    refers = mode.takes is Takes.REFERENCES
    for medium, kind in sent(media):
        if (not refers) if kind is Kind.AUDIO else (refers or medium in first):
            yield medium, kind
