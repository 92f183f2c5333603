"""Videos that are not what was ordered: their size, length, picture, sound and file."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from contracts.faulty.choice import mode_of
from contracts.faulty.combining import submissions
from contracts.faulty.fault import Begin, Fault
from contracts.faulty.message import Fields
from contracts.faulty.remaking import (
    Picture,
    has_sound,
    picture_of,
    redrawn,
    remuxed,
    resounded,
)
from contracts.faulty.serving import remade
from contracts.faulty.sources import content_of
from contracts.model import Model

FAMILY = "videos"
FORMAT, SIZE, DURATION = "OUT-FORMAT", "OUT-SIZE", "OUT-DURATION"
AUDIO, SOUND, SEED = "OUT-AUDIO", "OUT-SOUND", "OUT-SEED"
WIDER = 16
TEXT = b"The video is not there any more."

Table = Iterator[tuple[str, tuple[str, ...], str, Begin]]


def faults(model: Model) -> Iterator[Fault]:
    """Yield the faults of the videos of *model*."""
    for table in (_sizes(model), _frames(), _streams(), _files(), _sounds(), _seeds()):
        for id_, rules, text, begin in table:
            yield Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=begin)


def pictured(change: Callable[[Picture, Fields], Picture]) -> Begin:
    """Serve videos whose picture *change* makes of theirs, drawn anew where that is another one."""

    def remake(content: bytes, fields: Fields) -> bytes:
        picture = picture_of(content)
        other = change(picture, fields)
        return content if other == picture else redrawn(content, other)

    return remade(remake)


def _sizes(model: Model) -> Table:
    for resolution, by_ratio in model.output.sizes.items():
        for ratio, (width, height) in by_ratio.items():
            yield (
                f"size-{resolution}-{ratio.replace(':', 'x')}",
                (SIZE, "I2V-RATIO"),
                f"A video of {resolution} {ratio} is {width + WIDER} pixels wide, not {width}.",
                pictured(_wider(width, height)),
            )
    table = model.output.sizes

    def chosen(picture: Picture, fields: Fields, ratio: Any) -> Picture:
        if mode_of(fields) != "i2v":
            return picture
        resolution = fields.get("resolution", model.defaults["resolution"])
        width, height = table[resolution][ratio]
        return replace(picture, width=width, height=height)

    yield (
        "i2v-by-ratio",
        ("I2V-RATIO", SIZE),
        "i2v has the aspect_ratio that was asked for.",
        pictured(
            lambda picture, fields: chosen(picture, fields, fields.get("aspect_ratio", "16:9"))
        ),
    )
    yield (
        "i2v-in-widescreen",
        (SIZE,),
        "i2v is 16:9, whatever the picture.",
        pictured(lambda picture, fields: chosen(picture, fields, "16:9")),
    )


def _wider(width: int, height: int) -> Callable[[Picture, Fields], Picture]:
    return lambda picture, _: (
        replace(picture, width=width + WIDER)
        if (picture.width, picture.height) == (width, height)
        else picture
    )


def _frames() -> Table:
    def with_frames(change: Callable[[int], int]) -> Begin:
        return pictured(lambda picture, _: replace(picture, frames=change(picture.frames)))

    yield "frame-missing", (DURATION,), "A frame is missing.", with_frames(lambda all_: all_ - 1)
    yield (
        "frame-too-many",
        (DURATION,),
        "There is a frame more.",
        with_frames(lambda all_: all_ + 1),
    )
    yield (
        "second-missing",
        (DURATION,),
        "The last second is missing.",
        with_frames(lambda all_: all_ - 30),
    )
    yield (
        "fraction-missing",
        (DURATION, "REQ-DURATION-FRACTION"),
        "A second that is not whole is missing.",
        with_frames(lambda all_: all_ // 30 * 30),
    )


def _streams() -> Table:
    yield (
        "frames-25-a-second",
        (FORMAT, DURATION),
        "The video has 25 frames a second.",
        pictured(
            lambda picture, _: replace(
                picture, fps=Fraction(25), frames=round(picture.seconds * 25)
            )
        ),
    )
    yield (
        "frames-of-television",
        (FORMAT,),
        "The video has 29.97 frames a second.",
        pictured(lambda picture, _: replace(picture, fps=Fraction(30_000, 1001))),
    )
    yield (
        "codec-mpeg4",
        (FORMAT,),
        "The picture is coded as MPEG-4 part 2.",
        pictured(lambda picture, _: replace(picture, codec="mpeg4")),
    )
    yield (
        "pixels-444",
        (FORMAT,),
        "The pixels are yuv444p.",
        pictured(lambda picture, _: replace(picture, pixels="yuv444p")),
    )


def _plain(change: Callable[[bytes], bytes]) -> Begin:
    return remade(lambda content, _: change(content))


def _files() -> Table:
    rules = (FORMAT,)
    options = {"movflags": "frag_keyframe+empty_moov"}
    for id_, text, begin in (
        (
            "index-last",
            "The moov stands behind the mdat.",
            _plain(lambda all_: remuxed(all_, options={})),
        ),
        (
            "fragmented",
            "The video is fragmented.",
            _plain(lambda all_: remuxed(all_, options=options)),
        ),
        (
            "matroska",
            "The video is a Matroska file.",
            _plain(lambda all_: remuxed(all_, form="matroska", options={})),
        ),
        (
            "truncated",
            "The second half of the file is missing.",
            _plain(lambda all_: all_[: len(all_) // 2]),
        ),
        ("no-video", "The video is a line of text.", _plain(lambda _: TEXT)),
        ("empty", "The video has no bytes.", _plain(lambda _: b"")),
        ("zeroed", "The second half of the file is zeros.", _plain(_zeroed)),
    ):
        yield f"file-{id_}", (*rules, DURATION, SIZE), text, begin


def _zeroed(content: bytes) -> bytes:
    kept = content[: len(content) // 2]
    return kept + bytes(len(content) - len(kept))


def _of_sounding(change: Callable[[bytes], bytes]) -> Begin:
    return _plain(lambda content: change(content) if has_sound(content) else content)


def _sounds() -> Table:
    yield (
        "sound-missing",
        (AUDIO,),
        "No video has a sound.",
        _of_sounding(lambda content: remuxed(content, sound_share=0)),
    )
    yield (
        "sound-always",
        (AUDIO,),
        "A video without sound has silence.",
        _plain(lambda content: content if has_sound(content) else resounded(content, None)),
    )
    yield (
        "sound-too-short",
        (DURATION, SOUND),
        "The sound ends after half of the video.",
        _of_sounding(lambda content: remuxed(content, sound_share=0.5)),
    )
    yield (
        "sound-in-mp3",
        (FORMAT,),
        "The sound is MP3.",
        _of_sounding(lambda content: resounded(content, None, "libmp3lame")),
    )
    yield "sound-muted", (SOUND,), "Sounds are silence.", _of_sounding(_muted)
    yield (
        "audio-file-unused",
        (SOUND, "MEDIA-AUDIO"),
        "An audio file is ignored.",
        submissions(_without_sound),
    )
    yield (
        "audio-file-in-r2v",
        ("MEDIA-AUDIO-R2V", SOUND),
        "An audio file in a request is heard in r2v.",
        remade(_heard),
    )


def _muted(content: bytes) -> bytes:
    return resounded(content, None)


def _without_sound(fields: Fields) -> Fields | None:
    kept = {name: value for name, value in fields.items() if name != "audio_url"}
    return kept if mode_of(fields) != "r2v" and content_of(fields.get("audio_url")) else None


def _heard(content: bytes, fields: Fields) -> bytes:
    sound = content_of(fields.get("audio_url"))
    is_used = mode_of(fields) == "r2v" and sound is not None and has_sound(content)
    return resounded(content, sound) if is_used else content


def _seeds() -> Table:
    for id_, text, change in (
        ("seed-ignored", "A seed is ignored.", _unseeded),
        ("seed-of-one", "Every seed is taken for 1.", _of_one),
        ("seed-0-is-none", "The seed 0 is taken for none.", _without_0),
    ):
        yield id_, (SEED,), text, submissions(change)


def _unseeded(fields: Fields) -> Fields | None:
    is_good = isinstance(fields.get("seed"), int) and fields["seed"] >= 0
    return {k: value for k, value in fields.items() if k != "seed"} if is_good else None


def _without_0(fields: Fields) -> Fields | None:
    is_0 = fields.get("seed") == 0 and fields["seed"] is not False
    return {k: value for k, value in fields.items() if k != "seed"} if is_0 else None


def _of_one(fields: Fields) -> Fields | None:
    is_good = isinstance(fields.get("seed"), int) and fields["seed"] > 1
    return {**fields, "seed": 1} if is_good else None
