import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from contracts.document import load, published as published_documents
from mock_server.problems import InvalidRequest, Problem
from mock_server.request import Medium
from mock_server.sources import sent
from mock_server.validation import Validation

CONTRACT = load()
WAN = CONTRACT.models["wan-2-6"]
VALIDATION = Validation(CONTRACT)
DEFAULTS = CONTRACT.policies_with({})
URL = "https://example.com/a.png"
OTHERS = [f"https://example.com/{number}" for number in range(9)]

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
URLS = st.sampled_from(
    [*OTHERS, "http://h", "HTTPS://X/y", "data:image/png;base64,AA==", "data:,", "bunny://a/b.png"]
)
SECONDS = st.builds(
    lambda whole, digits: Decimal(f"{whole}.{digits}0"),
    st.integers(5, 14),
    st.text(st.sampled_from("0123456789"), max_size=300),
)
PLAIN_FIELDS = {
    "resolution": st.sampled_from(WAN.properties["resolution"]["enum"]),
    "aspect_ratio": st.sampled_from(WAN.properties["aspect_ratio"]["enum"]),
    "shot_type": st.sampled_from(WAN.properties["shot_type"]["enum"]),
    "duration": st.integers(5, 15) | SECONDS,
    "negative_prompt": TEXTS,
    "seed": st.integers(0, 2**31 - 1),
    "audio": st.booleans(),
    "flash_mode": st.booleans(),
    "prompt_extend": st.booleans(),
    "audio_url": URLS,
    "disable_formatting": st.none() | st.booleans(),
    "no_such_field": st.none() | TEXTS,
}


@st.composite
def media(draw, mode):
    """Media that *mode* accepts, absent and auto included."""
    image = mode == "i2v" or draw(st.booleans())
    fields = {
        "images": draw(st.lists(URLS, max_size=2)),
        "reference_images": draw(st.lists(URLS, max_size=0 if image else 2)),
        "reference_videos": draw(st.lists(URLS, min_size=mode == "r2v", max_size=1)),
    }
    return {**fields, "image": draw(URLS)} if image else fields


@st.composite
def bodies(draw):
    """Any valid body."""
    mode = draw(st.sampled_from([None, "auto", "t2v", "i2v", "r2v"]))
    body = {"model": "wan-2-6", "prompt": draw(TEXTS.filter(str.strip)) + "!"}
    body |= draw(st.fixed_dictionaries({}, optional=PLAIN_FIELDS))
    body |= draw(media(mode))
    return body if mode is None else {**body, "mode": mode}


def text(body):
    """Return *body* as JSON in which decimals keep every digit."""
    return (
        "{"
        + ", ".join(
            f"{json.dumps(name)}: {value if isinstance(value, Decimal) else json.dumps(value)}"
            for name, value in body.items()
        )
        + "}"
    )


def check(body, **policies):
    fields = VALIDATION.read(text(body).encode())
    return accept(fields, CONTRACT.policies_with(policies))


def sources(media):
    return [(medium.source, kind) for medium, kind in sent(media)]


def accept(fields, policies):
    return VALIDATION.accept(VALIDATION.check(fields, policies))


def published(**changes):
    """The published example with *changes*; a field that is Ellipsis is left out."""
    body = {"model": "wan-2-6", "prompt": "sunrise over the ocean", "duration": 6, **changes}
    return {name: value for name, value in body.items() if value is not ...}


def broken(body, **policies):
    """Return rule and pointer of each violation of *body*."""
    with pytest.raises(InvalidRequest) as caught:
        check(body, **policies)
    return [(violation.rule, violation.pointer) for violation in caught.value.violations]


@given(bodies())
def test_every_valid_body_is_accepted_as_it_is(body):
    """REQ-DURATION-FRACTION, REQ-EXTRA, MODE-AUTO and MODE-EXPLICIT."""
    request = check(body)

    assert request.mode == body.get("mode", request.mode) or body["mode"] == "auto"
    assert Fraction(request.duration) == Fraction(body.get("duration", 5))
    assert (request.resolution, request.aspect_ratio) == (
        body.get("resolution", "1080p"),
        body.get("aspect_ratio", "16:9"),
    )
    assert (request.audio, request.flash) == (
        body.get("audio", True),
        body.get("flash_mode", False),
    )
    assert request.seed == body.get("seed")


def test_published_example_gets_the_documented_defaults():
    """REQ-MODE, REQ-RESOLUTION, REQ-ASPECT, REQ-AUDIO and REQ-FLASH."""
    request = check(published(duration=...))

    assert (request.mode, request.resolution, request.aspect_ratio) == ("t2v", "1080p", "16:9")
    assert (request.duration, request.audio, request.flash, request.seed) == (5, True, False, None)


ONE_BROKEN_RULE = [
    ("REQ-MODEL", {"model": ...}, "/model"),
    ("REQ-MODEL", {"model": 26}, "/model"),
    ("REQ-PROMPT", {"prompt": ...}, "/prompt"),
    ("REQ-PROMPT", {"prompt": ""}, "/prompt"),
    ("REQ-PROMPT", {"prompt": " \n\t\u3000"}, "/prompt"),
    ("REQ-PROMPT", {"prompt": ["sunrise"]}, "/prompt"),
    ("REQ-MODE", {"mode": "v2v"}, "/mode"),
    ("REQ-MODE", {"mode": "T2V"}, "/mode"),
    ("REQ-RESOLUTION", {"resolution": "1080P"}, "/resolution"),
    ("REQ-RESOLUTION", {"resolution": "480p"}, "/resolution"),
    ("REQ-RESOLUTION", {"resolution": 720}, "/resolution"),
    ("REQ-DURATION", {"duration": 4}, "/duration"),
    ("REQ-DURATION", {"duration": 16}, "/duration"),
    ("REQ-DURATION", {"duration": Decimal("4." + "9" * 400)}, "/duration"),
    ("REQ-DURATION", {"duration": Decimal("15." + "0" * 400 + "1")}, "/duration"),
    ("REQ-DURATION", {"duration": Decimal("1e4000")}, "/duration"),
    ("REQ-DURATION", {"duration": -6}, "/duration"),
    ("REQ-DURATION", {"duration": "6"}, "/duration"),
    ("REQ-DURATION", {"duration": True}, "/duration"),
    ("REQ-ASPECT", {"aspect_ratio": "3:2"}, "/aspect_ratio"),
    ("REQ-ASPECT", {"aspect_ratio": "16x9"}, "/aspect_ratio"),
    ("REQ-SHOT", {"shot_type": "double"}, "/shot_type"),
    ("REQ-IMAGE", {"image": "a.png"}, "/image"),
    ("REQ-IMAGE", {"image": "ftp://example.com/a.png"}, "/image"),
    ("REQ-IMAGE", {"image": "https://"}, "/image"),
    ("REQ-IMAGE", {"image": f" {URL}"}, "/image"),
    ("REQ-IMAGE", {"image": [URL]}, "/image"),
    ("REQ-IMAGE", {"image_url": "a.png"}, "/image_url"),
    ("REQ-NEGATIVE", {"negative_prompt": 1}, "/negative_prompt"),
    ("REQ-SEED", {"seed": -1}, "/seed"),
    ("REQ-SEED", {"seed": 2**31}, "/seed"),
    ("REQ-SEED", {"seed": Decimal("1.5")}, "/seed"),
    ("REQ-SEED", {"seed": "1"}, "/seed"),
    ("REQ-AUDIO", {"audio": "true"}, "/audio"),
    ("REQ-AUDIO", {"generate_audio": 1}, "/generate_audio"),
    ("REQ-FLASH", {"flash_mode": 0}, "/flash_mode"),
    ("REQ-EXTEND", {"prompt_extend": "no"}, "/prompt_extend"),
    ("REQ-MEDIA-FIELDS", {"images": URL}, "/images"),
    ("REQ-MEDIA-FIELDS", {"images": [URL, "a.png"]}, "/images/1"),
    ("REQ-MEDIA-FIELDS", {"reference_images": ["a.png"]}, "/reference_images/0"),
    ("REQ-MEDIA-FIELDS", {"reference_videos": [URL, 5]}, "/reference_videos/1"),
    ("REQ-MEDIA-FIELDS", {"video": "a.mp4"}, "/video"),
    ("REQ-MEDIA-FIELDS", {"audio_url": "a.mp3"}, "/audio_url"),
    ("REQ-ALIAS", {"image": URL, "image_url": OTHERS[0]}, "/image_url"),
    ("REQ-ALIAS", {"audio": True, "generate_audio": False}, "/generate_audio"),
    ("REQ-ALIAS", {"reference_videos": [URL, URL], "video": URL}, "/video"),
    ("REQ-EXTRA", {"template": "cats"}, "/template"),
    ("REQ-EXTRA", {"extend_from": "job_1"}, "/extend_from"),
    ("MODE-I2V-IMAGE", {"mode": "i2v"}, "/image"),
    ("MODE-I2V-IMAGE", {"mode": "i2v", "images": [], "reference_images": [URL]}, "/image"),
    ("MODE-R2V-REFERENCE", {"mode": "r2v"}, "/image"),
    ("MODE-R2V-REFERENCE", {"mode": "r2v", "images": [], "reference_videos": []}, "/image"),
    ("MODE-EXCLUSIVE", {"image": URL, "reference_images": [URL]}, "/reference_images"),
    (
        "MODE-EXCLUSIVE",
        {"mode": "r2v", "image_url": URL, "reference_images": [URL]},
        "/reference_images",
    ),
    ("MODE-REFERENCES", {"images": OTHERS[:6]}, "/images"),
    ("MODE-REFERENCES", {"reference_images": OTHERS[:6]}, "/reference_images"),
    ("MODE-REFERENCES", {"mode": "r2v", "image": URL, "images": OTHERS[:5]}, "/images"),
    (
        "MODE-REFERENCES",
        {"images": OTHERS[:3], "reference_images": OTHERS[:3]},
        "/reference_images",
    ),
    ("MODE-REFERENCES", {"reference_videos": OTHERS[:4]}, "/reference_videos"),
    ("MODE-REFERENCES", {"images": OTHERS[:3], "reference_videos": OTHERS[:3]}, "/images"),
]


@pytest.mark.parametrize(("rule", "changes", "pointer"), ONE_BROKEN_RULE)
def test_broken_rule_is_told_by_its_id_and_at_its_place(rule, changes, pointer):
    assert broken(published(**changes)) == [(rule, pointer)]


@pytest.mark.parametrize(
    ("rule", "policy", "changes", "pointer"),
    [
        ("REQ-EXTRA", {"unknown_fields": "reject"}, {"a/b": 1}, "/a~1b"),
        ("FLASH-SCOPE", {"flash_on_t2v": "reject"}, {"flash_mode": True}, "/flash_mode"),
        (
            "FLASH-SCOPE",
            {"flash_on_t2v": "reject"},
            {"flash_mode": True, "mode": "t2v", "image": URL},
            "/flash_mode",
        ),
        (
            "R2V-CAP",
            {"r2v_over_cap": "reject"},
            {"duration": Decimal("10.01"), "video": URL},
            "/duration",
        ),
    ],
)
def test_policy_refuses_what_is_otherwise_accepted(rule, policy, changes, pointer):
    body = published(**changes)

    check(body)
    assert broken(body, **policy) == [(rule, pointer)]


@pytest.mark.parametrize(
    ("policy", "changes"),
    [
        ({"unknown_fields": "reject"}, {"raw": True, "generate_audio": True}),
        ({"flash_on_t2v": "reject"}, {"flash_mode": True, "image": URL}),
        ({"flash_on_t2v": "reject"}, {"flash_mode": False}),
        ({"r2v_over_cap": "reject"}, {"duration": 10, "video": URL}),
        ({"r2v_over_cap": "reject"}, {"duration": 15, "image": URL}),
        ({"seed_range": "accept"}, {"seed": Decimal("-1.5")}),
        ({"seed_range": "accept"}, {"seed": Decimal("1e4000")}),
    ],
)
def test_policy_refuses_no_more_than_it_says(policy, changes):
    """REQ-EXTRA, FLASH-SCOPE, R2V-CAP and REQ-SEED."""
    check(published(**changes), **policy)


# One fault for each field, in the order of the contract page.
FAULTS = {
    "REQ-PROMPT": {"prompt": 1},
    "REQ-MODE": {"mode": "v2v"},
    "REQ-RESOLUTION": {"resolution": "4k"},
    "REQ-DURATION": {"duration": 99},
    "REQ-ASPECT": {"aspect_ratio": "3:2"},
    "REQ-SHOT": {"shot_type": "triple"},
    "REQ-IMAGE": {"image": "a.png"},
    "REQ-NEGATIVE": {"negative_prompt": 1},
    "REQ-SEED": {"seed": -1},
    "REQ-AUDIO": {"audio": 1},
    "REQ-FLASH": {"flash_mode": 1},
    "REQ-EXTEND": {"prompt_extend": 1},
    "REQ-MEDIA-FIELDS": {"images": [1]},
    "REQ-EXTRA": {"template": 1},
}


@given(st.lists(st.sampled_from([*FAULTS]), unique=True, min_size=1))
def test_several_broken_rules_come_at_once_in_the_order_of_the_contract(rules):
    body = published()
    for rule in rules:
        body |= FAULTS[rule]

    assert [rule for rule, _ in broken(body)] == [rule for rule in FAULTS if rule in rules]


@given(st.sampled_from([name for name, field in WAN.properties.items() if "x-rule" in field]))
def test_null_is_a_wrong_value_for_every_field(name):
    """REQ-NULL."""
    assert broken(published(**{name: None})) == [("REQ-NULL", f"/{name}")]


def test_null_in_an_array_is_a_wrong_value_too():
    """REQ-NULL."""
    assert broken(published(images=[URL, None])) == [("REQ-NULL", "/images/1")]


@pytest.mark.parametrize(
    ("rules", "changes"),
    [
        (["REQ-MODE"], {"mode": "v2v", "image": URL, "reference_images": [URL]}),
        (["REQ-IMAGE"], {"mode": "i2v", "image": "a.png"}),
        (["REQ-IMAGE"], {"mode": "i2v", "image_url": "a.png"}),
        (["REQ-IMAGE"], {"image": "a.png", "reference_images": [URL]}),
        (["REQ-IMAGE"], {"image": "a.png", "image_url": URL, "reference_images": [URL]}),
        (["REQ-ALIAS"], {"image": URL, "image_url": OTHERS[0], "reference_images": [URL]}),
        (["REQ-ALIAS"], {"mode": "i2v", "image": URL, "image_url": OTHERS[0]}),
        (["REQ-MEDIA-FIELDS"], {"mode": "i2v", "images": ["a.png"]}),
        (["REQ-MEDIA-FIELDS"], {"mode": "r2v", "video": "a.mp4"}),
        (["REQ-MEDIA-FIELDS"], {"images": OTHERS[:3], "reference_videos": [*OTHERS[:3], "a.mp4"]}),
        (["REQ-MEDIA-FIELDS"], {"mode": "r2v", "images": [1], "reference_images": OTHERS[:6]}),
        (["REQ-MODE", "REQ-DURATION"], {"mode": 1, "duration": 1}),
        (["REQ-DURATION", "MODE-I2V-IMAGE"], {"mode": "i2v", "duration": 1}),
    ],
)
def test_rule_whose_inputs_are_invalid_stays_silent(rules, changes):
    """MODE-EXCLUSIVE, MODE-I2V-IMAGE, MODE-R2V-REFERENCE and MODE-REFERENCES say nothing here."""
    assert [rule for rule, _ in broken(published(**changes))] == rules


@pytest.mark.parametrize(
    ("changes", "policies"),
    [
        ({"flash_mode": "yes"}, {"flash_on_t2v": "reject"}),
        ({"flash_mode": True, "images": ["a.png"]}, {"flash_on_t2v": "reject"}),
        ({"duration": 99, "video": URL}, {"r2v_over_cap": "reject"}),
    ],
)
def test_policy_stays_silent_where_its_inputs_are_invalid(changes, policies):
    """FLASH-SCOPE and R2V-CAP."""
    assert len(broken(published(**changes), **policies)) == 1


@pytest.mark.parametrize(
    ("mode", "fields"),
    [
        ("t2v", {}),
        ("t2v", {"images": [], "reference_images": [], "reference_videos": []}),
        ("t2v", {"audio_url": URL}),
        ("i2v", {"image": URL}),
        ("i2v", {"image_url": URL}),
        ("i2v", {"images": [URL]}),
        ("i2v", {"image": URL, "images": [URL]}),
        ("r2v", {"image": URL, "images": [OTHERS[0]]}),
        ("r2v", {"images": OTHERS[:2]}),
        ("r2v", {"reference_images": [URL]}),
        ("r2v", {"reference_videos": [URL]}),
        ("r2v", {"video": URL, "image": URL}),
    ],
)
def test_auto_goes_by_the_media_sent(mode, fields):
    """MODE-AUTO and MODE-EXCLUSIVE (image with images: their union)."""
    assert check(published(**fields)).mode == mode
    assert check(published(**fields, mode="auto")).mode == mode


@pytest.mark.parametrize(
    ("mode", "fields"),
    [
        ("t2v", {"image": URL, "reference_images": OTHERS, "reference_videos": OTHERS}),
        ("i2v", {"image": URL, "reference_images": OTHERS}),
        ("i2v", {"images": OTHERS}),
        ("r2v", {"image": URL}),
        ("r2v", {"images": [URL]}),
        ("r2v", {"reference_images": [URL]}),
        ("r2v", {"reference_videos": [URL]}),
        ("r2v", {"images": OTHERS[:2], "reference_videos": OTHERS[:3]}),
    ],
)
def test_explicit_mode_wins_over_the_media_sent(mode, fields):
    """MODE-EXPLICIT and MODE-R2V-REFERENCE (a reference of any kind suffices)."""
    assert check(published(**fields, mode=mode)).mode == mode


@pytest.mark.parametrize(
    ("alias", "field"),
    [
        ({"image_url": URL}, {"image": URL}),
        ({"generate_audio": False}, {"audio": False}),
        ({"video": URL}, {"reference_videos": [URL]}),
        ({"image": URL, "image_url": URL}, {"image": URL}),
    ],
)
def test_alias_means_the_same(alias, field):
    """REQ-ALIAS: but for the place, which is told as it was sent."""
    found, meant = check(published(**alias)), check(published(**field))

    assert found._replace(media=None) == meant._replace(media=None)
    assert sources(found.media) == sources(meant.media)


@pytest.mark.parametrize("length", [1500, 1501, 100_000])
def test_long_prompts_are_accepted_whole(length):
    """REQ-PROMPT-LENGTH."""
    assert len(check(published(prompt="x" * length, negative_prompt="y" * length)).prompt) == length


@pytest.mark.parametrize("seed", ["3", "3.0", "0.3e1", "30e-1"])
def test_integer_may_be_written_with_a_fraction(seed):
    """REQ-SEED: 3.0 is an integer."""
    assert check(published(seed=Decimal(seed))).seed == 3


@pytest.mark.parametrize("ratio", ["1:1", "9:16"])
def test_i2v_ignores_the_aspect_ratio_but_checks_its_form(ratio):
    """I2V-RATIO."""
    assert check(published(image=URL, aspect_ratio=ratio)).mode == "i2v"
    assert broken(published(image=URL, aspect_ratio="3:2")) == [("REQ-ASPECT", "/aspect_ratio")]


def test_unknown_model_comes_before_every_broken_rule():
    """REQ-MODEL."""
    with pytest.raises(Problem) as caught:
        check(published(model="wan-9", prompt=1))

    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")
    assert caught.value.message == 'model: "wan-9" is not known; one of wan-2-6 would do.'


@pytest.mark.parametrize(
    ("rule", "raw"),
    [
        ("REQ-JSON", b""),
        ("REQ-JSON", b"prompt=sunrise"),
        ("REQ-JSON", b"[]"),
        ("REQ-JSON", b'"sunrise"'),
        ("REQ-JSON", b"null"),
        ("REQ-JSON", b"\xff\xfe"),
        ("REQ-STRICT", b'{"model": "wan-2-6", "model": "wan-2-6"}'),
        ("REQ-STRICT", b'{"duration": NaN}'),
        ("REQ-STRICT", b'{"duration": -Infinity}'),
        ("REQ-STRICT", rb'{"prompt": "\ud800"}'),
        ("REQ-STRICT", b"[" * 65 + b"]" * 65),
    ],
)
def test_body_that_is_no_json_object_breaks_one_rule_as_a_whole(rule, raw):
    with pytest.raises(InvalidRequest) as caught:
        VALIDATION.read(raw)

    (violation,) = caught.value.violations
    assert (violation.rule, violation.pointer, caught.value.param) == (rule, "", None)
    assert violation.message.startswith("the body ")


def test_first_broken_rule_speaks_for_all():
    with pytest.raises(InvalidRequest) as caught:
        check(published(seed=-1, resolution="4k"))

    assert caught.value.code == "invalid_request"
    assert caught.value.param == "resolution"
    assert caught.value.message == caught.value.violations[0].message


def test_defaults_of_another_model_count_like_values_sent(tmp_path):
    """MODE-I2V-IMAGE: a model whose default mode is i2v needs an image."""
    (document,) = published_documents()
    parts = json.loads(document.read_text("utf-8"))
    other = {"format": parts["format"], "model": parts["model"]}
    other["model"]["card"]["id"] = "other"
    other["model"]["request"]["schema"]["properties"]["mode"]["default"] = "i2v"
    path = tmp_path / "other.json"
    path.write_text(json.dumps(other), "utf-8")
    contract = load([path])

    validation = Validation(contract)
    examined = validation.check({"model": "other", "prompt": "x"}, contract.policies_with({}))

    with pytest.raises(InvalidRequest, match="image is missing; mode i2v needs one"):
        validation.accept(examined)


def test_empty_array_does_not_contradict_an_alias():
    """REQ-ALIAS and REQ-MEDIA-FIELDS: an empty array is no media."""
    video = "https://a.example/v"
    request = check({"model": "wan-2-6", "prompt": "x", "video": video, "reference_videos": []})

    assert request.media.reference_videos == (Medium(video, "video"),)


def test_million_mistakes_are_told_by_the_first_hundred():
    with pytest.raises(InvalidRequest) as caught:
        accept({"model": "wan-2-6", "prompt": "x", "images": [1] * 1_000_000}, DEFAULTS)

    assert len(caught.value.violations) == 100


def test_mistake_at_the_end_of_a_long_array_is_told_at_its_place():
    images = ["https://a.example/b"] * 1000 + [1]
    with pytest.raises(InvalidRequest) as caught:
        accept({"model": "wan-2-6", "prompt": "x", "images": images}, DEFAULTS)

    assert [violation.pointer for violation in caught.value.violations] == ["/images/1000"]


def test_thousand_unknown_fields_are_told_by_the_first_hundred():
    fields = {f"f{number}": 1 for number in range(1000)} | {"model": "wan-2-6", "prompt": "x"}
    with pytest.raises(InvalidRequest) as caught:
        accept(fields, CONTRACT.policies_with({"unknown_fields": "reject"}))

    assert [violation.pointer for violation in caught.value.violations] == [
        f"/f{number}" for number in range(100)
    ]
