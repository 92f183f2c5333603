"""The media that a job would fetch, and which of them cannot be had."""

from collections.abc import Iterator

from contracts.model import Mode, Takes
from mock_server.problems import Violation, pointer
from mock_server.request import Request
from mock_server.violations import show

STORAGE = "bunny://"
UNKNOWN_PATH = "InvalidURL"


def used(request: Request, mode: Mode) -> Iterator[tuple[str, str, str]]:
    """Yield the source, the field and the rule of each medium that *mode* uses; it ignores the others."""
    media = request.media
    if mode.takes is Takes.REFERENCES:
        yield from ((source, "images", "MEDIA-IMAGE-FORMAT") for source in media.images)
        yield from (
            (source, "reference_images", "MEDIA-IMAGE-FORMAT") for source in media.reference_images
        )
        yield from (
            (source, "reference_videos", "MEDIA-VIDEO") for source in media.reference_videos
        )
        return
    if mode.takes is Takes.IMAGE:
        yield media.images[0], "image", "MEDIA-IMAGE-FORMAT"
    if media.audio is not None:
        yield media.audio, "audio_url", "MEDIA-AUDIO"


def missing(request: Request, mode: Mode) -> Violation | None:
    """Return the first medium that *mode* uses and that nobody has uploaded, None when there is none."""
    for source, field, rule in used(request, mode):
        if source.startswith(STORAGE):
            message = f"{field}: {show(source)} is not in the storage; the path of an upload or an http(s) URL would do."
            return Violation(rule=rule, pointer=pointer([field]), message=message)
    return None
