"""Media: good ones that fail, bad ones that do not, failures that are told wrongly, and uploads that get lost."""

import io
from collections.abc import Callable, Iterator
from typing import Any

from PIL import Image, UnidentifiedImageError

from contracts.faulty.choice import mode_of
from contracts.faulty.combining import answers, submissions, told
from contracts.faulty.fault import Begin, Behaviour, Fault, Proceed
from contracts.faulty.kinds import URL
from contracts.faulty.message import Fields, Reply, Request, changed
from contracts.faulty.sources import content_of, form_of, seconds_of, uri_of
from contracts.media import MediaLimits

FAMILY = "media"
FORMAT, HEIC, SIZE = "MEDIA-IMAGE-FORMAT", "MEDIA-HEIC", "MEDIA-IMAGE-SIZE"
VIDEO, AUDIO, IN_R2V = "MEDIA-VIDEO", "MEDIA-AUDIO", "MEDIA-AUDIO-R2V"
IMAGES = ("image", "image_url", "images", "reference_images")
CLIPS, SOUNDS = ("video", "reference_videos"), ("audio_url",)
BROKEN = uri_of("image/png", b"broken")
SOUND = "audio_url"
UPLOADS, UPLOAD = "bunny://", "upload"

# What a source of this content is taken for, None for what it is.
Taken = Callable[[bytes], str | None]
Table = Iterator[tuple[str, tuple[str, ...], str, Begin]]


def faults(limits: MediaLimits) -> Iterator[Fault]:
    """Yield the faults of what a model takes by *limits*."""
    for table in (_pictures(limits), _recordings(limits), _in_r2v(), _failures(), _uploads()):
        for id_, rules, text, begin in table:
            yield Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=begin)


def sourced(names: tuple[str, ...], taken: Taken) -> Begin:
    """Take what is carried along in the fields *names* for what *taken* makes of its content."""

    def source(value: Any) -> Any:
        if isinstance(value, list):
            return [source(item) for item in value]
        content = content_of(value)
        return value if content is None else taken(content) or value

    return submissions(
        lambda fields: {
            name: source(value) if name in names else value for name, value in fields.items()
        }
    )


def _when(holds: Callable[[bytes], bool], stand_in: str) -> Taken:
    return lambda content: stand_in if holds(content) else None


def _pictures(limits: MediaLimits) -> Table:
    assert limits.image is not None
    for form in dict.fromkeys(form.replace("HEIF", "HEIC") for form in limits.image.formats):
        yield (
            f"picture-{form}-fails".lower(),
            (FORMAT, HEIC) if form == "HEIC" else (FORMAT, SIZE),
            f"A picture in {form} fails.",
            sourced(IMAGES, _when(_is_of(form), BROKEN)),
        )
    yield (
        "picture-gif-taken",
        (FORMAT,),
        "A picture in GIF is taken.",
        sourced(IMAGES, _when(_is_of("GIF"), URL)),
    )
    yield (
        "picture-unread",
        (FORMAT,),
        "What is no picture at all is taken for one.",
        sourced(IMAGES, _when(_is_of(""), URL)),
    )
    least = min(bounds[0] for bounds in limits.image.sides.values())
    most = min(bounds[1] for bounds in limits.image.sides.values())
    yield (
        "small-picture-fails",
        (SIZE,),
        f"A picture of less than {least} pixels fails.",
        sourced(IMAGES, _when(lambda content: 0 < _side(content) < least, BROKEN)),
    )
    yield (
        "large-picture-fails",
        (SIZE,),
        f"A picture of more than {most} pixels fails.",
        sourced(IMAGES, _when(lambda content: _side(content) > most, BROKEN)),
    )


def _is_of(form: str) -> Callable[[bytes], bool]:
    return lambda content: form_of(content) == form


def _side(content: bytes) -> int:
    """Return the larger side of a picture in pixels, 0 of what is none."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return max(picture.size)
    except (UnidentifiedImageError, OSError):
        return 0


def _recordings(limits: MediaLimits) -> Table:
    for kind, names, rule, found in (
        ("clip", CLIPS, VIDEO, limits.video),
        ("sound", SOUNDS, AUDIO, limits.audio),
    ):
        assert found is not None
        assert found.seconds is not None
        least, most = found.seconds
        yield (
            f"short-{kind}-taken",
            (rule,),
            f"A {kind} of less than {least:g} s is taken.",
            sourced(names, _when(_lasts(0, least), URL)),
        )
        yield (
            f"long-{kind}-taken",
            (rule,),
            f"A {kind} of more than {most:g} s is taken.",
            sourced(names, _when(_lasts(most, 1e9), URL)),
        )
    for kind, names, rule, form, start, where, is_good in (
        ("clip", CLIPS, VIDEO, "mov", b"qt  ", 8, True),
        ("clip", CLIPS, VIDEO, "webm", b"\x1a\x45\xdf\xa3", 0, False),
        ("sound", SOUNDS, AUDIO, "wav", b"RIFF", 0, True),
        ("sound", SOUNDS, AUDIO, "flac", b"fLaC", 0, False),
    ):
        yield (
            f"{kind}-{form}-{'fails' if is_good else 'taken'}",
            (rule,),
            f"A {kind} in {form} {'fails' if is_good else 'is taken'}.",
            sourced(names, _when(_begins(start, where), BROKEN if is_good else URL)),
        )


def _lasts(above: float, below: float) -> Callable[[bytes], bool]:
    """Tell whether a recording lasts between two numbers of seconds, neither of them included."""

    def holds(content: bytes) -> bool:
        seconds = seconds_of(content)
        return seconds is not None and above < round(seconds, 2) < below

    return holds


def _begins(start: bytes, where: int) -> Callable[[bytes], bool]:
    return lambda content: content[where:].startswith(start)


def _in_r2v() -> Table:
    yield (
        "audio-file-refused-in-r2v",
        (IN_R2V, "REQ-MEDIA-FIELDS"),
        "An audio file in r2v is refused.",
        submissions(
            lambda fields: (
                {**fields, SOUND: "no source"}
                if content_of(fields.get(SOUND)) and mode_of(fields) == "r2v"
                else None
            )
        ),
    )
    yield (
        "audio-file-judged-in-r2v",
        (IN_R2V, FORMAT),
        "A bad audio file in r2v fails the job.",
        submissions(
            lambda fields: (
                {**fields, "reference_images": [BROKEN]}
                if _is_bad(fields.get(SOUND)) and mode_of(fields) == "r2v"
                else None
            )
        ),
    )


def _is_bad(source: Any) -> bool:
    content = content_of(source)
    return content is not None and not _lasts(2.99, 30.01)(content)


def _failures() -> Table:
    rules = (FORMAT, VIDEO, AUDIO)
    yield (
        "media-refused-at-once",
        (*rules, "REQ-IMAGE", "REQ-MEDIA-FIELDS"),
        "A submission with what is no picture is refused.",
        sourced(IMAGES, _when(_is_of(""), "no source")),
    )
    yield (
        "failure-without-code",
        rules,
        "A failed job does not tell the code of the provider.",
        told(lambda job: changed(job, ("error", "message"), lambda _: "The job failed.")),
    )
    yield (
        "failure-by-another-code",
        rules,
        "A bad picture is called a bad file.",
        told(
            lambda job: changed(
                job,
                ("error", "message"),
                lambda message: message.replace("InvalidImage.FileFormat", "InvalidFile.Format"),
            )
        ),
    )


def _uploads() -> Table:
    yield (
        "upload-not-found",
        (FORMAT, AUDIO, VIDEO),
        "An upload cannot be found again.",
        submissions(_lost),
    )
    yield (
        "upload-of-other-size",
        ("REQ-IMAGE",),
        "The answer to an upload tells a byte too many.",
        answers(UPLOAD, change=lambda file: {**file, "bytes": file["bytes"] + 1}),
    )
    yield (
        "upload-by-one-name",
        ("REQ-IMAGE",),
        "Every upload is answered as the first one was.",
        _first_upload,
    )


def _lost(fields: Fields) -> Fields:
    def source(value: Any) -> Any:
        if isinstance(value, list):
            return [source(item) for item in value]
        is_upload = isinstance(value, str) and value.startswith(UPLOADS)
        return f"{UPLOADS}nothing" if is_upload else value

    return {name: source(value) for name, value in fields.items()}


def _first_upload() -> Behaviour:
    first: list[Any] = []

    async def behave(request: Request, proceed: Proceed) -> Reply:
        reply = await proceed(request)
        if request.operation != UPLOAD or not reply.is_accepted:
            return reply
        first.append(reply.json)
        return reply.with_json(first[0])

    return behave
