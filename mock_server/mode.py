"""Decide how a video is made: the rules MODE, FLASH-SCOPE and R2V-CAP, which look at several fields."""

from collections.abc import Iterator, Mapping, Set
from typing import Any, NamedTuple

from contracts.model import Mode, Model, Takes
from mock_server.problems import Violation, pointer
from mock_server.request import Media, Medium

AUTO = "auto"
IMAGE_FIELDS = frozenset({"image", "images"})
PICTURE_FIELDS = IMAGE_FIELDS | {"reference_images"}
MEDIA_FIELDS = PICTURE_FIELDS | {"reference_videos"}
MODE_FIELD = frozenset({"mode"})
AUTO_FIELDS = MODE_FIELD | MEDIA_FIELDS
NOTHING_RENAMED: Mapping[str, str] = {}


def media_of(fields: Mapping[str, Any], spelled: Mapping[str, str] = NOTHING_RENAMED) -> Media:
    """Return the media among *fields*, a body with its aliases resolved (rule MODE-EXCLUSIVE: a union).

    *spelled* has the alias that the body used, by field.
    """
    image, images = _one(fields, "image", spelled), _many(fields, "images", spelled)
    if image is not None:
        same = next((medium for medium in images if medium.source == image.source), None)
        images = (image, *(medium for medium in images if medium is not same))
    return Media(
        images=images,
        reference_images=_many(fields, "reference_images", spelled),
        reference_videos=_many(fields, "reference_videos", spelled),
        audio=_one(fields, "audio_url", spelled),
    )


def _one(fields: Mapping[str, Any], name: str, spelled: Mapping[str, str]) -> Medium | None:
    source = fields.get(name)
    return None if source is None else Medium(source, spelled.get(name, name))


def _many(fields: Mapping[str, Any], name: str, spelled: Mapping[str, str]) -> tuple[Medium, ...]:
    sources = fields.get(name)
    if not sources:
        return ()
    if name in spelled:  # the alias of an array is one item of it
        return (Medium(sources[0], spelled[name]),)
    return tuple(Medium(source, name, place) for place, source in enumerate(sources))


def choose(model: Model, asked: str, media: Media) -> Mode:
    """Return the mode of *model* that *asked* names, or that ``auto`` finds for *media* (rule MODE-AUTO)."""
    if asked != AUTO:
        return model.modes[asked]
    if media.reference_images or media.reference_videos or len(media.images) > 1:
        wanted = Takes.REFERENCES
    else:
        wanted = Takes.IMAGE if media.images else Takes.NOTHING
    return model.auto[wanted]


class Candidate(NamedTuple):
    """A body whose form has been checked, before the rules across its fields are.

    *fields* holds the valid fields with aliases resolved and defaults filled in, *media* those among
    them; *invalid* names the others, so that a rule whose inputs are invalid stays silent. *mode* is
    None where invalid fields leave it open.
    """

    model: Model
    fields: Mapping[str, Any]
    media: Media
    invalid: Set[str]
    mode: Mode | None
    policies: Mapping[str, str]

    def has_valid(self, *names: str) -> bool:
        """Tell whether none of the fields *names* is known to be wrong."""
        return not self.invalid or self.invalid.isdisjoint(names)


def candidate_of(
    model: Model,
    fields: Mapping[str, Any],
    invalid: Set[str],
    policies: Mapping[str, str],
    spelled: Mapping[str, str] = NOTHING_RENAMED,
) -> Candidate:
    """Return what the rules across fields look at, for *fields* of valid form and the *invalid* others.

    *spelled* has the alias that the body used, by field.
    """
    media, asked = media_of(fields, spelled), fields.get("mode", AUTO)
    decides = AUTO_FIELDS if asked == AUTO else MODE_FIELD
    mode = choose(model, asked, media) if invalid.isdisjoint(decides) else None
    return Candidate(model, fields, media, invalid, mode, policies)


def broken(candidate: Candidate) -> list[Violation]:
    """Return the violations of the rules across fields, each silent where its own inputs are invalid."""
    found = [_exclusive(candidate)]
    if candidate.mode is not None:
        found += [rule(candidate, candidate.mode) for rule in _RULES]
        found += _too_many_references(candidate, candidate.mode)
    return [violation for violation in found if violation is not None]


def _exclusive(candidate: Candidate) -> Violation | None:
    fields = candidate.fields
    if "image" not in fields or not fields.get("reference_images") or "mode" in candidate.invalid:
        return None
    asked = fields.get("mode", AUTO)
    if asked != AUTO and candidate.model.modes[asked].takes is not Takes.REFERENCES:
        return None
    message = "reference_images: cannot be combined with image; one of the two would do, or image with images."
    return _violation("MODE-EXCLUSIVE", "reference_images", message)


def _without_media(candidate: Candidate, mode: Mode) -> Violation | None:
    media = candidate.media
    match mode.takes:
        case Takes.IMAGE if not media.images and candidate.has_valid(*IMAGE_FIELDS):
            needed = "one in image or images"
        case Takes.REFERENCES if not media.references and candidate.has_valid(*MEDIA_FIELDS):
            needed = "a reference in image, images, reference_images, reference_videos or video"
        case _:
            return None
    assert mode.rule is not None
    return _violation(mode.rule, "image", f"image is missing; mode {mode.name} needs {needed}.")


def _too_many_references(candidate: Candidate, mode: Mode) -> Iterator[Violation]:
    if mode.references is None:
        return
    media, most, videos = candidate.media, mode.references, "reference_videos"
    pictures = "reference_images" if media.reference_images else "images"
    counts: list[tuple[int, int, str, str, Set[str]]] = [
        (len(media.pictures), most.images, "reference images", pictures, PICTURE_FIELDS),
        (len(media.reference_videos), most.videos, "reference videos", videos, {videos}),
    ]
    if all(count <= limit for count, limit, *_ in counts):
        counts = [(len(media.references), most.total, "references in all", pictures, MEDIA_FIELDS)]
    for count, limit, what, field, inputs in counts:
        if count > limit and candidate.has_valid(*inputs):
            message = f"{field}: {count} {what} are more than {limit}; send fewer."
            yield _violation("MODE-REFERENCES", field, message)


def _flash_out_of_scope(candidate: Candidate, mode: Mode) -> Violation | None:
    refused = candidate.policies["flash_on_t2v"] == "reject"
    if mode.flash or not refused or not candidate.fields.get("flash_mode"):
        return None
    message = f"flash_mode: true does not apply to mode {mode.name}; false would do."
    return _violation("FLASH-SCOPE", "flash_mode", message)


def _over_cap(candidate: Candidate, mode: Mode) -> Violation | None:
    cap, seconds = mode.max_seconds, candidate.fields.get("duration", 0)
    if cap is None or seconds <= cap or candidate.policies["r2v_over_cap"] != "reject":
        return None
    message = (
        f"duration: {seconds} is more than the {cap} of mode {mode.name}; {cap} or less would do."
    )
    return _violation("R2V-CAP", "duration", message)


_RULES = (_without_media, _flash_out_of_scope, _over_cap)


def _violation(rule: str, field: str, message: str) -> Violation:
    return Violation(rule=rule, pointer=pointer([field]), message=message)
