"""Modes: found by the wrong media, taking what they should refuse, and refusing what they should take."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from contracts.faulty.choice import AUTO, CLIPS, IMAGES, MEDIA, REFERENCES, mode_of, sent
from contracts.faulty.combining import submissions
from contracts.faulty.fault import Fault
from contracts.faulty.message import Fields
from contracts.model import Model, References, Takes

FAMILY = "modes"
BAD = "no such thing"
FOUND = ("MODE-AUTO", "MODE-R2V-REFERENCE", "FLASH-SCOPE", "R2V-CAP")

Change = Callable[[Fields], Fields | None]


def faults(model: Model) -> Iterator[Fault]:
    """Yield the faults of choosing among the modes of *model*."""
    for mode in model.modes.values():
        if mode.rule is not None:
            yield _fault(
                f"{mode.name}-without-media",
                (mode.rule,),
                f"{mode.name} without the media that it needs is accepted.",
                _with("mode", "t2v", _is_empty(mode.name)),
            )
        if mode.takes is Takes.REFERENCES and mode.references is not None:
            yield from _counts(mode.references)
    for table in (_auto(), _explicit(), _exclusive(), _scopes()):
        for id_, rules, text, change in table:
            yield _fault(id_, rules, text, change)


def _fault(id_: str, rules: tuple[str, ...], text: str, change: Change) -> Fault:
    def careful(fields: Fields) -> Fields | None:
        """Leave alone what nobody can read a mode of."""
        try:
            return change(fields)
        except (TypeError, AttributeError):
            return None

    return Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=submissions(careful))


def _as(mode: str, when: Callable[[Fields], Any]) -> Change:
    """Take auto for *mode* for fields of which *when* holds."""

    def change(fields: Fields) -> Fields | None:
        is_auto = fields.get("mode", AUTO) == AUTO
        return {**fields, "mode": mode} if is_auto and when(fields) else None

    return change


def _without(*names: str, when: Callable[[Fields], Any]) -> Change:
    """Leave away the fields *names* where *when* holds."""

    def change(fields: Fields) -> Fields | None:
        kept = {name: value for name, value in fields.items() if name not in names}
        return kept if when(fields) else None

    return change


def _with(name: str, value: Any, when: Callable[[Fields], Any]) -> Change:
    return lambda fields: {**fields, name: value} if when(fields) else None


Table = Iterator[tuple[str, tuple[str, ...], str, Change]]


def _auto() -> Table:
    yield (
        "auto-image-is-t2v",
        FOUND,
        "auto with image is t2v.",
        _as("t2v", lambda fields: "image" in fields),
    )
    yield (
        "auto-one-of-images-is-r2v",
        FOUND,
        "auto with one item in images is r2v.",
        _as("r2v", lambda fields: len(fields.get(IMAGES, [])) == 1),
    )
    yield (
        "auto-two-images-are-i2v",
        FOUND,
        "auto with two images is i2v.",
        _as("i2v", lambda fields: len(fields.get(IMAGES, [])) > 1),
    )
    yield (
        "auto-references-unseen",
        FOUND,
        "auto does not look at reference_images.",
        _without(REFERENCES, when=lambda fields: fields.get("mode", AUTO) == AUTO),
    )
    yield (
        "auto-clips-unseen",
        FOUND,
        "auto does not look at reference videos.",
        _without(CLIPS, "video", when=lambda fields: fields.get("mode", AUTO) == AUTO),
    )
    yield (
        "auto-empty-array-is-r2v",
        ("MODE-AUTO", "REQ-MEDIA-FIELDS", "REQ-IMAGE", "MODE-R2V-REFERENCE"),
        "auto with an empty array of references is r2v.",
        _as("r2v", lambda fields: fields.get(REFERENCES) == []),
    )


def _explicit() -> Table:
    yield (
        "explicit-t2v-follows-media",
        ("MODE-EXPLICIT",),
        "t2v with media is what auto makes of them.",
        _with("mode", AUTO, lambda fields: fields.get("mode") == "t2v" and sent(fields)),
    )
    yield (
        "explicit-i2v-follows-media",
        ("MODE-EXPLICIT", "MODE-I2V-IMAGE", "REQ-MEDIA-FIELDS"),
        "i2v with several media is what auto makes of them.",
        _with("mode", AUTO, lambda fields: fields.get("mode") == "i2v" and len(sent(fields)) > 1),
    )
    yield (
        "ignored-media-in-any-form",
        ("MODE-EXPLICIT", "REQ-IMAGE", "REQ-MEDIA-FIELDS"),
        "Media that t2v ignores may have any form.",
        _without(*MEDIA, when=lambda fields: fields.get("mode") == "t2v"),
    )
    yield (
        "r2v-wants-an-image",
        ("MODE-R2V-REFERENCE", "REQ-IMAGE", "REQ-MEDIA-FIELDS"),
        "r2v does without no image, whatever clips it has.",
        _without(
            CLIPS, "video", when=lambda fields: fields.get("mode") == "r2v" and not _images(fields)
        ),
    )


def _images(fields: Fields) -> set[str]:
    return sent(fields) - {CLIPS, "video"}


def _exclusive() -> Table:
    yield (
        "image-beside-references",
        ("MODE-EXCLUSIVE",),
        "image together with reference_images is accepted, without the image.",
        _without("image", when=lambda fields: fields.get(REFERENCES)),
    )
    yield (
        "image-lost-among-images",
        ("MODE-EXCLUSIVE", *FOUND),
        "image together with images is left away.",
        _without("image", when=lambda fields: fields.get(IMAGES)),
    )
    yield (
        "image-against-images",
        ("MODE-EXCLUSIVE", "REQ-IMAGE", "REQ-MEDIA-FIELDS"),
        "image together with images is refused.",
        _with("image", BAD, lambda fields: {"image", IMAGES} <= sent(fields)),
    )


def _is_flash(fields: Fields, mode: str) -> bool:
    return fields.get("flash_mode") is True and mode_of(fields) == mode


def _is_long(fields: Fields, seconds: int) -> bool:
    return bool(fields.get("duration", 0) > seconds) and mode_of(fields) == "r2v"


def _scopes() -> Table:
    for mode in ("t2v", "r2v"):
        yield (
            f"flash-refused-with-{mode}",
            ("FLASH-SCOPE", "REQ-FLASH"),
            f"flash_mode with {mode} is refused.",
            _with("flash_mode", BAD, partial(_is_flash, mode=mode)),
        )
    yield (
        "r2v-over-cap-refused",
        ("R2V-CAP", "REQ-DURATION"),
        "r2v of more than 10 s is refused.",
        _with("duration", 99, partial(_is_long, seconds=10)),
    )
    yield (
        "r2v-capped-early",
        ("R2V-CAP", "PRICE-SECONDS"),
        "r2v is capped at 9 s.",
        _with("duration", 9, partial(_is_long, seconds=9)),
    )
    yield from _ratios()


def _ratios() -> Table:
    yield (
        "ratio-refused-with-i2v",
        ("I2V-RATIO", "REQ-ASPECT"),
        "aspect_ratio with i2v is refused.",
        _with(
            "aspect_ratio",
            BAD,
            lambda fields: "aspect_ratio" in fields and mode_of(fields) == "i2v",
        ),
    )
    yield (
        "flash-ignores-ratio",
        ("OUT-SIZE",),
        "r2v with flash ignores aspect_ratio.",
        _without("aspect_ratio", when=lambda fields: _is_flash(fields, "r2v") and _is_word(fields)),
    )
    yield (
        "ratio-in-any-form-with-i2v",
        ("I2V-RATIO", "REQ-ASPECT"),
        "An aspect_ratio that i2v ignores may be anything.",
        _without("aspect_ratio", when=lambda fields: mode_of(fields) == "i2v"),
    )


def _is_word(fields: Fields) -> bool:
    return fields.get("aspect_ratio") in ("9:16", "1:1", "4:3", "3:4")


def _counts(most: References) -> Iterator[Fault]:
    """Yield one reference more that is taken, and one less that is refused."""
    for name, count in ((REFERENCES, most.images), (CLIPS, most.videos)):
        yield _fault(
            f"{name}-{count + 1}".replace("_", "-"),
            ("MODE-REFERENCES",),
            f"More {name} than {count} are accepted, and those beyond left away.",
            _cut(name, count),
        )
    yield _fault(
        f"references-total-{most.total + 1}",
        ("MODE-REFERENCES",),
        f"More than {most.total} references are accepted, if none of a kind are too many.",
        lambda fields: (
            {**fields, REFERENCES: fields[REFERENCES][: most.total - len(fields[CLIPS])]}
            if REFERENCES in fields and CLIPS in fields and len(fields[REFERENCES]) <= most.images
            else None
        ),
    )
    yield _fault(
        "image-beside-images-uncounted",
        ("MODE-REFERENCES", "MODE-EXCLUSIVE"),
        f"image does not count beside {most.images} images.",
        _without(
            "image",
            when=lambda fields: (
                mode_of(fields) == "r2v" and len(fields.get(IMAGES, [])) == most.images
            ),
        ),
    )
    for name, count in ((REFERENCES, most.images), (CLIPS, most.videos)):
        yield _fault(
            f"{name}-{count}-refused".replace("_", "-"),
            ("MODE-REFERENCES", "REQ-MEDIA-FIELDS"),
            f"{count} {name} are refused.",
            _multiplied(name, count),
        )


def _is_empty(mode: str) -> Callable[[Fields], bool]:
    return lambda fields: fields.get("mode") == mode and not sent(fields)


def _multiplied(name: str, count: int) -> Change:
    """Make one more of *count* items."""

    def change(fields: Fields) -> Fields | None:
        items = fields.get(name, [])
        return {**fields, name: [*items, f"{items[0]}#"]} if len(items) == count else None

    return change


def _cut(name: str, most: int) -> Change:
    return lambda fields: {**fields, name: fields[name][:most]} if name in fields else None
