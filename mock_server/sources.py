"""The media that a job would fetch, and which of them cannot be had."""

from collections.abc import Iterator

from contracts.model import Mode, Takes
from mock_server.problems import Violation, pointer
from mock_server.request import Media
from mock_server.violations import show

STORAGE = "bunny://"
UNKNOWN_PATH = "InvalidURL"


def used(media: Media, mode: Mode) -> Iterator[tuple[str, str, str]]:
    """Yield the source, the field and the rule of each medium that *mode* uses; it ignores the others."""
    if mode.takes is Takes.REFERENCES:
        for field, rule, sources in (
            (media.images_field, "MEDIA-IMAGE-FORMAT", media.images),
            ("reference_images", "MEDIA-IMAGE-FORMAT", media.reference_images),
            ("reference_videos", "MEDIA-VIDEO", media.reference_videos),
        ):
            yield from ((source, field, rule) for source in sources)
        return
    if mode.takes is Takes.IMAGE and media.images:
        yield media.images[0], media.images_field, "MEDIA-IMAGE-FORMAT"
    if media.audio is not None:
        yield media.audio, "audio_url", "MEDIA-AUDIO"


def missing(media: Media, mode: Mode) -> list[Violation]:
    """Return a violation for each medium that *mode* uses and that nobody has uploaded."""
    return [
        Violation(rule=rule, pointer=pointer([field]), message=_message(source, field))
        for source, field, rule in used(media, mode)
        if source.startswith(STORAGE)
    ]


def _message(source: str, field: str) -> str:
    return f"{field}: {show(source)} is not in the storage; the path of an upload or an http(s) URL would do."
