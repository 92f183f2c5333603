"""What the client sends at all."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.conformance import fixes
from contracts.conformance.case import Case, Setup, family
from contracts.conformance.level import Level
from contracts.conformance.oracles.ending import completes, makes_at_most
from contracts.conformance.oracles.pace import was_struck
from contracts.conformance.oracles.requests import (
    keeps_its_key_from_the_video,
    keeps_its_key_out,
    says_json,
    sends_its_key,
    sends_nothing_else,
    sends_what_was_asked,
)
from contracts.model import Model

QUICK = Setup(latency=0.5)
case = family(
    "request",
    rules=("REQ-JSON",),
    fix=fixes.PASS_FIELDS,
    setup=QUICK,
    unmet=was_struck(),
)
PICTURE = "https://example.com/picture.png"
# One pixel, which the emulator reads and measures.
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEBgIApD5fRAAAAABJRU5ErkJggg=="
TEXT = 'Ein "Leuchtturm" \\ 灯台 👩‍🚀\nat dusk — 50 % {fog}'


def cases(model: Model) -> Iterator[Case]:
    """Yield the cases of the request itself, for *model*."""
    yield from _plain()
    yield from _keys()
    yield from _values(model)
    yield from _media()


def _plain() -> Iterator[Case]:
    yield case(
        "request-plain",
        "A plain request becomes one job and one file.",
        "This is what a client is for.",
        (completes, makes_at_most(1)),
        rules=("JOB-SUBMIT", "OUT-DOWNLOAD"),
        deadline=15,
    )
    yield case(
        "request-nothing-added",
        "The submission has no field that was not asked for.",
        "A default of the client's own is paid for, and hides what the API would have chosen.",
        (sends_nothing_else,),
        level=Level.SHOULD,
        rules=("REQ-EXTRA",),
    )
    yield case(
        "request-content-type",
        "The body is said to be application/json.",
        "The API answers 415 to anything else, and no video is ever made.",
        (says_json,),
    )


def _keys() -> Iterator[Case]:
    yield case(
        "request-key",
        "Every request to the API has the key in its header.",
        "Without the key every poll is 401, and a paid video cannot be fetched.",
        (sends_its_key, completes),
        rules=("AUTH-KEY",),
        fix=fixes.KEY_IN_HEADER,
    )
    yield case(
        "request-key-nowhere-else",
        "The key stands in no URL, no body and no other header.",
        "URLs end up in logs and in the histories of proxies; whoever reads them spends your money.",
        (keeps_its_key_out,),
        rules=("AUTH-KEY",),
        fix=fixes.KEY_IN_HEADER,
    )
    yield case(
        "request-key-not-to-videos",
        "The download of the video goes without the key.",
        "The video lies with a host of somebody else, who could spend your money with it.",
        (keeps_its_key_from_the_video,),
        rules=("OUT-URL",),
        fix=fixes.KEY_IN_HEADER,
    )


def _values(model: Model) -> Iterator[Case]:
    yield case(
        "request-every-parameter",
        "Every documented parameter arrives as it was given.",
        "A parameter that gets lost is a video that nobody wanted, and that is charged.",
        (sends_what_was_asked,),
        rules=("REQ-MODE", "REQ-RESOLUTION", "REQ-ASPECT", "REQ-SHOT"),
        fields=dict(_every(model)),
    )
    yield case(
        "request-falsy-values",
        "false, 0 and the empty text are values, and arrive.",
        "A client that drops what is false has sound made where none was wanted, or another seed.",
        (sends_what_was_asked,),
        rules=("REQ-AUDIO", "REQ-SEED", "REQ-NEGATIVE"),
        fields={"audio": False, "prompt_extend": False, "seed": 0, "negative_prompt": ""},
    )
    yield case(
        "request-fraction",
        "A length of 5.1 seconds arrives as 5.1.",
        "Seconds are charged as they are sent: 5.1 made 6 costs a fifth more.",
        (sends_what_was_asked,),
        rules=("REQ-DURATION-FRACTION",),
        fields={"duration": 5.1},
    )
    yield case(
        "request-any-text",
        "Quotes, line ends, other scripts and emoji arrive as they are.",
        "A prompt that is cut or garbled gives another video, which is charged all the same.",
        (sends_what_was_asked,),
        rules=("REQ-PROMPT",),
        fields={"prompt": TEXT},
    )


def _media() -> Iterator[Case]:
    yield case(
        "request-picture-by-url",
        "A picture to animate is passed on by its URL.",
        "A picture that gets lost makes a video from the prompt alone, at the same price.",
        (sends_what_was_asked, completes),
        rules=("REQ-IMAGE", "MODE-AUTO"),
        fields={"image": PICTURE},
    )
    yield case(
        "request-picture-as-data",
        "A picture to animate is passed on as a data: URI.",
        "Who has a picture on the disk has no URL for it.",
        (sends_what_was_asked, completes),
        rules=("REQ-IMAGE",),
        fields={"image": PIXEL},
    )
    yield case(
        "request-references",
        "Reference pictures arrive as an array, all of them and in their order.",
        "The second person of a story who is left out costs a second video.",
        (sends_what_was_asked, completes),
        rules=("REQ-MEDIA-FIELDS", "MODE-REFERENCES"),
        fields={"mode": "r2v", "reference_images": [PICTURE, f"{PICTURE}?2"]},
    )


def _every(model: Model) -> Iterator[tuple[str, Any]]:
    """Yield for each published parameter of *model* a good value that is not its default."""
    for name, schema in model.properties.items():
        if not schema.get("x-published") or name in model.schema["required"]:
            continue
        if "enum" in schema:
            yield name, next(word for word in schema["enum"][::-1] if word != schema["default"])
        elif schema.get("type") == "boolean":
            yield name, not schema.get("default", False)
        else:
            yield name, _value(name, schema)


def _value(name: str, schema: Mapping[str, Any]) -> Any:
    if schema.get("type") == "number":
        return schema.get("minimum", 6) + 1
    return PICTURE if "pattern" in schema and name != "prompt" else "no people"
