"""A whole look, at published documents that are given instead of fetched."""

from pathlib import Path

import pytest

from contracts.document import load
from contracts.drift.blame import Blame, Says
from contracts.drift.card import published_card
from contracts.drift.difference import Change, Level
from contracts.drift.drift import Source, State, drift
from contracts.drift.errors import LookError
from contracts.drift.observed import Observation, Observed, Seen
from mock_server.description import describe

CARD, LIST, OPENAPI = "/v1/models/wan-2-6", "/v1/models", "/openapi.json"
INVENTED = Path(__file__).parents[2] / "mock_server" / "invented-model.json"


def parameter(card, name):
    return next(one for one in card["supported_parameters"] if one["name"] == name)


def run(rule, says=Says.OTHER, *observations, is_emulator=False):
    return Observed(is_emulator=is_emulator, says={rule: says}, observations={rule: observations})


def saw(received="202", request="POST /v1/videos/generations", pointer=""):
    return Observation(request=request, pointer=pointer, expected="400", received=received)


def test_api_that_publishes_what_the_document_says_is_clean(contract, site):
    found = drift(contract, site)

    assert found.is_clean
    assert found.findings == ()
    assert [source.request for source in found.sources] == [
        f"GET {CARD}",
        f"GET {LIST}",
        f"GET {OPENAPI}",
    ]
    assert {source.state for source in found.sources} == {State.READ}


def test_several_models_are_looked_at_each():
    contract = load([INVENTED])
    cards = {name: published_card(model, contract) for name, model in contract.models.items()}
    published = {f"/v1/models/{name}": card for name, card in cards.items()}
    published[LIST] = {"object": "list", "data": [*cards.values()]}
    published[OPENAPI] = describe(contract, contract.policies_with({}))

    found = drift(contract, published.__getitem__)
    assert found.is_clean
    assert len(found.sources) == len(contract.models) + 2


def test_openapi_document_need_not_be_served(contract, site):
    site[OPENAPI] = LookError("answers 404", 404)

    found = drift(contract, site)
    assert found.is_clean
    assert found.sources[-1] == Source(
        request=f"GET {OPENAPI}", state=State.NOT_SERVED, trouble="answers 404"
    )


@pytest.mark.parametrize("path", [CARD, LIST, OPENAPI])
@pytest.mark.parametrize("status", [None, 200, 302, 401, 500])
def test_what_could_not_be_looked_at_is_never_clean(contract, site, path, status):
    site[path] = LookError("why", status)

    found = drift(contract, site)
    assert not found.is_clean
    (unseen,) = [one for one in found.sources if one.state is State.COULD_NOT_LOOK]
    assert (unseen.request, unseen.trouble) == (f"GET {path}", "why")


@pytest.mark.parametrize("path", [CARD, LIST])
def test_what_must_be_there_and_is_not_is_not_clean(contract, site, path):
    site[path] = LookError("answers 404", 404)

    assert not drift(contract, site).is_clean


@pytest.mark.parametrize("body", [None, [], "<html>", {"swagger": "2.0"}])
def test_openapi_document_that_is_none_could_not_be_looked_at(contract, site, body):
    site[OPENAPI] = body

    found = drift(contract, site)
    assert found.sources[-1].state is State.COULD_NOT_LOOK
    assert found.sources[-1].trouble == "answers no OpenAPI document of version 3"


def test_schema_that_is_a_branch_of_itself_could_not_be_looked_at(contract, site, description):
    job = {"$ref": "#/components/schemas/Job"}
    description["components"]["schemas"]["Job"] = {"anyOf": [job, {"type": "string"}]}

    found = drift(contract, site)
    assert found.sources[-1].trouble == "has a schema that is a branch of itself"
    assert not found.is_clean


@pytest.mark.parametrize(
    ("keyword", "trouble"),
    [("allOf", "has more schemas in schemas than can be compared"), ("anyOf", None)],
)
def test_few_schemas_that_are_very_many_come_to_an_end(
    contract, site, description, keyword, trouble
):
    schemas = description["components"]["schemas"]
    for number in range(25):
        inner = {"$ref": f"#/components/schemas/N{number + 1}"}
        schemas[f"N{number}"] = {keyword: [inner, {**inner, "maxLength": 1}]}
    schemas["N25"] = {"type": "string"}
    schemas["Job"] = {"$ref": "#/components/schemas/N0"}

    found = drift(contract, site)
    assert found.sources[-1].trouble == trouble
    assert not found.is_clean


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], ""),
        ({"object": "list"}, ""),
        ({"data": []}, "/object"),
        ({"object": "list", "data": [5, {"id": "wan-2-5"}]}, "/data"),
    ],
)
def test_list_that_does_not_have_the_model(contract, site, body, pointer):
    site[LIST] = body

    found = drift(contract, site)
    assert found.findings[0].pointer == pointer
    assert {one.level for one in found.findings} == {Level.BREAKING}
    assert not found.is_clean


def test_card_that_is_no_object(contract, site):
    site[CARD] = [1]

    (found,) = drift(contract, site).findings
    assert (found.change, found.level, found.live) == (Change.CHANGED, Level.BREAKING, [1])


def test_words_for_people_are_no_drift(contract, site, card):
    card["notes"].append("More words.")

    found = drift(contract, site)
    assert [one.level for one in found.findings] == [Level.INFORMATIONAL]
    assert found.findings[0].wrong is Blame.NOBODY
    assert found.is_clean


def test_worst_comes_first(contract, site, card):
    card["description"] = "Words."
    card["features"].append("new")
    parameter(card, "duration")["maximum"] = 10

    assert [one.level for one in drift(contract, site).findings] == [*Level]


def test_published_change_of_what_the_vendor_said_is_the_vendors(contract, site, card):
    parameter(card, "duration")["maximum"] = 10

    (found,) = drift(contract, site).findings
    assert (found.wrong, found.rule) == (Blame.LIVE, "REQ-DURATION")
    assert found.emulator == found.accepted == Seen(Says.UNKNOWN)


def test_what_was_inferred_is_the_documents_mistake(contract, site, description):
    """Of a cancellation nobody knows the path."""
    del description["paths"]["/v1/jobs/{job_id}/cancel"]

    (found,) = drift(contract, site).findings
    assert found.wrong is Blame.DOCUMENT


def test_emulator_that_publishes_something_else_is_wrong(contract, site, card):
    parameter(card, "duration")["maximum"] = 10

    (found,) = drift(contract, site, policies={}).findings
    assert (found.wrong, found.emulator) == (Blame.EMULATOR, Seen(Says.OTHER, "10"))


@pytest.mark.parametrize(
    ("runs", "wrong"),
    [
        ([run("REQ-DURATION", Says.SAME)], Blame.LIVE),
        ([run("REQ-DURATION", Says.OTHER, saw())], Blame.DOCUMENT),
        ([run("REQ-DURATION", Says.OTHER, saw(), is_emulator=True)], Blame.DOCUMENT),
        ([run("REQ-DURATION", Says.SAME, is_emulator=True)], Blame.LIVE),
        ([run("REQ-DURATION", Says.OTHER, saw()), run("REQ-DURATION", Says.SAME)], Blame.LIVE),
        ([run("REQ-DURATION", Says.SAME), run("REQ-DURATION", Says.UNKNOWN)], Blame.LIVE),
    ],
)
def test_published_change_next_to_what_was_seen(contract, site, card, runs, wrong):
    parameter(card, "duration")["maximum"] = 10

    (found,) = drift(contract, site, runs=runs).findings
    assert found.wrong is wrong


def test_live_api_that_was_seen_not_to_do_what_it_publishes(contract, site):
    runs = [run("REQ-DURATION", Says.OTHER, saw("202"))]

    (found,) = drift(contract, site, runs=runs).findings
    assert (found.wrong, found.level, found.is_published) == (Blame.DOCUMENT, Level.BREAKING, False)
    assert (found.document, found.accepted) == ("400", Seen(Says.OTHER, "202"))
    assert not drift(contract, site, runs=runs).is_clean


@pytest.mark.parametrize(
    ("rule", "level"),
    [("JOB-SHAPE", Level.BREAKING), ("JOB-FORWARD", Level.COMPATIBLE), ("NEW", Level.COMPATIBLE)],
)
def test_emulator_that_was_seen_to_break_a_rule_that_nothing_published_tells(
    contract, site, rule, level
):
    runs = [run(rule, Says.OTHER, saw(), saw(), is_emulator=True)]

    (found,) = drift(contract, site, runs=runs).findings
    assert (found.wrong, found.level) == (Blame.EMULATOR, level)


def test_rule_of_a_card_that_could_not_be_read(contract, site):
    site[CARD] = LookError("answers 500", 500)
    seen = [saw(), saw(pointer="/x")]
    runs = [
        Observed(
            is_emulator=False,
            says={"REQ-DURATION": Says.OTHER, "JOB-FORWARD": Says.OTHER},
            observations={"REQ-DURATION": (*seen,), "JOB-FORWARD": (saw(),)},
        )
    ]

    found = drift(contract, site, runs=runs).findings
    assert {one.rule: one.wrong for one in found} == {
        "REQ-DURATION": Blame.COULD_NOT_LOOK,
        "JOB-FORWARD": Blame.DOCUMENT,
    }
    assert len(found) == 3


def test_emulator_and_live_api_that_both_do_otherwise(contract, site):
    runs = [
        run("JOB-FORWARD", Says.OTHER, saw("a")),
        run("JOB-FORWARD", Says.OTHER, saw("b"), is_emulator=True),
    ]

    (found,) = drift(contract, site, runs=runs).findings
    assert found.wrong is Blame.DOCUMENT
    assert (found.accepted.received, found.emulator.received) == ("a", "b")
