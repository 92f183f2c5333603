"""Scripts about several fields: modes by the media sent, what flash applies to, and spellings of the same thing."""

import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from contracts.document import Contract
from contracts.model import Model, Rate, Takes
from contracts.script import Download, Follow, OnJob, Script, Submit
from contracts.sweep.fields import base
from contracts.sweep.values import URL

OTHER_URL, CLIP = "https://example.com/other.png", "https://example.com/clip.mp4"
VOICE = "https://example.com/voice.mp3"
# A letter takes 2, 3 or 4 bytes of UTF-8, and the last two units of UTF-16.
LETTERS = ("é", "灯", "🌊")
FRACTIONS = tuple(
    Decimal(number) / 10**digits for digits in (1, 2, 3, 4, 5) for number in range(1, 10)
)
HALF = Decimal("0.5")

Fields = dict[str, Any]


def scripts(contract: Contract) -> Iterator[Script]:
    """Yield scripts that must find the mode, refuse what contradicts itself, and bill by the mode found."""
    for model in contract.models.values():
        yield _defaults(model)
        for name, rules, fields in (
            *_found(),
            *_explicit(model),
            *_contradictions(model),
            *_ignored(),
            *_tiers(model),
        ):
            steps = (Submit(fields={**base(model), **fields}), Follow())
            yield Script(name=name, rules=rules, steps=steps)
        yield from _counts(model)
        yield from _lengths(model)
        yield from _halves(model)


def _defaults(model: Model) -> Script:
    """Return a submission of nothing but what is required: its size, length, sound and price are the defaults."""
    fields = {
        name: value for name, value in base(model).items() if name in model.schema["required"]
    }
    rules = ("REQ-RESOLUTION", "REQ-ASPECT", "REQ-AUDIO", "REQ-FLASH", "OUT-SIZE", "MODE-AUTO")
    steps = (Submit(fields=fields), Follow(), Download())
    return Script(name="nothing but what is required", rules=rules, steps=steps)


def _ignored() -> Iterator[tuple[str, tuple[str, ...], Fields]]:
    """Yield fields that a mode ignores, and that are of bad form: that is still refused."""
    rules = ("MODE-EXPLICIT", "REQ-MEDIA-FIELDS", "REQ-IMAGE")
    for name, value in (("image", "x"), ("images", ["x"]), ("reference_images", ["x"])):
        yield f"t2v with {name} of bad form", rules, {"mode": "t2v", name: value}
    ratio = {"image": URL, "aspect_ratio": "16x9"}
    yield "a picture to animate, and a ratio of bad form", ("I2V-RATIO", "REQ-ASPECT"), ratio


def _tiers(model: Model) -> Iterator[tuple[str, tuple[str, ...], Fields]]:
    """Yield a job of each tier of the price table."""
    for rate in model.rates:
        yield f"the tier {rate.charge}", (rate.rule, "PRICE-SECONDS"), _priced(rate)


def _priced(rate: Rate) -> Fields:
    """Return the fields of a job at *rate*."""
    fields: Fields = {"resolution": rate.resolution, "audio": rate.audio is not False}
    return fields | {"flash_mode": True, "image": URL} if rate.flash else fields


def _found() -> Iterator[tuple[str, tuple[str, ...], Fields]]:
    """Yield media whose mode is found by a price that no other mode has: flash, and more seconds than the cap."""
    marked: Fields = {"flash_mode": True, "audio": False, "duration": 12}
    media: dict[str, Fields] = {
        "nothing": {},
        "an image": {"image": URL},
        "an image by its other name": {"image_url": URL},
        "one of images": {"images": [URL]},
        "two images": {"images": [URL, OTHER_URL]},
        "image and another in images": {"image": URL, "images": [OTHER_URL]},
        "image and the same in images": {"image": URL, "images": [URL]},
        "reference images": {"reference_images": [URL]},
        "reference videos": {"reference_videos": [CLIP]},
        "a video": {"video": CLIP},
        "an image and a video": {"image": URL, "video": CLIP},
        "empty arrays": {"images": [], "reference_images": [], "reference_videos": []},
        "a sound": {"audio_url": VOICE},
    }
    for name, fields in media.items():
        yield f"auto with {name}", ("MODE-AUTO", "FLASH-SCOPE", "R2V-CAP"), {**marked, **fields}


def _explicit(model: Model) -> Iterator[tuple[str, tuple[str, ...], Fields]]:
    for mode in model.modes.values():
        for name, fields in _media().items():
            rules = ("MODE-EXPLICIT", "MODE-I2V-IMAGE", "MODE-R2V-REFERENCE")
            yield f"{mode.name} with {name}", rules, {"mode": mode.name, "duration": 12, **fields}


def _media() -> dict[str, Fields]:
    return {
        "nothing": {},
        "an image": {"image": URL},
        "images": {"images": [URL, OTHER_URL]},
        "a reference image": {"reference_images": [URL]},
        "a reference video": {"reference_videos": [CLIP]},
        "a sound": {"audio_url": VOICE},
        "flash": {"image": URL, "flash_mode": True},
        "flash without sound": {"image": URL, "flash_mode": True, "audio": False},
        "image and reference images": {"image": URL, "reference_images": [OTHER_URL]},
    }


def _contradictions(model: Model) -> Iterator[tuple[str, tuple[str, ...], Fields]]:
    yield (
        "image and reference images",
        ("MODE-EXCLUSIVE",),
        {"image": URL, "reference_images": [URL]},
    )
    for alias, name in model.aliases.items():
        is_array = model.properties[name]["type"] == "array"
        kind = model.properties[alias]["type"]
        first: Any = True if kind == "boolean" else URL
        second: Any = False if kind == "boolean" else OTHER_URL
        same, other = ([first], [second]) if is_array else (first, second)
        yield f"{alias} alone", ("REQ-ALIAS",), {alias: first}
        yield f"{alias} as {name} says", ("REQ-ALIAS",), {alias: first, name: same}
        yield f"{alias} against {name}", ("REQ-ALIAS",), {alias: first, name: other}
        yield f"{name} against {alias}", ("REQ-ALIAS",), {name: other, alias: first}
    yield "two rules at once", ("REQ-DURATION",), {"duration": 99, "resolution": "1080P"}
    yield "a field that nobody knows", ("REQ-EXTRA",), {"colour": "blue"}


def _counts(model: Model) -> Iterator[Script]:
    """Yield as many references as a mode takes, and one more, of each kind and in all."""
    for mode in model.modes.values():
        most = mode.references
        if mode.takes is not Takes.REFERENCES or most is None:
            continue
        for images, clips in {
            (most.images, 0),
            (most.images + 1, 0),
            (0, most.videos),
            (0, most.videos + 1),
            (most.total - most.videos, most.videos),
            (most.total - most.videos + 1, most.videos),
        }:
            fields = {
                **base(model),
                "mode": mode.name,
                "reference_images": [f"{URL}?{number}" for number in range(images)],
                "reference_videos": [f"{CLIP}?{number}" for number in range(clips)],
            }
            steps = (Submit(fields=fields), OnJob(operation="cancel"))
            name = f"{images} reference images and {clips} reference videos"
            yield Script(name=name, rules=("MODE-REFERENCES",), steps=steps)
        for count in (most.images - 1, most.images):
            others = [f"{URL}?{number}" for number in range(count)]
            fields = {**base(model), "mode": mode.name, "image": URL, "images": others}
            steps = (Submit(fields=fields), OnJob(operation="cancel"))
            name = f"image and {count} others in images"
            yield Script(name=name, rules=("MODE-REFERENCES", "MODE-EXCLUSIVE"), steps=steps)


def _lengths(model: Model) -> Iterator[Script]:
    for name, schema in model.properties.items():
        most = schema.get("x-truncated-at")
        if most is None:
            continue
        for letter, length in itertools.product(LETTERS, (most, most + 1, most * 10)):
            fields = {**base(model), name: letter * length}
            steps = (Submit(fields=fields), OnJob(operation="cancel"))
            name_ = f"{name} of {length} {letter}"
            yield Script(name=name_, rules=("REQ-PROMPT-LENGTH",), steps=steps)


def _halves(model: Model) -> Iterator[Script]:
    """Yield, for each tier, a length whose price ends in half a micro-dollar, behind an even one: it is rounded up."""
    least = Decimal(model.properties["duration"]["minimum"])
    for rate in model.rates:
        seconds = next(
            (
                least + step
                for step in FRACTIONS
                if (rate.micros_per_second * (least + step)) % 2 == HALF
            ),
            None,
        )
        if seconds is not None:
            fields = {**base(model), **_priced(rate), "duration": float(seconds)}
            steps = (Submit(fields=fields), Follow())
            name = f"{rate.charge} for {seconds} s"
            yield Script(name=name, rules=(rate.rule, "PRICE-SECONDS"), steps=steps)
