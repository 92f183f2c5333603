"""What is wrong with the media of a request, as far as anybody knows what they are (rules MEDIA)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contracts.expectation.form import Broken, Form
from contracts.media import MediaKind
from contracts.model import Mode, Model, Takes
from contracts.specimens.specimen import Specimen

Known = Callable[[str], Specimen | None]

IMAGE, VIDEO, AUDIO = "image", "video", "audio"
ELSEWHERE = ("https://", "HTTPS://")
REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Used:
    """A medium that the mode of a request uses: *source* at *pointer*, as a *kind*; *specimen* is None where nobody knows."""

    pointer: str
    kind: str
    source: str
    specimen: Specimen | None

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is somewhere that an emulator never asks, and is taken on trust."""
        return self.source.startswith(ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a medium: the provider's *code* for it, and the rule that it breaks."""

    code: str
    broken: Broken


def nothing(source: str) -> Specimen | None:  # noqa: ARG001 - it is a `Known`
    """Know nothing of any medium."""
    return None


def used_by(form: Form, mode: Mode, known: Known) -> tuple[Used, ...]:
    """Return the media that *mode* uses of those in *form*; it ignores the others (MODE-EXPLICIT, MEDIA-AUDIO-R2V)."""
    sent = [Used(place, kind, source, known(source)) for place, kind, source in _sources(form)]
    if mode.takes is Takes.REFERENCES:
        return tuple(one for one in sent if one.kind != AUDIO)
    sounds = [one for one in sent if one.kind == AUDIO]
    pictures = [one for one in sent if one.kind == IMAGE and REFERENCE not in one.pointer]
    return (*(pictures[:1] if mode.takes is Takes.IMAGE else ()), *sounds)


def _sources(form: Form) -> Iterator[tuple[str, str, str]]:
    """Yield place, kind and source of each medium in *form*."""
    values = form.values
    image, images = values.get("image"), values.get("images", [])
    if image is not None:
        yield form.place("image"), IMAGE, image
    twin = images.index(image) if image in images else None
    for number, source in enumerate(images):
        if number != twin:  # the two are a union (rule MODE-EXCLUSIVE)
            yield form.place("images", number), IMAGE, source
    for name, kind in (("reference_images", IMAGE), ("reference_videos", VIDEO)):
        for number, source in enumerate(values.get(name, [])):
            yield form.place(name, number), kind, source
    if "audio_url" in values:
        yield form.place("audio_url"), AUDIO, values["audio_url"]


def faults_of(media: tuple[Used, ...], model: Model) -> tuple[Fault, ...]:
    """Return what is wrong with *media*."""
    return tuple(fault for one in media if (fault := _fault(one, model)) is not None)


def doubts_of(media: tuple[Used, ...], model: Model) -> frozenset[Broken]:
    """Return what may be wrong with those of *media* that nobody knows and yet somebody may look at."""
    return frozenset(
        Broken(limits.rule, one.pointer)
        for one in media
        if one.specimen is None and not one.is_elsewhere
        if (limits := _limits(one, model)) is not None
    )


def _limits(one: Used, model: Model) -> MediaKind | None:
    limits: MediaKind | None = getattr(model.media, one.kind)
    return limits


def _fault(one: Used, model: Model) -> Fault | None:
    limits = _limits(one, model)
    wrong = None if one.specimen is None else one.specimen.wrong_as(one.kind)
    if limits is None or wrong is None:
        return None
    return Fault(limits.codes[wrong], Broken(limits.rule, one.pointer))
