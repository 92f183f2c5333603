"""A new model is a new file: an invented one, served beside Wan 2.6 without a line of Python."""

import io
import json
import re
from pathlib import Path

import av
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

DOCUMENT = Path(__file__).with_name("invented-model.json")
STILL = "https://example.com/a.png"


@pytest.fixture
def dream(make_client):
    return make_client(documents=(DOCUMENT,), balance=1000)


def order(client, **fields):
    body = {"model": "dream-1", "prompt": "a sheep", "duration": 2, **fields}
    return client.post("/v1/videos/generations", body)


def finished(client, **fields):
    path = order(client, **fields).json["poll_url"]
    client.time.pass_seconds(1800)
    return client.get(path).json


def test_catalogue_has_both_models(dream, conforms):
    """Rule MODEL-CARD."""
    cards = dream.get("/v1/models").json

    conforms(cards, "ModelList")
    assert [card["id"] for card in cards["data"]] == ["wan-2-6", "dream-1"]
    assert [*dream.get("/health").json["workers"]] == ["wan-2-6", "dream-1"]


def test_card_tells_the_documents_parameters_and_prices(dream, conforms):
    """Rule MODEL-CARD."""
    card = dream.get("/v1/models/dream-1").json
    duration = next(one for one in card["supported_parameters"] if one["name"] == "duration")

    conforms(card, "Model")
    assert duration["options"] == [1, 2, 20]
    assert duration["required"] is True
    assert card["default_params"]["resolution"] == "tiny"
    assert [row["rate"] for row in card["pricing_rows"]] == ["0.5", "0.000001", "7.25"]
    assert {row["unit"] for row in card["pricing_rows"]} == {"dream-second"}


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"prompt": "p" * 21}, "DREAM-PROMPT"),
        ({"mode": "t2v"}, "DREAM-MODE"),
        ({"resolution": "720p"}, "DREAM-RESOLUTION"),
        ({"duration": 5}, "DREAM-DURATION"),
        ({"aspect_ratio": "16:9"}, "DREAM-ASPECT"),
        ({"image": "http://example.com"}, "DREAM-IMAGE"),
        ({"audio": 1}, "DREAM-AUDIO"),
        ({"flash_mode": True}, "DREAM-EXTRA"),
        ({"mode": "still"}, "DREAM-STILL"),
    ],
)
def test_requests_are_checked_by_the_documents_own_rules(dream, fields, rule):
    error = order(dream, **fields).error

    assert [broken["rule"] for broken in error["details"]] == [rule]


def test_wan_keeps_its_own_rules(dream):
    """Rules REQ-DURATION and REQ-EXTRA."""
    assert dream.submit(duration=2).error["details"][0]["rule"] == "REQ-DURATION"
    assert dream.submit(fps=1).status == 202


def test_message_says_what_this_model_wants(dream):
    """Rule DREAM-DURATION is told as Wan's rules are."""
    assert order(dream, duration=5).error["message"] == (
        "duration: 5 is not an option; one of 1, 2, 20 would do."
    )


@pytest.mark.parametrize(
    ("fields", "units", "cost"),
    [
        ({"audio": True}, 2, 1.0),
        ({}, 2, 0.000002),
        ({"resolution": "small", "duration": 1}, 1, 7.25),
        ({"resolution": "small", "duration": 20}, 12, 87.0),
        ({"resolution": "small", "duration": 20, "image": STILL}, 20, 145.0),
    ],
)
def test_price_follows_the_documents_rates_and_caps(dream, fields, units, cost):
    """Rules PRICE-SECONDS and R2V-CAP, with other numbers."""
    usage = finished(dream, **fields)["result"]["usage"]

    assert usage == {
        "billable_units": units,
        "billing_unit": "dream-second",
        "cost": {"amount": cost, "currency": "USD"},
    }


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({}, (128, 64)),
        ({"aspect_ratio": "5:4"}, (80, 64)),
        ({"resolution": "small", "audio": True}, (256, 128)),
        ({"resolution": "small", "image": STILL}, (160, 128)),
    ],
)
def test_video_has_the_documents_size_rate_and_sound(dream, fields, size):
    """Rules OUT-SIZE, OUT-DURATION and OUT-AUDIO, with other numbers."""
    url = finished(dream, **fields)["result"]["data"][0]["url"]
    with av.open(io.BytesIO(dream.get(url).body), "r") as container:
        picture = container.streams.video[0]

        assert (picture.width, picture.height) == size
        assert picture.average_rate == 10
        assert len(list(container.decode(picture))) == 20
        assert len(container.streams.audio) == fields.get("audio", False)


def test_latency_follows_the_documents_profile(dream):
    path = order(dream).json["poll_url"]
    dream.time.pass_seconds(19.9)
    assert dream.get(path).json["status"] == "queued"
    dream.time.pass_seconds(20.1)

    assert dream.get(path).json["status"] == "completed"


def test_drawn_seed_is_one_of_the_documents(dream):
    """Rule OUT-SEED: without a seed of its own, a request gets one up to the largest."""
    for _ in range(5):
        url = finished(dream)["result"]["data"][0]["url"]
        (seed,) = re.findall(rb"mode=words seed=(\d+)", dream.get(url).body)

        assert 0 <= int(seed) <= 99


def test_openapi_document_takes_either_model(dream):
    described = dream.get("/openapi.json").json
    generation = Draft202012Validator(described["components"]["schemas"]["Generation"])

    OpenAPIV31SpecValidator(described).validate()
    assert generation.is_valid({"model": "wan-2-6", "prompt": "a", "duration": 6, "fps": 1})
    assert generation.is_valid({"model": "dream-1", "prompt": "a", "duration": 20})
    assert not generation.is_valid({"model": "dream-1", "prompt": "a", "duration": 6})
    assert not generation.is_valid({"model": "wan-2-6", "prompt": "a", "duration": 2})


def test_unknown_model_names_both(dream):
    """Rule REQ-MODEL."""
    assert "wan-2-6, dream-1" in order(dream, model="x").error["message"]


def test_usage_is_told_by_model(dream):
    """Rule USAGE."""
    finished(dream)
    dream.finished()
    events = dream.get("/v1/account/usage?model=dream-1").json["data"]

    assert [event["model"] for event in events] == ["dream-1"]


@pytest.mark.parametrize(
    "fields",
    [{"audio_url": STILL}, {"audio_url": 7}, {"reference_images": 7}, {"images": [STILL, STILL]}],
)
def test_media_in_fields_that_the_model_does_not_know_are_no_media(make_client, tmp_path, fields):
    """REQ-EXTRA: a model that ignores unknown fields ignores those that are media to another."""
    document = json.loads(DOCUMENT.read_text("utf-8"))
    document["model"]["request"]["schema"]["additionalProperties"] = True
    (open_document := tmp_path / "open.json").write_text(json.dumps(document), "utf-8")
    client = make_client(documents=(open_document,))

    assert finished(client, **fields)["status"] == "completed"
