"""Whether the parts of a well-formed document fit together, so that a bad one fails when it is loaded."""

from collections.abc import Iterator, Mapping, Set
from itertools import product
from typing import Any, NamedTuple

import jsonschema_rs

from contracts.model import Drawn, Latency, Model, Takes
from contracts.rule import Policy, Rule

AUTO = "auto"

Place = tuple[str | int, ...]

SCHEMA: Place = ("model", "request", "schema")
FIELDS: Place = (*SCHEMA, "properties")

# What every request must come to, sent or not.
ALWAYS_THERE = ("resolution", "duration", "aspect_ratio")


class Flaw(NamedTuple):
    """What is wrong with a document, and the way to the place."""

    path: Place
    message: str


def misfits(
    document: Mapping[str, Any],
    models: Mapping[str, Model],
    policies: Mapping[str, Policy],
    rules: Mapping[str, Rule],
) -> Iterator[Flaw]:
    """Yield what does not fit together in *document*, one of those that state *models*, *policies* and *rules*."""
    model = models[document["model"]["card"]["id"]]
    yield from _unknown_rules(document, rules.keys())
    yield from _unknown_policies(document, policies)
    yield from _bad_fields(model)
    yield from _bad_modes(model)
    yield from _bad_media(model)
    yield from _bad_sizes(model)
    yield from _bad_rates(model)
    yield from _bad_latency(model, next(iter(models.values())).latency)


def _unknown_rules(document: Mapping[str, Any], rules: Set[str]) -> Iterator[Flaw]:
    model = document["model"]
    schema = model["request"]["schema"]
    named: list[tuple[Place, str | None]] = [
        *(
            ((*FIELDS, name, "x-rule"), field.get("x-rule"))
            for name, field in schema["properties"].items()
        ),
        ((*SCHEMA, "x-extra-rule"), schema["x-extra-rule"]),
        *(
            (("model", "modes", name, "rule"), mode.get("rule"))
            for name, mode in model["modes"].items()
        ),
        *(
            (("model", "rates", index, "rule"), rate["rule"])
            for index, rate in enumerate(model["rates"])
        ),
        *(
            (("model", "media", name, "rule"), kind["rule"])
            for name, kind in model["media"].items()
        ),
    ]
    for path, rule in named:
        if rule is not None and rule not in rules:
            yield Flaw(path=path, message=f"no document states the rule {rule!r}")


def _unknown_policies(
    document: Mapping[str, Any], policies: Mapping[str, Policy]
) -> Iterator[Flaw]:
    for index, rule in enumerate(document.get("rules", [])):
        if "policy" in rule and rule["policy"] not in policies:
            path = ("rules", index, "policy")
            yield Flaw(path=path, message=f"no document states the policy {rule['policy']!r}")
    schema = document["model"]["request"]["schema"]
    places = [
        (SCHEMA, schema),
        *(((*FIELDS, name), field) for name, field in schema["properties"].items()),
    ]
    for place, part in places:
        for name, overlays in part.get("x-policies", {}).items():
            known = policies[name].values if name in policies else ()
            for value in overlays:
                if value not in known:
                    message = f"no document states the policy {name!r} with the value {value!r}"
                    yield Flaw(path=(*place, "x-policies", name), message=message)


def _bad_fields(model: Model) -> Iterator[Flaw]:
    for index, name in enumerate(model.schema["required"]):
        if name not in model.properties or "x-rule" not in model.properties[name]:
            path = (*SCHEMA, "required", index)
            yield Flaw(path=path, message=f"{name!r} is not a field with a rule")
    for name in ALWAYS_THERE:
        if name not in model.defaults and name not in model.schema["required"]:
            yield Flaw(
                path=(*FIELDS, name),
                message="a default is missing, or the field among the required",
            )
    for name, field in model.properties.items():
        yield from _bad_field((*FIELDS, name), field)
    for alias, name in model.aliases.items():
        if not _fits(model.properties[alias], model.properties.get(name, {})):
            path = (*FIELDS, alias, "x-alias")
            yield Flaw(path=path, message=f"{name!r} is not a field that takes such a value")


def _bad_field(path: Place, field: Mapping[str, Any]) -> Iterator[Flaw]:
    overlays = [
        overlay for values in field.get("x-policies", {}).values() for overlay in values.values()
    ]
    for overlay in ({}, *overlays):
        try:
            validator = jsonschema_rs.Draft202012Validator({**field, **overlay})
        except jsonschema_rs.ValidationError as error:
            yield Flaw(path=path, message=f"not a JSON Schema: {error.message}")
        else:
            if "default" in field and not validator.is_valid(field["default"]):
                message = f"{field['default']!r} is not what the field itself accepts"
                yield Flaw(path=(*path, "default"), message=message)


def _fits(alias: Mapping[str, Any], field: Mapping[str, Any]) -> bool:
    """Tell whether a value of *alias* is one of *field*, or one item of it."""
    if "x-alias" in field:
        return False
    wanted = field["items"]["type"] if field.get("type") == "array" else field.get("type")
    return bool(alias["type"] == wanted)


def _bad_modes(model: Model) -> Iterator[Flaw]:
    for mode in model.modes.values():
        if mode.takes is Takes.REFERENCES and mode.references is None:
            message = "'references' is missing, so that nothing bounds what is to be looked at"
            yield Flaw(path=("model", "modes", mode.name), message=message)
    if "mode" not in model.properties:
        return
    named = set(model.properties["mode"]["enum"]) - {AUTO}
    for name in sorted(named ^ model.modes.keys()):
        message = f"{name!r} is in the field mode or among the modes, but not in both"
        yield Flaw(path=("model", "modes"), message=message)


def _bad_media(model: Model) -> Iterator[Flaw]:
    media, modes = model.media, [*model.modes.values()]
    pictures = [mode for mode in modes if mode.takes is not Takes.NOTHING]
    clips = [mode for mode in modes if mode.takes is Takes.REFERENCES]
    needed = {
        "image": bool(pictures),
        "video": bool(clips),
        "audio": "audio_url" in model.properties,
    }
    for name, is_needed in needed.items():
        if is_needed and getattr(media, name) is None:
            message = f"{name!r} is missing, and requests may bring one"
            yield Flaw(path=("model", "media"), message=message)
    sides = media.image.sides if media.image is not None else {}
    if sides:
        path = ("model", "media", "image", "sides")
        yield from _missing(path, {mode.name for mode in pictures}, sides.keys())
    ranges: list[tuple[Place, tuple[float, float] | None]] = [
        *((("image", "sides", name), pair) for name, pair in sides.items()),
        (("video", "seconds"), media.video.seconds if media.video is not None else None),
        (("audio", "seconds"), media.audio.seconds if media.audio is not None else None),
    ]
    for place, pair in ranges:
        if pair is not None and pair[0] > pair[1]:
            yield Flaw(path=("model", "media", *place), message=f"{pair[0]} is more than {pair[1]}")


def _bad_sizes(model: Model) -> Iterator[Flaw]:
    output = model.output
    ratios = {*model.properties["aspect_ratio"]["enum"], output.trusted, *output.exact}
    path = ("model", "output", "sizes")
    for resolution in _resolutions(model):
        yield from _missing((*path, resolution), ratios, output.sizes.get(resolution, {}).keys())


def _bad_rates(model: Model) -> Iterator[Flaw]:
    flashes = any(mode.flash for mode in model.modes.values()) and "flash_mode" in model.properties
    flash_values = (False, True) if flashes else (False,)
    audio_values = (True, False) if "audio" in model.properties else (True,)
    for resolution, flash, audio in product(_resolutions(model), flash_values, audio_values):
        count = sum(
            rate.applies(resolution=resolution, flash=flash, audio=audio) for rate in model.rates
        )
        if count != 1:
            message = f"{count} rates apply to {resolution} with flash {_word(flash)} and audio {_word(audio)}; one would do"
            yield Flaw(path=("model", "rates"), message=message)


def _bad_latency(model: Model, first: Latency) -> Iterator[Flaw]:
    latency, modes, resolutions = model.latency, model.modes.keys(), _resolutions(model)
    yield from _missing(
        ("model", "latency", "profiles"), first.profiles.keys(), latency.profiles.keys()
    )
    for name, profile in latency.profiles.items():
        if isinstance(profile, Drawn):
            path = ("model", "latency", "profiles", name)
            yield from _missing((*path, "at_clip_seconds"), modes, profile.at_clip_seconds.keys())
            yield from _missing(
                (*path, "resolution_factor"), resolutions, profile.resolution_factor.keys()
            )
    for index, example in enumerate(latency.examples):
        if example.mode not in modes or example.resolution not in resolutions:
            message = f"no mode {example.mode!r} at {example.resolution!r} is described"
            yield Flaw(path=("model", "latency", "examples", index), message=message)


def _word(switch: bool) -> str:  # noqa: FBT001 - it is the very value that is put in words
    return "on" if switch else "off"


def _resolutions(model: Model) -> Set[str]:
    return dict.fromkeys(model.properties["resolution"]["enum"]).keys()


def _missing(path: Place, wanted: Set[str], there: Set[str]) -> Iterator[Flaw]:
    for name in sorted(wanted - there):
        yield Flaw(path=path, message=f"{name!r} is missing")
