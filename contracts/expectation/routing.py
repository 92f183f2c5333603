"""Which way a request goes: its mode by the media sent, and the rules that look at several fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.expectation.form import Broken, Form, pointer
from contracts.model import Mode, Model, Takes

AUTO = "auto"
TOO_MANY = "MODE-REFERENCES"
PICTURES = ("image", "images")
REFERENCES = (*PICTURES, "reference_images", "reference_videos")

Policies = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """The media of a request: *pictures* of ``image`` and ``images`` together, and its references."""

    pictures: tuple[str, ...]
    reference_images: tuple[str, ...]
    reference_videos: tuple[str, ...]

    @property
    def images(self) -> int:
        """How many pictures there are of any kind."""
        return len(self.pictures) + len(self.reference_images)

    @property
    def total(self) -> int:
        """How many references there are of any kind."""
        return self.images + len(self.reference_videos)


def media_of(form: Form) -> Media:
    """Return the media of good form; ``image`` with ``images`` is their union (rule MODE-EXCLUSIVE)."""
    values = form.values
    pictures = [*values.get("images", [])]
    if "image" in values and values["image"] not in pictures:
        pictures.append(values["image"])
    return Media(
        pictures=tuple(pictures),
        reference_images=tuple(values.get("reference_images", [])),
        reference_videos=tuple(values.get("reference_videos", [])),
    )


def mode_of(form: Form, model: Model) -> Mode | None:
    """Return the mode that is asked for, or found by the media (rule MODE-AUTO); None where bad form leaves it open."""
    if not form.is_sound("mode"):
        return None
    asked = form.values.get("mode", AUTO)
    if asked != AUTO:
        return model.modes[asked]
    if not form.is_sound(*REFERENCES):
        return None
    media = media_of(form)
    if media.reference_images or media.reference_videos or len(media.pictures) > 1:
        return model.auto[Takes.REFERENCES]
    return model.auto[Takes.IMAGE if media.pictures else Takes.NOTHING]


def broken_across(form: Form, model: Model, policies: Policies) -> Iterator[Broken]:
    """Yield the rules across fields that are broken; each is silent where a field that it looks at is of bad form."""
    mode, media, values = mode_of(form, model), media_of(form), form.values
    if _is_exclusive(form, model):
        yield Broken("MODE-EXCLUSIVE", pointer("reference_images"))
    if mode is None:
        return
    if mode.takes is Takes.IMAGE and not media.pictures and form.is_sound(*PICTURES):
        yield Broken(_rule(mode), pointer("image"))
    if mode.takes is Takes.REFERENCES and not media.total and form.is_sound(*REFERENCES):
        yield Broken(_rule(mode), pointer("image"))
    yield from _too_many(form, media, mode)
    if policies["flash_on_t2v"] == "reject" and values.get("flash_mode") and not mode.flash:
        yield Broken("FLASH-SCOPE", pointer("flash_mode"))
    if policies["r2v_over_cap"] == "reject" and _is_over_cap(values, mode):
        yield Broken("R2V-CAP", pointer("duration"))


def _is_exclusive(form: Form, model: Model) -> bool:
    values = form.values
    if "image" not in values or not values.get("reference_images") or not form.is_sound("mode"):
        return False
    asked = values.get("mode", AUTO)
    return bool(asked == AUTO or model.modes[asked].takes is Takes.REFERENCES)


def _too_many(form: Form, media: Media, mode: Mode) -> Iterator[Broken]:
    most = mode.references
    if most is None:
        return
    pictures = pointer("reference_images" if media.reference_images else "images")
    many_images = media.images > most.images and form.is_sound(*PICTURES, "reference_images")
    many_videos = len(media.reference_videos) > most.videos and form.is_sound("reference_videos")
    if many_images:
        yield Broken(TOO_MANY, pictures)
    if many_videos:
        yield Broken(TOO_MANY, pointer("reference_videos"))
    is_within = media.images <= most.images and len(media.reference_videos) <= most.videos
    if is_within and media.total > most.total and form.is_sound(*REFERENCES):
        yield Broken(TOO_MANY, pictures)


def _is_over_cap(values: Mapping[str, Any], mode: Mode) -> bool:
    return mode.max_seconds is not None and values.get("duration", 0) > mode.max_seconds


def _rule(mode: Mode) -> str:
    assert mode.rule is not None, f"mode {mode.name} takes media and names no rule"
    return mode.rule
