"""Each mutation of a published card is told once, and as what it is."""

import copy

import pytest
from hypothesis import given, strategies as st

from contracts.document import load
from contracts.drift.card import published_card
from contracts.drift.cards import SETS, card_differences
from contracts.drift.difference import Change, Level
from contracts.drift.values import ABSENT
from mock_server.catalogue import card as card_of_emulator

ADDED, REMOVED, CHANGED = Change.ADDED, Change.REMOVED, Change.CHANGED
BREAKING, COMPATIBLE, INFORMATIONAL = Level.BREAKING, Level.COMPATIBLE, Level.INFORMATIONAL
CONTRACT = load()
MODEL = CONTRACT.models["wan-2-6"]
CARD = published_card(MODEL, CONTRACT)
SOURCE = "GET /v1/models/wan-2-6"


def parameter(card, name):
    return next(one for one in card["supported_parameters"] if one["name"] == name)


def row(card, charge):
    return next(one for one in card["pricing_rows"] if one["charge"] == charge)


def differences(live):
    return [*card_differences(MODEL, CONTRACT, live, SOURCE)]


def only(live):
    """Return the only difference of *live*."""
    (found,) = differences(live)
    assert found.source == SOURCE
    return found


def test_card_of_the_document_is_that_of_the_emulator():
    """Each is made by code of its own."""
    assert card_of_emulator(MODEL) == CARD


def test_card_that_the_document_makes_has_not_drifted():
    assert differences(CARD) == []


@pytest.mark.parametrize(
    ("name", "field", "value", "level"),
    [
        ("duration", "minimum", 2, COMPATIBLE),
        ("duration", "minimum", 6, BREAKING),
        ("duration", "maximum", 10, BREAKING),
        ("duration", "maximum", 20, COMPATIBLE),
        ("duration", "maximum", "15", BREAKING),
        ("duration", "type", "integer", BREAKING),
        ("duration", "type", "string", BREAKING),
        ("duration", "default", 6, BREAKING),
        ("duration", "default", None, BREAKING),
        ("duration", "required", True, BREAKING),
        ("prompt", "required", False, COMPATIBLE),
        ("mode", "type", "string", COMPATIBLE),
        ("mode", "options", "auto", BREAKING),
        ("seed", "default", 0, BREAKING),
        ("seed", "minimum", 0, BREAKING),
        ("seed", "step", 1, COMPATIBLE),
        ("audio", "default", 1, BREAKING),
        ("image", "options", ["a"], BREAKING),
    ],
)
def test_parameter_that_says_something_else(card, name, field, value, level):
    parameter(card, name)[field] = value

    found = only(card)
    assert found.level is level
    assert found.live == value
    assert found.pointer == f"/supported_parameters/{name}/{field}"
    assert found.rule == MODEL.properties[name]["x-rule"]


@pytest.mark.parametrize(
    ("name", "field", "level"),
    [
        ("duration", "minimum", COMPATIBLE),
        ("duration", "maximum", COMPATIBLE),
        ("mode", "options", COMPATIBLE),
        ("duration", "type", BREAKING),
        ("duration", "default", BREAKING),
        ("duration", "required", BREAKING),
        ("duration", "description", BREAKING),
    ],
)
def test_parameter_that_says_less(card, name, field, level):
    del parameter(card, name)[field]

    assert (only(card).change, only(card).level) == (REMOVED, level)


def test_option_that_is_gone_breaks_and_a_new_one_does_not(card):
    parameter(card, "resolution")["options"] = ["720p", "480p"]

    gone, new = differences(card)
    assert (gone.change, gone.document, gone.level) == (REMOVED, "1080p", BREAKING)
    assert (new.change, new.live, new.level) == (ADDED, "480p", COMPATIBLE)


def test_order_words_and_null_bounds_mean_nothing(card):
    parameter(card, "mode")["options"].reverse()
    parameter(card, "mode")["description"] = "In other words."
    parameter(card, "seed")["minimum"] = None
    card["supported_parameters"].reverse()
    card["pricing_rows"].reverse()
    card["features"].reverse()

    assert differences(card) == []


@pytest.mark.parametrize(
    ("new", "level"),
    [
        ({"name": "fps", "required": True}, BREAKING),
        ({"name": "fps", "required": False}, COMPATIBLE),
        ({"name": "fps"}, COMPATIBLE),
        ({"name": "duration", "maximum": 99}, BREAKING),
        ({"name": 5}, BREAKING),
        ("fps", BREAKING),
    ],
)
def test_another_entry_among_the_parameters(card, new, level):
    card["supported_parameters"].append(new)

    assert (only(card).change, only(card).level, only(card).live) == (ADDED, level, new)


def test_parameter_that_is_gone(card):
    card["supported_parameters"].remove(parameter(card, "shot_type"))

    found = only(card)
    assert (found.change, found.level, found.rule) == (REMOVED, BREAKING, "REQ-SHOT")


@pytest.mark.parametrize(
    ("field", "value", "level"),
    [
        ("rate", "0.091", BREAKING),
        ("rate", "0.08", COMPATIBLE),
        ("rate", 0.09, BREAKING),
        ("rate", "free", BREAKING),
        ("list_rate", "0.2", BREAKING),
        ("list_rate", "0.09", COMPATIBLE),
        ("unit", "video", BREAKING),
        ("currency", "EUR", BREAKING),
        ("discount", "10 %", COMPATIBLE),
    ],
)
def test_row_that_says_something_else(card, field, value, level):
    row(card, "Standard 720P")[field] = value

    found = only(card)
    assert (found.level, found.live) == (level, value)
    assert found.pointer == f"/pricing_rows/Standard 720P/{field}"
    assert found.rule == "PRICE-STANDARD-720P"


def test_rate_that_is_only_spelt_otherwise(card):
    row(card, "Standard 720P")["rate"] = "0.0900"

    assert differences(card) == []


def test_tier_that_is_gone_breaks_and_a_new_one_does_not(card):
    row(card, "Standard 720P")["charge"] = "Standard HD"

    gone, new = differences(card)
    assert (gone.change, gone.level, gone.rule) == (REMOVED, BREAKING, "PRICE-STANDARD-720P")
    assert (new.change, new.level, new.rule) == (ADDED, COMPATIBLE, "MODEL-CARD")


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        ("id", "wan-2-7", BREAKING),
        ("object", "card", BREAKING),
        ("served_from", "Frankfurt", COMPATIBLE),
        ("display_name", "Wan", COMPATIBLE),
        ("description", "Other words.", INFORMATIONAL),
        ("notes", [], INFORMATIONAL),
        ("features", "audio_sync", BREAKING),
        ("supported_parameters", {}, BREAKING),
        ("pricing_rows", None, BREAKING),
        ("default_params", [], BREAKING),
        ("tags", ["new"], COMPATIBLE),
    ],
)
def test_field_that_says_something_else(card, name, value, level):
    card[name] = value

    assert (only(card).level, only(card).pointer, only(card).live) == (level, f"/{name}", value)


def test_default_of_its_own_list(card):
    card["default_params"]["resolution"] = "720p"

    found = only(card)
    assert (found.pointer, found.rule) == ("/default_params/resolution", "REQ-RESOLUTION")
    assert found.level is BREAKING


@pytest.mark.parametrize("name", CARD)
def test_field_that_is_gone(card, name):
    del card[name]

    assert (only(card).change, only(card).level) == (REMOVED, BREAKING)


@st.composite
def mutations(draw):
    """Return a card with one thing changed, and whether that breaks."""
    live = copy.deepcopy(CARD)
    kind = draw(st.sampled_from(["bound", "option", "rate", "member", "field"]))
    if kind == "bound":
        field, other = draw(st.sampled_from([("minimum", 5), ("maximum", 15)]))
        value = draw(st.integers(-100, 100).filter(lambda value: value != other))
        parameter(live, "duration")[field] = value
        return live, (value > other) is (field == "minimum")
    if kind == "option":
        name = draw(st.sampled_from(["mode", "resolution", "aspect_ratio", "shot_type"]))
        return live, draw(changed_set(parameter(live, name)["options"]))
    if kind == "rate":
        told = draw(st.sampled_from(live["pricing_rows"]))
        field = draw(st.sampled_from(["rate", "list_rate"]))
        micros, old = draw(st.integers(1, 10**6)), round(float(told[field]) * 10**6)
        told[field] = f"0.{micros:06}" if micros < 10**6 else "1.0"
        return live, None if micros == old else micros > old
    if kind == "member":
        return live, draw(changed_set(live[draw(st.sampled_from(sorted(SETS)))]))
    del live[draw(st.sampled_from(sorted(live)))]
    return live, True


@st.composite
def changed_set(draw, members):
    """Take a member away, which breaks, or put a new one in, which does not."""
    if draw(st.booleans()):
        members.remove(draw(st.sampled_from(members)))
        return True
    members.append(draw(st.text().filter(lambda text: text not in members)))
    return False


@given(mutations())
def test_each_mutation_is_told_exactly_once(mutation):
    live, is_breaking = mutation

    found = differences(live)
    expected = [] if is_breaking is None else [BREAKING if is_breaking else COMPATIBLE]
    assert [one.level for one in found] == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(CARD)), JSON, st.booleans())
def test_no_value_whatever_stops_the_comparison(name, value, is_inside):
    live = copy.deepcopy(CARD)
    if is_inside and isinstance(live[name], list):
        live[name].insert(0, value)
    else:
        live[name] = value

    assert all(one.document is not ABSENT or one.live is not ABSENT for one in differences(live))
