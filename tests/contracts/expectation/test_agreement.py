"""The kit's reading of a request and the emulator's, which share nothing but the document, come to the same."""

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from contracts.document import load
from contracts.expectation.form import Broken
from contracts.expectation.outcome import Expectation, Refused, size_after
from mock_server.latency import parse_latency
from mock_server.planning import Terms, frame_of
from mock_server.pricing import quote
from mock_server.problems import InvalidRequest, Problem
from mock_server.sizes import picture_size
from mock_server.validation import Validation

CONTRACT = load()
MODEL = CONTRACT.models["wan-2-6"]
VALIDATION = Validation(CONTRACT)
TERMS = parse_latency("quick", MODEL.latency)
URLS = [
    "https://example.com/a.png",
    "https://example.com/b.png",
    "data:image/png;base64,",
    "bunny://a",
]
JUNK: list[Any] = [None, "", " ", 0, 1, True, [], {}, "5", -1, 10**30, 3.5, [None], ["x"], "true"]

url = st.sampled_from(URLS)
urls = st.lists(url, max_size=6)
GOOD: dict[str, st.SearchStrategy[Any]] = {
    "model": st.just("wan-2-6"),
    "prompt": st.sampled_from(["a", "sunrise", "ü" * 1501]),
    "mode": st.sampled_from(["auto", "t2v", "i2v", "r2v"]),
    "resolution": st.sampled_from(["720p", "1080p"]),
    "duration": st.one_of(
        st.integers(5, 15), st.decimals(5, 15, places=3).map(float), st.sampled_from([5.0, 14.999])
    ),
    "aspect_ratio": st.sampled_from(["16:9", "9:16", "1:1", "4:3", "3:4"]),
    "shot_type": st.sampled_from(["single", "multi"]),
    "seed": st.sampled_from([0, 1, 3.0, 2**31 - 1, 2**31, -1, 0.5]),
    "audio": st.booleans(),
    "generate_audio": st.booleans(),
    "flash_mode": st.booleans(),
    "prompt_extend": st.booleans(),
    "negative_prompt": st.just("no"),
    "image": url,
    "image_url": url,
    "images": urls,
    "reference_images": urls,
    "reference_videos": urls,
    "video": url,
    "audio_url": url,
    "raw": st.just(True),
}
NEAR: dict[str, list[Any]] = {
    "model": ["wan-2-7", "WAN-2-6"],
    "mode": ["T2V", "v2v", " auto"],
    "resolution": ["1080P", "480p", "1080", "4k"],
    "duration": [4.99, 15.01, 4, 16, "5"],
    "aspect_ratio": ["3:2", "21:9", "16x9", "16:9 "],
    "shot_type": ["Single", "none"],
    "image": ["ftp://a", "a.png", "bunny://"],
    "template": ["x"],
    "extend_from": [{"job_id": "a"}],
    "unheard_of": [1],
    "a/b~c": [1],
}
NAMES = sorted({*GOOD, *NEAR})


@st.composite
def bodies(draw):
    """A request that is mostly good."""
    body = {"model": "wan-2-6", "prompt": "a"}
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=8)):
        kinds = [*([GOOD[name]] * 6 if name in GOOD else []), st.sampled_from(NEAR.get(name, JUNK))]
        kinds.append(st.sampled_from(JUNK))
        body[name] = draw(st.one_of(kinds[draw(st.integers(0, len(kinds) - 1))]))
    for name in (
        draw(st.sets(st.sampled_from(["model", "prompt"]), max_size=1))
        if draw(st.integers(0, 9)) == 0
        else ()
    ):
        del body[name]
    return body


policies = st.fixed_dictionaries(
    {name: st.sampled_from(policy.values) for name, policy in CONTRACT.policies.items()}
).map(CONTRACT.policies_with)


def emulated(body, chosen):
    """What the emulator makes of it: a request, the rules broken, or the code of another refusal."""
    try:
        read = VALIDATION.read(json.dumps(body).encode())
        return VALIDATION.accept(VALIDATION.check(read, chosen))
    except InvalidRequest as refusal:
        return {Broken(found.rule, found.pointer) for found in refusal.violations}
    except Problem as problem:
        return problem.code


@given(body=bodies(), chosen=policies)
@settings(max_examples=600)
def test_both_find_the_same_rules_broken_or_the_same_video_and_bill(body, chosen):
    expected, request = Expectation(CONTRACT, chosen).of(body), emulated(body, chosen)
    if isinstance(expected, Refused):
        assert request == ("model_not_found" if expected.is_unknown_model else expected.broken)
        return

    told = quote(request, MODEL)
    frame = frame_of(request, told, MODEL, Terms(policies=chosen, latency=TERMS))
    bill, video = expected.bill, expected.video
    assert expected.mode.name == request.mode
    assert (bill.rate, bill.seconds, bill.micros) == (told.rate, told.seconds, told.price_micros)
    assert (video.frames, video.has_sound) == (frame.frames, frame.has_sound)
    assert video.size in {None, (frame.width, frame.height)}


@given(
    picture=st.tuples(st.integers(1, 9000), st.integers(1, 9000)),
    resolution=st.sampled_from(["720p", "1080p"]),
)
@settings(max_examples=500)
def test_both_size_a_video_after_its_picture_alike(picture, resolution):
    assert size_after(picture, resolution, MODEL) == picture_size(MODEL.output, resolution, picture)


@pytest.mark.parametrize(
    ("picture", "size"),
    [((1920, 1080), (1280, 720)), ((9, 16), (720, 1280)), ((750, 1000), (816, 1104))],
)
def test_video_after_a_picture_has_its_ratio(picture, size):
    assert size_after(picture, "720p", MODEL) == size


@pytest.mark.parametrize(
    ("policy", "fields", "broken"),
    [
        ("flash_on_t2v", {"flash_mode": True}, Broken("FLASH-SCOPE", "/flash_mode")),
        (
            "r2v_over_cap",
            {"reference_images": URLS[:1], "duration": 12},
            Broken("R2V-CAP", "/duration"),
        ),
    ],
)
def test_what_a_policy_refuses_is_refused(policy, fields, broken):
    body = {"model": "wan-2-6", "prompt": "a", **fields}
    chosen = CONTRACT.policies_with({policy: "reject"})
    assert Expectation(CONTRACT, chosen).of(body) == Refused(broken=frozenset({broken}))
