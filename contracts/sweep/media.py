"""Scripts about media that the kit makes: in a request itself, and uploaded."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.document import Contract
from contracts.expectation.media import AUDIO, IMAGE, VIDEO
from contracts.model import Mode, Model, Takes
from contracts.script import Download, Follow, Script, Submit, Upload
from contracts.specimens.catalogue import specimens
from contracts.specimens.pictures import FORMAT, SIZE
from contracts.specimens.specimen import Specimen
from contracts.sweep.fields import base
from contracts.sweep.values import NOT_AN_UPLOAD

FIELDS = {IMAGE: "image", AUDIO: "audio_url", VIDEO: "reference_videos"}
PACE = 2.0
SOUND = "OUT-SOUND"

Fields = Mapping[str, Any]


def scripts(contract: Contract) -> Iterator[Script]:
    """Yield a job for each specimen, in the modes that take it, and with each that sounds a look at its video."""
    for model in contract.models.values():
        made = specimens(model.media)
        for specimen in made:
            yield from _alone(specimen, model)
        yield from _mistaken(made, model)
        yield from _told_by_place(made, model)
        yield from _together(made, model)
        yield _uploaded(made, model)


def _alone(specimen: Specimen, model: Model) -> Iterator[Script]:
    fields = {**base(model), **_sent(specimen, specimen.kind)}
    if specimen.kind != IMAGE:
        looks = SOUND in specimen.rules
        yield _script(specimen.name, specimen.rules, fields, looks=looks)
        return
    for mode in _modes(specimen, model):
        is_reference = mode.takes is Takes.REFERENCES
        chosen = {**base(model), "reference_images": [specimen.uri]} if is_reference else fields
        name = f"{specimen.name} in {mode.name}"
        looks = not is_reference and specimen.wrong is None and FORMAT not in specimen.rules
        yield _script(name, (*specimen.rules, "OUT-SIZE"), chosen, looks=looks)


def _modes(picture: Specimen, model: Model) -> Iterator[Mode]:
    """Yield the modes that *picture* is for: one of a size at a bound is for the mode that has the bound."""
    assert model.media.image is not None
    for name, sides in model.media.image.sides.items():
        is_near = any(abs(max(picture.size or (0,)) - bound) <= 1 for bound in sides)
        if is_near or SIZE not in picture.rules or max(picture.size or (0,)) == 1:
            yield model.modes[name]


def _mistaken(made: tuple[Specimen, ...], model: Model) -> Iterator[Script]:
    """Yield each kind of medium where another one is wanted, and one that is nowhere."""
    for kind in FIELDS:
        limits = getattr(model.media, kind)
        for other in FIELDS:
            if other != kind and limits is not None:
                fields = {**base(model), **_sent(_good(made, other), kind)}
                yield _script(f"{other} for {kind}", (limits.rule,), fields)
    fields = {**base(model), "image": NOT_AN_UPLOAD}
    yield _script("an upload that there is not", ("MEDIA-IMAGE-FORMAT",), fields)


def _told_by_place(made: tuple[Specimen, ...], model: Model) -> Iterator[Script]:
    """Yield bad media by each alias of their fields, and beside a field that is wrong whatever they are."""
    for kind, field in FIELDS.items():
        bad = next(one for one in made if one.kind == kind and one.wrong is not None)
        for alias in (alias for alias, name in model.aliases.items() if name == field):
            fields = {**base(model), alias: bad.uri}
            yield _script(f"{bad.name} as {alias}", (*bad.rules, "REQ-ALIAS"), fields)
        fields = {**base(model), **_sent(bad, kind), "prompt": None}
        yield _script(f"{bad.name} beside no prompt", ("REQ-NULL",), fields)


def _together(made: tuple[Specimen, ...], model: Model) -> Iterator[Script]:
    """Yield media beside each other, of which some are ignored."""
    picture = _good(made, IMAGE)
    sounds = [one for one in made if one.kind == AUDIO]
    voice = next(one for one in sounds if SOUND in one.rules)
    bad = next(one for one in sounds if one.wrong is not None)
    loud = next(one for one in made if one.kind == VIDEO and SOUND in one.rules)
    broken = next(one for one in made if one.kind == IMAGE and one.wrong is not None)
    animated = {**base(model), "image": picture.uri, "audio_url": voice.uri}
    reference = {**base(model), "reference_images": [picture.uri]}
    yield _script("an image and a sound", (SOUND,), animated, looks=True)
    yield _script("silenced sound", (SOUND,), {**animated, "audio": False}, looks=True)
    rules = ("MEDIA-AUDIO-R2V",)
    for sound in (voice, bad):
        fields = {**reference, "audio_url": sound.uri}
        yield _script(f"references and {sound.name}", rules, fields, looks=True)
    fields = {**base(model), "reference_videos": [loud.uri], "audio_url": voice.uri}
    yield _script("a reference video and a sound", (*rules, SOUND), fields, looks=True)
    ignored = {**base(model), "mode": "t2v", "image": broken.uri}
    yield _script("a bad image that t2v ignores", ("MODE-EXPLICIT",), ignored)


def _uploaded(made: tuple[Specimen, ...], model: Model) -> Script:
    """Return jobs made from uploads, with another account's among them."""
    picture = _good(made, IMAGE)
    voice = next(one for one in made if one.kind == AUDIO and SOUND in one.rules)
    bad = next(one for one in made if one.kind == IMAGE and one.wrong is not None)
    steps = (
        upload(picture, "picture"),
        upload(voice, "voice"),
        upload(bad, "bad"),
        Submit(fields=base(model), files={"image": "picture", "audio_url": "voice"}),
        Follow(seconds=PACE),
        Download(),
        Submit(fields=base(model), files={"image": "bad"}, job="failing"),
        Follow(job="failing", seconds=PACE),
        Submit(fields=base(model), files={"image": "picture"}, job="stolen", key="other"),
        Follow(job="stolen", seconds=PACE, key="other"),
    )
    rules = ("REQ-IMAGE", "MEDIA-IMAGE-FORMAT", "MEDIA-AUDIO", SOUND)
    return Script(name="media that were uploaded", rules=rules, steps=steps)


def upload(specimen: Specimen, file: str) -> Upload:
    """Return the step that uploads *specimen* as the *file*."""
    return Upload(
        content=specimen.content, name=specimen.name, content_type=specimen.content_type, file=file
    )


def _script(name: str, rules: tuple[str, ...], fields: Fields, *, looks: bool = False) -> Script:
    follow = (Submit(fields=fields), Follow(seconds=PACE))
    return Script(name=name, rules=rules, steps=(*follow, Download()) if looks else follow)


def _sent(specimen: Specimen, kind: str | None) -> dict[str, Any]:
    assert kind is not None
    return {FIELDS[kind]: [specimen.uri] if kind == VIDEO else specimen.uri}


def _good(made: tuple[Specimen, ...], kind: str) -> Specimen:
    return next(one for one in made if one.kind == kind and one.wrong is None)
