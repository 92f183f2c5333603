"""Checks of the card of a model."""

import copy

import pytest

from tests.contracts.conftest import get, refusal

CARD = "/v1/models/wan-2-6"


@pytest.fixture
def card(client):
    """The card as the emulator tells it."""
    return copy.deepcopy(client.get(CARD).json)


def rules(found):
    return {rule for check, rule in found if check == "card_tells_what_is_published"}


def test_published_card_breaks_nothing(story, card):
    assert not story.breaks(get(CARD), 200, card)
    assert not story.breaks(get("/v1/models"), 200, {"object": "list", "data": [card]})


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("duration", "minimum", 4),
        ("duration", "maximum", 16),
        ("duration", "type", "integer"),
        ("duration", "default", 6),
        ("prompt", "required", False),
        ("resolution", "options", ["720p"]),
        ("mode", "name", "modus"),
    ],
)
def test_parameter_that_is_a_little_wrong_breaks_the_rule(story, card, name, key, value):
    next(one for one in card["supported_parameters"] if one["name"] == name)[key] = value
    assert "MODEL-CARD" in rules(story.breaks(get(CARD), 200, card))


@pytest.mark.parametrize("key", ["rate", "list_rate", "unit"])
def test_price_that_is_another_breaks_the_rule_of_its_tier(story, card, key):
    card["pricing_rows"][0][key] = "0.1"
    assert rules(story.breaks(get(CARD), 200, card)) - {"MODEL-CARD"}


def test_word_of_the_card_is_published(story, card):
    assert rules(story.breaks(get(CARD), 200, {**card, "owned_by": "me"})) == {"MODEL-CARD"}


def test_model_that_nobody_knows_is_404(story, card):
    assert not story.breaks(get("/v1/models/wan-0"), 404, refusal("model_not_found"))
    assert rules(story.breaks(get("/v1/models/wan-0"), 200, card)) == {"REQ-MODEL"}


def test_list_and_page_agree(story, card):
    story.tell(get(CARD), 200, card)
    other = {"object": "list", "data": [{**card, "notes": ["another"]}]}
    agree = ("cards_of_a_model_agree", "MODEL-CARD")
    assert agree in story.breaks(get("/v1/models"), 200, other)
    assert not story.breaks(get("/v1/models"), 200, {"object": "list", "data": [card]})


def test_known_model_is_in_the_list_and_can_be_read(story):
    assert rules(story.breaks(get("/v1/models"), 200, {"object": "list", "data": []}))
    assert rules(story.breaks(get(CARD), 404, refusal("model_not_found"))) == {"MODEL-CARD"}


def test_card_of_a_model_beyond_the_contract_is_not_judged(story, card):
    body = {"object": "list", "data": [card, {**card, "id": "wan-2-7"}]}
    assert not story.breaks(get("/v1/models"), 200, body)


@pytest.mark.parametrize("status", [None, 429])
def test_no_card_is_no_card(live, status):
    assert not rules(live.breaks(get(CARD), status, {}, retry_after="1"))


def test_catalogue_is_open_to_everybody(story):
    told = refusal("missing_api_key")
    assert rules(story.breaks(get("/v1/models", None), 401, told)) == {"MODEL-CARD"}
    bad = get("/v1/models", None, authorization="Bearer nonsense")
    assert not rules(story.breaks(bad, 401, refusal("invalid_api_key")))
    assert not rules(story.breaks(get("/v1/models"), 429, refusal("rate_limit_exceeded")))
