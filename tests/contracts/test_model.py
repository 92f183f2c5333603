from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from contracts.document import load, published, read
from contracts.model import Drawn, References, Takes
from contracts.parsing import parse_model

CONTRACT = load()
WAN = CONTRACT.models["wan-2-6"]
RAW = read(published()[0]).parts["model"]


@pytest.mark.parametrize(
    ("rule", "rate", "list_rate", "flash", "resolution", "audio"),
    [
        ("PRICE-STANDARD-720P", "0.09", "0.10", False, "720p", None),
        ("PRICE-STANDARD-1080P", "0.138", "0.15", False, "1080p", None),
        ("PRICE-FLASH-720P-AUDIO", "0.045", "0.050", True, "720p", True),
        ("PRICE-FLASH-720P-SILENT", "0.0225", "0.0250", True, "720p", False),
        ("PRICE-FLASH-1080P-AUDIO", "0.069", "0.0750", True, "1080p", True),
        ("PRICE-FLASH-1080P-SILENT", "0.0345", "0.03750", True, "1080p", False),
    ],
)
def test_tier_is_the_published_one(rule, rate, list_rate, flash, resolution, audio):
    (found,) = [tier for tier in WAN.rates if tier.rule == rule]

    assert (found.rate, found.list_rate) == (rate, list_rate)
    assert (found.flash, found.resolution, found.audio) == (flash, resolution, audio)


@given(st.integers(0, 10**9))
def test_rate_is_exact_in_micro_dollars(micros):
    rate = {**RAW["rates"][0], "rate": f"{Decimal(micros).scaleb(-6):.6f}"}

    (tier,) = parse_model({**RAW, "rates": [rate]}).rates

    assert tier.micros_per_second == micros


@pytest.mark.parametrize(
    ("resolution", "sizes"),
    [
        (
            "720p",
            {
                "16:9": (1280, 720),
                "9:16": (720, 1280),
                "1:1": (960, 960),
                "4:3": (1088, 832),
                "3:4": (832, 1088),
            },
        ),
        (
            "1080p",
            {
                "16:9": (1920, 1080),
                "9:16": (1080, 1920),
                "1:1": (1440, 1440),
                "4:3": (1632, 1248),
                "3:4": (1248, 1632),
            },
        ),
    ],
)
def test_sizes_are_the_documented_ones(resolution, sizes):
    """OUT-SIZE."""
    assert WAN.output.sizes[resolution] == sizes


def test_output_is_30_fps_and_follows_pictures_in_steps_of_16():
    """OUT-FORMAT and OUT-SIZE."""
    output = WAN.output

    assert (output.fps, output.content_type) == (30, "video/mp4")
    assert (output.multiple, output.widest, output.trusted, output.exact) == (
        16,
        4,
        "16:9",
        ("16:9", "9:16"),
    )


def test_modes_take_what_the_page_says():
    """MODE-I2V-IMAGE, MODE-R2V-REFERENCE, MODE-REFERENCES, R2V-CAP and FLASH-SCOPE."""
    assert {
        name: (mode.takes, mode.flash, mode.max_seconds) for name, mode in WAN.modes.items()
    } == {
        "t2v": (Takes.NOTHING, False, None),
        "i2v": (Takes.IMAGE, True, None),
        "r2v": (Takes.REFERENCES, True, 10),
    }
    assert WAN.modes["r2v"].references == References(images=5, videos=3, total=5)


def test_aliases_and_defaults_are_those_of_the_contract_page():
    """REQ-ALIAS, and the defaults of REQ-MODE to REQ-EXTEND."""
    assert WAN.aliases == {
        "image_url": "image",
        "generate_audio": "audio",
        "video": "reference_videos",
    }
    assert WAN.defaults == {
        "mode": "auto",
        "resolution": "1080p",
        "duration": 5,
        "aspect_ratio": "16:9",
        "shot_type": "multi",
        "negative_prompt": "",
        "audio": True,
        "flash_mode": False,
        "prompt_extend": True,
    }


def test_documented_latencies():
    """The examples of the contract page: 4 min 47 s, 4 min 36 s, 9 min 43 s and 59 s."""
    examples = [
        (e.mode, e.flash, e.resolution, e.duration, e.seconds) for e in WAN.latency.examples
    ]

    assert examples == [
        ("t2v", False, "720p", 10, 4 * 60 + 47),
        ("r2v", False, "720p", 5, 4 * 60 + 36),
        ("i2v", False, "720p", 10, 9 * 60 + 43),
        ("i2v", True, "720p", 10, 59),
    ]


def test_profile_is_seconds_or_drawn():
    profiles = WAN.latency.profiles

    assert (profiles["quick"], profiles["instant"]) == (4.0, 0.0)
    assert isinstance(profiles["realistic"], Drawn)


def test_media_limits_are_the_documented_ones():
    media = WAN.media
    assert media.image is not None
    assert media.video is not None
    assert media.audio is not None

    assert media.image.formats == ("JPEG", "PNG", "BMP", "WEBP", "HEIC", "HEIF")
    assert media.image.sides == {"i2v": (360, 2000), "r2v": (240, 5000)}
    assert media.video.formats == ("MP4", "MOV")
    assert (media.video.seconds, media.video.max_bytes) == ((1, 30), 100_000_000)
    assert media.audio.formats == ("mp3", "wav")
    assert (media.audio.seconds, media.audio.max_bytes) == ((3, 30), 15_000_000)


@pytest.mark.parametrize(("value", "bounded"), [("enforce", True), ("accept", False)])
def test_policy_lays_its_keywords_over_a_field(value, bounded):
    """REQ-SEED."""
    seed = WAN.schema_under(CONTRACT.policies_with({"seed_range": value}))["properties"]["seed"]

    assert ("maximum" in seed) is bounded
    assert "x-policies" not in seed


@pytest.mark.parametrize(("value", "closed"), [("ignore", False), ("reject", True)])
def test_policy_lays_its_keywords_over_the_whole_request(value, closed):
    """REQ-EXTRA."""
    schema = WAN.schema_under(CONTRACT.policies_with({"unknown_fields": value}))

    assert (schema.get("additionalProperties") is False) is closed
