import pytest

from contracts.document import load
from mock_server.catalogue import card

CARD = card(load().models["wan-2-6"])
PARAMETERS = {parameter["name"]: parameter for parameter in CARD["supported_parameters"]}


@pytest.mark.parametrize(
    ("name", "type_", "required", "default", "more"),
    [
        ("prompt", "string", True, None, {}),
        ("mode", "enum", False, "auto", {"options": ["auto", "t2v", "i2v", "r2v"]}),
        ("resolution", "enum", False, "1080p", {"options": ["720p", "1080p"]}),
        ("duration", "number", False, 5, {"minimum": 5, "maximum": 15}),
        ("aspect_ratio", "enum", False, "16:9", {"options": ["16:9", "9:16", "1:1", "4:3", "3:4"]}),
        ("shot_type", "enum", False, "multi", {"options": ["single", "multi"]}),
        ("image", "string", False, None, {}),
        ("negative_prompt", "string", False, "", {}),
        ("seed", "number", False, None, {}),
        ("audio", "boolean", False, True, {}),
        ("flash_mode", "boolean", False, False, {}),
        ("prompt_extend", "boolean", False, True, {}),
    ],
)
def test_parameter_is_the_published_one(name, type_, required, default, more):
    """MODEL-CARD."""
    parameter = dict(PARAMETERS[name])

    assert parameter.pop("description")
    assert parameter == {
        "name": name,
        "type": type_,
        "required": required,
        "default": default,
        **more,
    }


def test_parameters_are_all_the_published_ones_in_their_order():
    """MODEL-CARD."""
    published = "prompt mode resolution duration aspect_ratio shot_type image negative_prompt seed audio flash_mode"

    assert list(PARAMETERS) == [*published.split(), "prompt_extend"]


def test_defaults_are_those_of_the_parameters():
    """MODEL-CARD."""
    assert CARD["default_params"] == {
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


def test_prices_are_the_published_ones_to_the_letter():
    """MODEL-CARD."""
    rows = [(row["charge"], row["rate"], row["list_rate"]) for row in CARD["pricing_rows"]]

    assert rows == [
        ("Standard 720P", "0.09", "0.10"),
        ("Standard 1080P", "0.138", "0.15"),
        ("Flash 720P (audio)", "0.045", "0.050"),
        ("Flash 720P (no audio)", "0.0225", "0.0250"),
        ("Flash 1080P (audio)", "0.069", "0.0750"),
        ("Flash 1080P (no audio)", "0.0345", "0.03750"),
    ]
    assert {(row["unit"], row["currency"]) for row in CARD["pricing_rows"]} == {
        ("video-second", "USD")
    }


def test_card_tells_what_the_published_page_tells():
    """MODEL-CARD."""
    assert (CARD["id"], CARD["object"], CARD["display_name"]) == ("wan-2-6", "model", "Wan 2.6")
    assert (CARD["owned_by"], CARD["category"], CARD["served_from"]) == (
        "Alibaba Cloud",
        "video",
        "Singapore",
    )
    assert CARD["input_modalities"] == ["text", "image", "video", "audio"]
    assert CARD["output_modalities"] == ["video"]
    assert CARD["features"] == ["audio_sync", "character_consistency", "multi_shot"]
    assert CARD["supported_endpoints"] == ["POST /v1/videos/generations"]


def test_card_has_the_fields_of_the_contract_page_in_its_order():
    """MODEL-CARD."""
    assert list(CARD) == [
        "id",
        "object",
        "display_name",
        "owned_by",
        "category",
        "description",
        "input_modalities",
        "output_modalities",
        "features",
        "served_from",
        "supported_endpoints",
        "supported_parameters",
        "default_params",
        "pricing_rows",
        "notes",
    ]
