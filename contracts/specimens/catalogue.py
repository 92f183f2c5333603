"""All specimens for the media of a model. Making them takes a moment, and is done once."""

from contracts.media import MediaLimits
from contracts.specimens.clips import clips
from contracts.specimens.pictures import pictures
from contracts.specimens.sounds import sounds
from contracts.specimens.specimen import Specimen


def specimens(media: MediaLimits) -> tuple[Specimen, ...]:
    """Return the specimens of every kind that *media* speaks of."""
    found: tuple[Specimen, ...] = ()
    if media.image is not None:
        bounds = {bound for sides in media.image.sides.values() for bound in sides}
        found += pictures(tuple(sorted(bounds)))
    if media.audio is not None and media.audio.seconds is not None:
        found += sounds(*media.audio.seconds)
    if media.video is not None and media.video.seconds is not None:
        found += clips(*media.video.seconds)
    return found
