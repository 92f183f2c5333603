import json

import pytest

from contracts.drift.blame import Says
from contracts.drift.observed import ObservedError, Seen, read_report

CARDS = frozenset({"GET /v1/models/{model_id}"})
PLACE = "/supported_parameters/duration/maximum"


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a report which it is given."""

    def read(report):
        path = tmp_path / "report.json"
        path.write_text(report if isinstance(report, str) else json.dumps(report))
        return read_report(path)

    return read


def rule(state=None, *observed, name="REQ-DURATION"):
    return {"id": name, "state": state, "observed": [*observed]}


def seen(pointer="", request="POST /v1/videos/generations", received="202"):
    return {"request": request, "pointer": pointer, "expected": "400", "received": received}


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("kept", Says.SAME),
        ("broken", Says.OTHER),
        ("observed", Says.OTHER),
        ("not checked", Says.UNKNOWN),
        ("new word", Says.UNKNOWN),
        (None, Says.UNKNOWN),
        (["kept"], Says.UNKNOWN),
    ],
)
def test_state_of_a_rule(read, state, says):
    assert read({"rules": [rule(state)]}).at("REQ-DURATION", PLACE, CARDS) == Seen(says)


def test_rule_that_nobody_saw(read):
    report = read({"rules": [rule("kept")]})

    assert report.at("REQ-AUDIO", "", CARDS) == Seen(Says.UNKNOWN)
    assert report.at(None, "", CARDS) == Seen(Says.UNKNOWN)


def test_what_was_observed_elsewhere_is_said_of_the_rule_as_a_whole(read):
    report = read({"rules": [rule(None, seen())]})

    assert report.at("REQ-DURATION", PLACE, CARDS) == Seen(Says.OTHER, "202")


def test_what_was_observed_on_a_card_is_said_of_its_place_alone(read):
    on_card = seen("/pricing_rows", request="GET /v1/models/{model_id}", received='"0.1"')
    report = read({"rules": [rule("observed", on_card)]})

    assert report.at("REQ-DURATION", "/pricing_rows/x/rate", CARDS) == Seen(Says.OTHER, '"0.1"')
    assert report.at("REQ-DURATION", "/pricing_rows", CARDS) == Seen(Says.OTHER, '"0.1"')
    assert report.at("REQ-DURATION", PLACE, CARDS) == Seen(Says.SAME)


def test_failure_is_an_observation(read):
    report = read({"rules": [rule("kept")], "failures": [{"rule": "REQ-DURATION", **seen()}]})

    assert report.at("REQ-DURATION", "", CARDS) == Seen(Says.OTHER, "202")


def test_observation_without_words_is_one(read):
    report = read({"rules": [{"id": "REQ-DURATION", "observed": [{}, "x"]}], "failures": [{}, 5]})

    assert report.at("REQ-DURATION", "", CARDS) == Seen(Says.OTHER)
    assert len(report.observations["REQ-DURATION"]) == 1


def test_run_is_of_an_emulator_only_if_it_says_so(read):
    assert read({"rules": [], "is_emulator": True}).is_emulator
    assert not read({"rules": [], "is_emulator": 1}).is_emulator
    assert not read({"rules": []}).is_emulator


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ("<html>", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ([], "has no rules"),
        ({"rules": {}}, "has no rules"),
    ],
)
def test_what_is_no_report(read, report, said):
    with pytest.raises(ObservedError, match=said):
        read(report)


def test_report_that_is_not_there(tmp_path):
    with pytest.raises(ObservedError, match="No such file"):
        read_report(tmp_path / "report.json")
