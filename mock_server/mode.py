"""Decide how a video is made: the rules MODE, FLASH-SCOPE and R2V-CAP, which look at several fields."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from contracts.model import Mode, Model, Takes
from mock_server.problems import Violation, pointer
from mock_server.request import Media

AUTO = "auto"
IMAGE_FIELDS = frozenset({"image", "images"})
PICTURE_FIELDS = IMAGE_FIELDS | {"reference_images"}
MEDIA_FIELDS = PICTURE_FIELDS | {"reference_videos"}


def media_of(fields: Mapping[str, Any]) -> Media:
    """Return the media among *fields*, a body with its aliases resolved (rule MODE-EXCLUSIVE: a union)."""
    image, images = fields.get("image"), tuple(fields.get("images", ()))
    return Media(
        images=images if image is None or image in images else (image, *images),
        reference_images=tuple(fields.get("reference_images", ())),
        reference_videos=tuple(fields.get("reference_videos", ())),
        audio=fields.get("audio_url"),
    )


def choose(model: Model, asked: str, media: Media) -> Mode:
    """Return the mode of *model* that *asked* names, or that ``auto`` finds for *media* (rule MODE-AUTO)."""
    if asked != AUTO:
        return model.modes[asked]
    by_media = {mode.takes: mode for mode in model.modes.values()}
    if media.reference_images or media.reference_videos or len(media.images) > 1:
        wanted = Takes.REFERENCES
    else:
        wanted = Takes.IMAGE if media.images else Takes.NOTHING
    return by_media.get(wanted) or next(iter(model.modes.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A body whose form has been checked, before the rules across its fields are.

    *fields* holds the valid fields with aliases resolved and defaults filled in; *invalid* names the
    others, so that a rule whose inputs are invalid stays silent.
    """

    model: Model
    fields: Mapping[str, Any]
    invalid: Set[str]
    policies: Mapping[str, str]

    @property
    def media(self) -> Media:
        """The media of the valid fields."""
        return media_of(self.fields)

    def has_valid(self, *names: str) -> bool:
        """Tell whether none of the fields *names* is known to be wrong."""
        return self.invalid.isdisjoint(names)


def broken(candidate: Candidate) -> Iterator[Violation]:
    """Yield the violations of the rules across fields, each silent where its own inputs are invalid."""
    if not candidate.has_valid("mode"):
        return
    yield from _exclusive(candidate)
    asked = candidate.fields.get("mode", AUTO)
    if asked == AUTO and not candidate.has_valid(*MEDIA_FIELDS):
        return
    mode = choose(candidate.model, asked, candidate.media)
    yield from _without_media(candidate, mode)
    yield from _too_many_references(candidate, mode)
    yield from _flash_out_of_scope(candidate, mode)
    yield from _over_cap(candidate, mode)


def _exclusive(candidate: Candidate) -> Iterator[Violation]:
    fields, asked = candidate.fields, candidate.fields.get("mode", AUTO)
    refers = asked == AUTO or candidate.model.modes[asked].takes is Takes.REFERENCES
    if refers and "image" in fields and fields.get("reference_images"):
        message = "reference_images: cannot be combined with image; one of the two would do, or image with images."
        yield _violation("MODE-EXCLUSIVE", "reference_images", message)


def _without_media(candidate: Candidate, mode: Mode) -> Iterator[Violation]:
    media = candidate.media
    match mode.takes:
        case Takes.IMAGE if not media.images and candidate.has_valid(*IMAGE_FIELDS):
            message = f"image is missing; mode {mode.name} needs one in image or images."
        case Takes.REFERENCES if not media.references and candidate.has_valid(*MEDIA_FIELDS):
            message = (
                f"image is missing; mode {mode.name} needs a reference in image, images, "
                "reference_images, reference_videos or video."
            )
        case _:
            return
    assert mode.rule is not None
    yield _violation(mode.rule, "image", message)


def _too_many_references(candidate: Candidate, mode: Mode) -> Iterator[Violation]:
    if mode.references is None:
        return
    media, most = candidate.media, mode.references
    pictures_at = "reference_images" if media.reference_images else "images"
    counts = (
        (len(media.pictures), most.images, "reference images", pictures_at, PICTURE_FIELDS),
        (
            len(media.reference_videos),
            most.videos,
            "reference videos",
            "reference_videos",
            {"reference_videos"},
        ),
        (len(media.references), most.total, "references in all", pictures_at, MEDIA_FIELDS),
    )
    for count, limit, what, field, inputs in counts:
        if count > limit and candidate.has_valid(*inputs):
            yield _violation(
                "MODE-REFERENCES",
                field,
                f"{field}: {count} {what} are more than {limit}; send fewer.",
            )
            return


def _flash_out_of_scope(candidate: Candidate, mode: Mode) -> Iterator[Violation]:
    refused = candidate.policies["flash_on_t2v"] == "reject"
    if refused and candidate.fields.get("flash_mode") and not mode.flash:
        message = f"flash_mode: true does not apply to mode {mode.name}; false would do."
        yield _violation("FLASH-SCOPE", "flash_mode", message)


def _over_cap(candidate: Candidate, mode: Mode) -> Iterator[Violation]:
    seconds = candidate.fields.get("duration", 0)
    refused = candidate.policies["r2v_over_cap"] == "reject"
    if refused and mode.max_seconds is not None and seconds > mode.max_seconds:
        message = f"duration: {seconds} is more than the {mode.max_seconds} of mode {mode.name}; {mode.max_seconds} or less would do."
        yield _violation("R2V-CAP", "duration", message)


def _violation(rule: str, field: str, message: str) -> Violation:
    return Violation(rule=rule, pointer=pointer([field]), message=message)
