"""What the kit expects of requests, on examples worked out by hand."""

from decimal import Decimal

import pytest

from contracts.document import load
from contracts.expectation.form import Broken
from contracts.expectation.outcome import Accepted, Expectation, Refused, size_after
from contracts.specimens.specimen import ABSENT

CONTRACT = load()
MODEL = CONTRACT.models["wan-2-6"]
BASE = {"model": "wan-2-6", "prompt": "a lighthouse"}
URL = "https://example.com/a.png"


def outcome(policies=None, **fields):
    return Expectation(CONTRACT, CONTRACT.policies_with(policies or {})).of({**BASE, **fields})


@pytest.mark.parametrize(
    ("fields", "mode", "tier", "seconds", "micros"),
    [
        ({}, "t2v", "PRICE-STANDARD-1080P", "5", 690_000),
        ({"duration": 6}, "t2v", "PRICE-STANDARD-1080P", "6", 828_000),
        ({"flash_mode": True}, "t2v", "PRICE-STANDARD-1080P", "5", 690_000),
        ({"image": URL, "flash_mode": True}, "i2v", "PRICE-FLASH-1080P-AUDIO", "5", 345_000),
        (
            {"video": URL, "duration": 12, "flash_mode": True, "generate_audio": False},
            "r2v",
            "PRICE-FLASH-1080P-SILENT",
            "10",
            345_000,
        ),
        (
            {"resolution": "720p", "duration": 5.0000056},
            "t2v",
            "PRICE-STANDARD-720P",
            "5.0000056",
            450_001,
        ),
    ],
)
def test_request_is_billed_by_mode_tier_and_seconds(fields, mode, tier, seconds, micros):
    found = outcome(**fields)

    assert isinstance(found, Accepted)
    assert (found.mode.name, found.bill.rate.rule) == (mode, tier)
    assert (found.bill.seconds, found.bill.micros) == (Decimal(seconds), micros)


@pytest.mark.parametrize(
    ("policies", "fields", "broken"),
    [
        ({}, {"mode": "i2v"}, {("MODE-I2V-IMAGE", "/image")}),
        ({}, {"mode": "r2v", "images": []}, {("MODE-R2V-REFERENCE", "/image")}),
        ({}, {"image": URL, "reference_images": [URL]}, {("MODE-EXCLUSIVE", "/reference_images")}),
        ({}, {"reference_images": [URL] * 6}, {("MODE-REFERENCES", "/reference_images")}),
        ({}, {"images": [URL] * 6}, {("MODE-REFERENCES", "/images")}),
        ({}, {"reference_videos": [URL] * 4}, {("MODE-REFERENCES", "/reference_videos")}),
        (
            {},
            {"reference_videos": [URL] * 3, "reference_images": [URL] * 3},
            {("MODE-REFERENCES", "/reference_images")},
        ),
        ({"flash_on_t2v": "reject"}, {"flash_mode": True}, {("FLASH-SCOPE", "/flash_mode")}),
        (
            {"r2v_over_cap": "reject"},
            {"video": URL, "duration": 10.5},
            {("R2V-CAP", "/duration")},
        ),
        ({}, {"mode": "i2v", "image": "nonsense"}, {("REQ-IMAGE", "/image")}),
        ({}, {"mode": "v2v", "image": URL}, {("REQ-MODE", "/mode")}),
        ({}, {"images": "x", "flash_mode": True}, {("REQ-MEDIA-FIELDS", "/images")}),
        ({}, {"image": URL, "image_url": f"{URL}?"}, {("REQ-ALIAS", "/image_url")}),
        ({}, {"seed": None, "a/b": 1}, {("REQ-NULL", "/seed")}),
        ({"unknown_fields": "reject"}, {"a/b~": 1}, {("REQ-EXTRA", "/a~1b~0")}),
    ],
)
def test_request_is_refused_with_every_rule_it_breaks(policies, fields, broken):
    expected = frozenset(Broken(rule, pointer) for rule, pointer in broken)

    assert outcome(policies, **fields) == Refused(broken=expected)


VIDEO, IMAGE = "MEDIA-VIDEO", "MEDIA-IMAGE-FORMAT"


@pytest.mark.parametrize(
    ("fields", "broken"),
    [
        ({"video": URL}, {(VIDEO, "/video")}),
        ({"video": URL, "reference_videos": []}, {(VIDEO, "/video")}),
        ({"video": URL, "reference_videos": [URL]}, {(VIDEO, "/reference_videos/0")}),
        ({"image_url": URL}, {(IMAGE, "/image_url")}),
        (
            {"mode": "r2v", "image": URL, "images": [f"{URL}?", URL]},
            {(IMAGE, "/image"), (IMAGE, "/images/0")},
        ),
        ({"image": URL, "seed": "x"}, {(IMAGE, "/image"), ("REQ-SEED", "/seed")}),
        ({"image": URL, "mode": "x"}, {("REQ-MODE", "/mode")}),
    ],
)
def test_media_that_are_nowhere_are_told_early_by_the_place_that_was_sent(fields, broken):
    expectation = Expectation(CONTRACT, CONTRACT.policies_with({"media_errors": "early"}))
    found = expectation.of({**BASE, **fields}, lambda _: ABSENT)

    assert found == Refused(broken=frozenset(Broken(rule, pointer) for rule, pointer in broken))


def test_of_more_references_than_a_mode_takes_nobody_knows_whether_they_are_looked_at():
    expectation = Expectation(CONTRACT, CONTRACT.policies_with({"media_errors": "early"}))
    found = expectation.of({**BASE, "reference_videos": [URL] * 4}, lambda _: ABSENT)

    assert found == Refused(
        broken=frozenset({Broken("MODE-REFERENCES", "/reference_videos")}),
        doubted=frozenset(Broken(VIDEO, f"/reference_videos/{number}") for number in range(4)),
    )


def test_what_is_missing_is_told_by_its_own_rule():
    nothing = Expectation(CONTRACT, CONTRACT.policies_with({})).of({})

    missing = {Broken("REQ-MODEL", "/model"), Broken("REQ-PROMPT", "/prompt")}
    assert nothing == Refused(broken=frozenset(missing))
    named = Expectation(CONTRACT, CONTRACT.policies_with({})).of({"model": MODEL.id})
    assert named == Refused(broken=frozenset({Broken("REQ-PROMPT", "/prompt")}))


def test_unknown_model_is_told_apart():
    assert outcome(model="wan-9") == Refused(broken=frozenset(), is_unknown_model=True)


@pytest.mark.parametrize(
    ("picture", "size"),
    [
        ((750, 1000), (816, 1104)),
        ((1920, 1080), (1280, 720)),
        ((9, 16), (720, 1280)),
        ((9000, 1), (1920, 480)),
    ],
)
def test_size_follows_the_picture(picture, size):
    assert size_after(picture, "720p", MODEL) == size
