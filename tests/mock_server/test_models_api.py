"""Rule MODEL-CARD: the catalogue says what the published page says, compared by hand."""

import pytest

PARAMETERS = {
    "prompt": ("string", True, None, {}),
    "mode": ("enum", False, "auto", {"options": ["auto", "t2v", "i2v", "r2v"]}),
    "resolution": ("enum", False, "1080p", {"options": ["720p", "1080p"]}),
    "duration": ("number", False, 5, {"minimum": 5, "maximum": 15}),
    "aspect_ratio": (
        "enum",
        False,
        "16:9",
        {"options": ["16:9", "9:16", "1:1", "4:3", "3:4"]},
    ),
    "shot_type": ("enum", False, "multi", {"options": ["single", "multi"]}),
    "image": ("string", False, None, {}),
    "negative_prompt": ("string", False, "", {}),
    "seed": ("number", False, None, {}),
    "audio": ("boolean", False, True, {}),
    "flash_mode": ("boolean", False, False, {}),
    "prompt_extend": ("boolean", False, True, {}),
}
PRICES = [
    ("Standard 720P", "0.09", "0.10"),
    ("Standard 1080P", "0.138", "0.15"),
    ("Flash 720P (audio)", "0.045", "0.050"),
    ("Flash 720P (no audio)", "0.0225", "0.0250"),
    ("Flash 1080P (audio)", "0.069", "0.0750"),
    ("Flash 1080P (no audio)", "0.0345", "0.03750"),
]


@pytest.fixture
def card(client):
    return client.as_(None).get("/v1/models/wan-2-6").json


def test_card_has_the_published_parameters(card):
    """Rule MODEL-CARD: names, types, defaults, options and ranges, in the order of the page."""
    found = {
        parameter["name"]: (
            parameter["type"],
            parameter["required"],
            parameter["default"],
            {key: parameter[key] for key in ("options", "minimum", "maximum") if key in parameter},
        )
        for parameter in card["supported_parameters"]
    }

    assert found == PARAMETERS
    assert list(found) == list(PARAMETERS)


def test_card_has_the_published_prices(card):
    """Rule MODEL-CARD: rates and list rates are decimal strings, spelt as published."""
    rows = card["pricing_rows"]

    assert [(row["charge"], row["rate"], row["list_rate"]) for row in rows] == PRICES
    assert {(row["unit"], row["currency"]) for row in rows} == {("video-second", "USD")}


def test_card_has_the_published_head(card, conforms):
    """Rule MODEL-CARD: modalities, features, region."""
    conforms(card, "Model")
    assert card["id"] == "wan-2-6"
    assert card["object"] == "model"
    assert card["display_name"] == "Wan 2.6"
    assert card["owned_by"] == "Alibaba Cloud"
    assert card["category"] == "video"
    assert card["input_modalities"] == ["text", "image", "video", "audio"]
    assert card["output_modalities"] == ["video"]
    assert card["features"] == ["audio_sync", "character_consistency", "multi_shot"]
    assert card["served_from"] == "Singapore"
    assert card["supported_endpoints"] == ["POST /v1/videos/generations"]


def test_default_params_are_the_defaults_of_the_parameters(card):
    """Rule MODEL-CARD."""
    assert card["default_params"] == {
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


def test_catalogue_lists_the_same_card(client, card, conforms):
    """Rule MODEL-CARD."""
    answer = client.as_(None).get("/v1/models")

    conforms(answer.json, "ModelList")
    assert answer.json == {"object": "list", "data": [card]}


def test_unknown_model_is_a_404_that_names_those_that_are_known(client):
    """Rule REQ-MODEL: the same code as at a submission."""
    answer = client.get("/v1/models/wan-9")

    assert answer.status == 404
    assert answer.error["code"] == "model_not_found"
    assert '"wan-9"' in answer.error["message"]
    assert "wan-2-6" in answer.error["message"]


@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/wan-2-6"])
def test_catalogue_needs_no_key_but_refuses_a_bad_one(client, path):
    """Rule AUTH-KEY: the catalogue is public, and a key test all the same."""
    assert client.as_(None).get(path).status == 200
    assert client.as_("sk-other-1").get(path).error["code"] == "invalid_api_key"
