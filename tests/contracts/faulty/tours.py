"""Short histories, by family of faults: the answers to at least one of their requests have to be others with the fault."""

import json
from dataclasses import replace
from typing import Any

from contracts.document import load
from contracts.exchange import JSON, OTHER, Sent
from contracts.faulty.fault import Fault
from contracts.passing import ACCOUNT
from contracts.script import (
    ETAG,
    Call,
    Control,
    Download,
    Follow,
    OnJob,
    Sign,
    Step,
    Submit,
    Upload,
    Wait,
)
from contracts.specimens.catalogue import specimens
from contracts.sweep.fields import base
from contracts.sweep.lives import get
from contracts.sweep.values import URL, accepted, refused

CONTRACT = load()
MODEL = next(iter(CONTRACT.models.values()))
BASE = {**base(MODEL), "duration": 5}
SPECIMENS = specimens(MODEL.media)
USAGE, JOBS = "/v1/account/usage", "/v1/jobs"
POLL, CANCEL = OnJob(operation="job"), OnJob(operation="cancel")
USED, LISTED = get("usage", USAGE), get("list", JOBS)
CLIP = "https://example.com/clip.mp4"
BAD = {"image": "bunny://nothing/at/all.png"}
LATE, WEEK, HOUR = 60.0, 604_800.0, 3_600.0

Steps = tuple[Step, ...]


def tour(fault: Fault) -> Steps:
    """Return the steps that show *fault*."""
    own = BY_ID.get(fault.id)
    if own is not None:
        return own
    if fault.family in {"bounds", "words", "kinds", "fields"}:
        return values(fault)
    if fault.id.startswith("size-"):
        return size(fault)
    if fault.family == "media":
        return media(fault)
    return BY_FAMILY[fault.family]


def submit(**fields: Any) -> Submit:
    return Submit(fields={**BASE, **fields})


def made(**fields: Any) -> Steps:
    """A job to its end."""
    return submit(**fields), Follow(seconds=5)


def watched(**fields: Any) -> Steps:
    """A job to its end, and its video."""
    return *made(**fields), Download()


def body(text: bytes, content_type: str | None = JSON) -> Call:
    headers = () if content_type is None else (("content-type", content_type),)
    return Call(
        Sent(
            operation="submit",
            method="POST",
            target="/v1/videos/generations",
            headers=headers,
            body=text,
        )
    )


def keyless(operation: str, method: str, target: str, *headers: tuple[str, str]) -> Call:
    return Call(Sent(operation=operation, method=method, target=target, key=None, headers=headers))


def patch(**fields: Any) -> Control:
    return Control(method="PATCH", path=ACCOUNT, fields=fields)


def values(fault: Fault) -> Steps:
    """Every value of the field that *fault* is about, and none."""
    name = max((name for name in MODEL.properties if fault.id.startswith(name)), key=len)
    schema = MODEL.schema_under({"seed_range": "enforce"})["properties"][name]
    beside: dict[str, Any] = {"image": URL} if name == "mode" else {}
    tried = [*accepted(schema), *refused(name, schema), "x" * 501, "x" * 1501, "é" * 2100]
    without = {known: value for known, value in BASE.items() if known != name}
    return (
        *[submit(**{**beside, name: value}) for value in tried],
        Submit(fields=without, job="bare"),
        Follow(job="bare", seconds=5),
    )


def size(fault: Fault) -> Steps:
    _, resolution, ratio = fault.id.split("-")
    return watched(resolution=resolution, aspect_ratio=ratio.replace("x", ":"), audio=False)


def media(fault: Fault) -> Steps:
    """Jobs of the specimens of the kind that *fault* is about."""
    kind = "video" if "clip" in fault.id else "audio" if "sound" in fault.id else "image"
    field = {"video": "video", "audio": "audio_url", "image": "image"}[kind]
    is_sized = "small" in fault.id or "large" in fault.id
    sized = [one for one in SPECIMENS if "MEDIA-IMAGE-SIZE" in one.rules]
    of_kind = (
        sized if is_sized else [one for one in SPECIMENS if one.kind == kind and one not in sized]
    )
    tried = [submit(**{field: one.uri}) for one in of_kind]
    return tuple(step for one in tried for step in (one, Follow(seconds=5)))


def specimen(kind: str, *, is_good: bool) -> Any:
    return next(
        one
        for one in SPECIMENS
        if one.kind == kind
        and (one.wrong is None) == is_good
        and (kind != "audio" or not is_good or one.hertz)
    )


PICTURE, VOICE = specimen("image", is_good=True), specimen("audio", is_good=True)
BAD_VOICE = specimen("audio", is_good=False)
UPLOADS: Steps = (
    Upload(content=PICTURE.content, name="a.png", content_type="image/png"),
    Upload(content=VOICE.content, name="b.wav", content_type="audio/wav", file="second"),
    Submit(fields=BASE, files={"image": "file"}),
    Follow(seconds=5),
)
IN_R2V: Steps = tuple(
    step
    for voice in (VOICE, BAD_VOICE)
    for step in made(audio_url=voice.uri, reference_images=[PICTURE.uri])
)

ROUTED: tuple[dict[str, Any], ...] = (  # the media of a request decide its mode
    *({"mode": mode, **more} for mode in MODEL.modes for more in ({}, {"image": URL})),
    {"image": URL, "duration": 12},
    {"images": [URL], "duration": 12},
    {"images": [URL, f"{URL}?2"], "duration": 12},
    {"image": URL, "images": [f"{URL}?2"], "duration": 12},
    {"reference_images": [URL], "duration": 12},
    {"reference_images": []},
    {"reference_images": [URL] * 5},
    {"reference_images": [URL] * 6},
    {"reference_videos": [CLIP]},
    {"reference_videos": [CLIP] * 3},
    {"reference_videos": [CLIP] * 4},
    {"reference_images": [URL] * 3, "reference_videos": [CLIP] * 3},
    {"mode": "t2v", "image": "no source"},
    {"mode": "i2v", "image": URL, "reference_images": [URL]},
    {"mode": "r2v", "video": CLIP},
    {"image": URL, "reference_images": [URL]},
    {"image": URL, "aspect_ratio": "1:1"},
    {"image": URL, "aspect_ratio": "3:2"},
    {"images": 5},
    {"mode": "r2v", "image": URL, "images": [f"{URL}?{number}" for number in range(5)]},
)
MODES: Steps = tuple(
    step
    for fields in ROUTED
    for flash in (False, True)
    for step in made(flash_mode=flash, **fields)
)
BILLED: tuple[dict[str, Any], ...] = (
    {},
    {"duration": 7.5},
    {"flash_mode": True},
    {"image": URL, "duration": 12},
    {"reference_images": [URL], "duration": 12},
)
PRICES: Steps = (
    *[step for fields in BILLED for step in made(**fields)],
    *[
        step
        for resolution in MODEL.output.sizes
        for is_flash in (False, True)
        for audio in (False, True)
        for step in made(resolution=resolution, flash_mode=is_flash, audio=audio, image=URL)
    ],
    USED,
)
ENDS: Steps = (
    USED,
    submit(),
    USED,
    POLL,
    POLL,
    POLL,
    POLL,
    POLL,
    Wait(seconds=2),
    *[POLL] * 3,
    CANCEL,
    *[POLL] * 2,
    submit(),
    Wait(seconds=1),
    *[POLL] * 3,
    Wait(seconds=LATE),
    *[POLL] * 3,
    CANCEL,
    CANCEL,
    POLL,
    submit(**BAD),
    Wait(seconds=LATE),
    *[POLL] * 2,
    CANCEL,
    USED,
    LISTED,
)
KEPT: Steps = (
    *ENDS,
    *made(),
    Wait(seconds=HOUR / 2),
    POLL,
    Wait(seconds=HOUR),
    POLL,
    submit(),
    submit(),
    POLL,
)
LISTS: Steps = (
    *[submit() for _ in range(4)],
    CANCEL,
    submit(**BAD),
    Wait(seconds=LATE),
    *[
        get(operation, f"{path}{query}")
        for operation, path in (("list", JOBS), ("usage", USAGE))
        for query in (
            "",
            *(f"?limit={limit}" for limit in ("0", "1", "2", "100", "101", "200", "201", "x")),
            *(f"?status={status}" for status in ("completed", "success", "done")),
            *(f"?limit=1&status={status}" for status in ("completed", "success")),
            f"?model={MODEL.id}-0",
        )
    ],
)
PREFIX = CONTRACT.api.key_prefix
KEYS: Steps = (
    submit(),
    *[
        keyless(operation, method, target, ("content-type", JSON), *headers)
        for operation, method, target in (
            ("list", "GET", JOBS),
            ("submit", "POST", "/v1/videos/generations"),
            ("cancel", "POST", f"{JOBS}/job_0/cancel"),
            ("usage", "GET", USAGE),
            ("upload", "POST", "/v1/files/upload"),
            ("models", "GET", "/v1/models"),
            ("livez", "GET", "/livez"),
        )
        for headers in (
            (),
            (("authorization", "Bearer nonsense"),),
            (("authorization", f"Bearer {PREFIX}"),),
            (("authorization", f"Bearer x{PREFIX}me"),),
            (("authorization", f"Bearer {PREFIX.upper()}me"),),
            (("authorization", f"Basic {PREFIX}me"),),
            (("x-api-key", f"{PREFIX}me"),),
        )
    ],
    Follow(seconds=5),
    Download(),
)
POOR: Steps = (
    submit(),
    USED,
    Follow(seconds=5),
    POLL,
    Download(),
    USED,
    USED,
    patch(balance=0.1),
    submit(),
    POLL,
    LISTED,
    patch(rpm=3),
    *[USED] * 3,
    Wait(seconds=20.5),
    *[USED] * 3,
    Wait(seconds=LATE),
    USED,
)
SERVED: Steps = (
    *watched(),
    Download(method="HEAD"),
    *[
        Download(headers=(("range", wanted),))
        for wanted in (
            "bytes=0-9",
            "bytes=5-",
            "bytes=-7",
            "bytes=-0",
            "bytes=9-5",
            "bytes=99999999-",
        )
    ],
    Download(headers=(("range", "bytes=0-9"), ("if-range", '"another"'))),
    Download(headers=(("range", "bytes=-99999999"),)),
    Download(headers=(("range", "bytes=0-9"), ("if-range", ETAG))),
    Download(headers=(("if-none-match", f'"x", {ETAG}'),)),
    Download(headers=(("if-none-match", "*"),)),
    Download(spoil=("sig=", "sig=0")),
    Download(method="HEAD", spoil=("sig=", "sig=0")),
    Download(spoil=("expires=1", "expires=2")),
    Wait(seconds=2 * WEEK / 7),
    Download(),
    Wait(seconds=WEEK),
    Download(),
)
ERRORS: Steps = (
    *SERVED,
    submit(duration=99, resolution="1080P"),
    submit(model="wan-0"),
    body(b"{}", "text/plain"),
    keyless("list", "GET", JOBS),
    keyless("list", "GET", JOBS, ("authorization", "Bearer nonsense")),
    get("job", f"{JOBS}/job_0"),
    patch(balance=0, rpm=2),
    submit(),
    *[USED] * 2,
)
CARDS: Steps = (
    keyless("livez", "GET", "/livez"),
    keyless("health", "GET", "/health"),
    get("models", "/v1/models"),
    get("model", f"/v1/models/{MODEL.id}"),
    get("model", "/v1/models/wan-0"),
    submit(model="wan-0"),
)
OTHERS: Steps = (
    get("list", JOBS, OTHER),
    submit(),
    OnJob(operation="job", key=OTHER),
    OnJob(operation="cancel", key=OTHER),
    Follow(seconds=5),
    Sign(key=OTHER),
    get("list", JOBS, OTHER),
    get("usage", USAGE, OTHER),
    get("job", f"{JOBS}/job_0"),
)
KEYED = (("content-type", JSON), ("idempotency-key", "x"))
GOOD = json.dumps(BASE)[:-1]
BODIES: Steps = (
    body(f"{GOOD}}}".encode(), "text/plain"),
    body(f"{GOOD}}}".encode(), None),
    body(f"{GOOD}}}".encode(), f"{JSON}; charset=utf-8"),
    body(f"{GOOD}}}".encode(), "application/json-patch+json"),
    body(f"{GOOD}}}".encode(), "Application/JSON"),
    body(f'{GOOD}, "seed": 1e1}}'.encode()),
    body(f'{GOOD}, "deep": {{"a": 1, "a": 2}}}}'.encode()),
    body(b"{"),
    body(f'{GOOD}, "prompt": "x"}}'.encode()),
    body(f'{GOOD}, "seed": NaN}}'.encode()),
    body(f'{GOOD}, "negative_prompt": "\\ud800"}}'.encode()),
    body(f'{GOOD}, "deep": {"[" * 64}{"]" * 64}}}'.encode()),
)
FORMS: Steps = (*ENDS, *made(), LISTED, USED, Sign(), get("health", "/health", None))
TWO: Steps = (submit(), Submit(fields=BASE, job="second"), POLL)
SEEDS: Steps = (*watched(seed=7), *watched(seed=8))
TWICE: Steps = (
    submit(),
    *[Call(replace(body(f"{GOOD}}}".encode()).sent, headers=KEYED))] * 2,
)

BY_FAMILY: dict[str, Steps] = {
    "modes": MODES,
    "prices": PRICES,
    "videos": watched(duration=5.5),
    "services": CARDS,
    "refusals": ERRORS,
    "forms": FORMS,
    "lists": LISTS,
    "accounts": OTHERS,
    "keys": KEYS,
    "results": KEPT,
    "bodies": BODIES,
    "submissions": KEPT,
    "downloads": SERVED,
    "lives": KEPT,
    "cancels": ENDS,
    "usage": ENDS,
    "limits": POOR,
}
BY_ID: dict[str, Steps] = {
    "duration-cut": (submit(duration=5.01), submit(duration=7.5), Follow(seconds=5)),
    "null-is-absent": (submit(seed=None),),
    "seed-fraction": (submit(seed=1.5),),
    "seed-integers-by-spelling": (submit(seed=3.0),),
    "raw-refused": (submit(raw=True),),
    "unknown-fields-refused": (submit(colour="blue"),),
    "mode-default-t2v": made(image=URL, flash_mode=True),
    "aspect_ratio-default-9:16": watched(),
    "audio-default-false": watched(),
    "flash_mode-default-true": made(image=URL),
    **{
        f"{alias}-outdone": (submit(**{alias: first, name: other}),)
        for alias, name, first, other in (
            ("image_url", "image", URL, f"{URL}?2"),
            ("generate_audio", "audio", True, False),
            ("video", "reference_videos", CLIP, [f"{CLIP}?2"]),
        )
    },
    "image_url-ignored": made(image_url=URL, flash_mode=True),
    "video-ignored": made(video=CLIP, flash_mode=True),
    "generate_audio-ignored": watched(generate_audio=False),
    "i2v-by-ratio": watched(image=PICTURE.uri, aspect_ratio="1:1"),
    "i2v-in-widescreen": watched(image=PICTURE.uri),
    "sound-always": watched(audio=False),
    "audio-file-unused": watched(audio_url=VOICE.uri),
    "audio-file-in-r2v": watched(audio_url=VOICE.uri, reference_images=[PICTURE.uri]),
    "seed-ignored": SEEDS,
    "seed-of-one": SEEDS,
    "seed-0-is-none": watched(seed=0),
    "idempotency-key-heard": TWICE,
    "halves-to-even": made(image=URL, flash_mode=True, audio=False, duration=5.0002),
    "flash-ignores-ratio": watched(
        reference_images=[URL], flash_mode=True, aspect_ratio="1:1", audio=False
    ),
    "list-of-forgotten": (*made(), LISTED, Wait(seconds=2 * HOUR), LISTED),
    "cancel-late-is-409": (submit(), CANCEL, submit(), Wait(seconds=3), CANCEL),
    "cancel-reads-bodies": (submit(), OnJob(operation="cancel", body=b"[]")),
    "flash-slower": made(image=URL, flash_mode=True),
    "audio-file-refused-in-r2v": IN_R2V,
    "audio-file-judged-in-r2v": IN_R2V,
    "upload-not-found": UPLOADS,
    "upload-of-other-size": UPLOADS,
    "upload-by-one-name": UPLOADS,
    "another-job": TWO,
    "job-lost-to-the-next": TWO,
}
