"""An OpenAPI document with something changed, against the contract document."""

import pytest

from contracts.drift.difference import Change, Level
from contracts.drift.openapi import OpenApi
from contracts.drift.operations import RULES, openapi_differences
from contracts.rule import Provenance
from mock_server.description import describe

ADDED, REMOVED, CHANGED = Change.ADDED, Change.REMOVED, Change.CHANGED
BREAKING, COMPATIBLE, INFORMATIONAL = Level.BREAKING, Level.COMPATIBLE, Level.INFORMATIONAL
SUBMIT, JOB, LIST = "/v1/videos/generations", "/v1/jobs/{job_id}", "/v1/jobs"


@pytest.fixture
def differences(contract):
    """Return a function that compares a document as that of a live API, or of an emulator under policies."""

    def compare(description, policies=None):
        return openapi_differences(
            contract, OpenApi.read(description), "GET /openapi.json", policies
        )

    return compare


@pytest.fixture
def only(differences, description):
    """Return a function that gives the only difference of the document."""

    def compare(policies=None):
        (found,) = differences(description, policies)
        return found

    return compare


def test_document_of_the_emulator_has_not_drifted(differences, description):
    assert differences(description) == []
    assert differences(description, {}) == []


def test_rules_of_schemas_are_rules_of_the_contract(contract):
    assert set(RULES) <= set(contract.api.schemas)
    assert set(RULES.values()) <= set(contract.rules)


@pytest.mark.parametrize("own", ["/fixtures/{name}", "/openapi.json"])
def test_what_is_the_emulators_own_is_missed_there_alone(differences, description, own):
    del description["paths"][own]

    assert {one.level for one in differences(description)} == {INFORMATIONAL}
    assert {one.level for one in differences(description, {})} == {BREAKING}


def test_operation_that_is_gone(only, description):
    del description["paths"][LIST]

    found = only()
    assert (found.change, found.level, found.document) == (REMOVED, BREAKING, "GET /v1/jobs")
    assert (found.rule, found.provenance) == ("JOB-LIST", Provenance.INFERRED)


@pytest.mark.parametrize(("path", "level"), [(JOB, COMPATIBLE), ("/v1/chat", INFORMATIONAL)])
def test_operation_that_is_new(only, description, path, level):
    """The contract is about a part of the API, so that another path is no drift."""
    description["paths"].setdefault(path, {})["delete"] = {}

    assert (only().change, only().level, only().live) == (ADDED, level, f"DELETE {path}")


@pytest.mark.parametrize(
    ("parameter", "level"),
    [
        ({"in": "query", "name": "after", "required": False}, COMPATIBLE),
        ({"in": "query", "name": "after"}, COMPATIBLE),
        ({"in": "header", "name": "x-team", "required": True}, BREAKING),
    ],
)
def test_parameter_that_is_new(only, description, parameter, level):
    description["paths"][LIST]["get"]["parameters"].append(parameter)

    assert (only().change, only().level, only().rule) == (ADDED, level, "JOB-LIST")


def test_header_with_the_key_is_no_parameter(differences, description):
    key = {"in": "header", "name": "Authorization", "required": True}
    description["paths"][LIST]["get"]["parameters"].append(key)

    assert differences(description) == []


def test_parameter_that_is_gone(only, description):
    description["paths"][LIST]["get"]["parameters"].pop()

    assert (only().change, only().level) == (REMOVED, BREAKING)


def test_parameter_that_became_required(only, description):
    description["paths"][LIST]["get"]["parameters"][0]["required"] = True

    assert only().pointer == "/paths/~1v1~1jobs/get/parameters/limit/required"
    assert only().level is BREAKING


def test_parameter_that_became_optional(only, description):
    description["paths"]["/v1/files/sign"]["get"]["parameters"][0]["required"] = False

    assert only().level is COMPATIBLE


def test_parameter_with_another_bound(only, description):
    schema = description["paths"][LIST]["get"]["parameters"][0]["schema"]
    description["paths"][LIST]["get"]["parameters"][0]["schema"] = {**schema, "maximum": 50}

    assert (only().level, only().document, only().live) == (BREAKING, 100, 50)


def test_field_of_the_request_has_its_own_rule(only, description):
    fields = description["components"]["schemas"]["Generation"]["properties"]
    fields["resolution"] = {**fields["resolution"], "enum": ["720p"]}

    assert (only().rule, only().level, only().document) == ("REQ-RESOLUTION", BREAKING, "1080p")


def test_schema_that_many_answers_share_is_told_once(only, description):
    error = description["components"]["schemas"]["Error"]["properties"]["error"]
    del error["properties"]["code"]

    assert only().pointer == "/components/schemas/Error/properties/error/properties/code"
    assert (only().level, only().rule) == (BREAKING, None)


def test_answer_with_a_value_that_is_new(only, description):
    status = description["components"]["schemas"]["Job"]["properties"]["status"]
    status["enum"] = [*status["enum"], "paused"]

    assert (only().rule, only().level, only().live) == ("JOB-SHAPE", BREAKING, "paused")


def test_body_that_is_taken_in_another_form(differences, description):
    body = description["paths"][SUBMIT]["post"]["requestBody"]
    body["content"] = {"text/plain": body["content"]["application/json"]}

    gone, new = differences(description)
    assert (gone.change, gone.level) == (REMOVED, BREAKING)
    assert (new.change, new.level) == (ADDED, COMPATIBLE)


def test_parameters_of_a_media_type_mean_nothing(differences, description):
    body = description["paths"][SUBMIT]["post"]["requestBody"]
    body["content"] = {"Application/JSON; charset=utf-8": body["content"]["application/json"]}

    assert differences(description) == []


def test_body_that_became_optional(only, description):
    description["paths"][SUBMIT]["post"]["requestBody"]["required"] = False

    assert (only().level, only().live) == (COMPATIBLE, False)


def test_body_that_became_required(differences, description):
    body = description["paths"][SUBMIT]["post"]["requestBody"]
    description["paths"][LIST]["get"]["requestBody"] = body

    assert [one.level for one in differences(description)] == [BREAKING, COMPATIBLE]


def test_body_may_be_a_reference(differences, description):
    operation = description["paths"][SUBMIT]["post"]
    description["components"]["requestBodies"] = {"Video": operation["requestBody"]}
    operation["requestBody"] = {"$ref": "#/components/requestBodies/Video"}

    assert differences(description) == []


def test_file_of_a_form_under_another_name(differences, description):
    content = description["paths"]["/v1/files/upload"]["post"]["requestBody"]["content"]
    schema = content["multipart/form-data"]["schema"]
    schema["properties"], schema["required"] = {"upload": {"type": "string"}}, ["upload"]

    assert [one.level for one in differences(description)] == [BREAKING, BREAKING]


@pytest.mark.parametrize(
    ("status", "level"), [("202", BREAKING), ("402", COMPATIBLE), ("429", COMPATIBLE)]
)
def test_status_that_is_gone(only, description, status, level):
    del description["paths"][SUBMIT]["post"]["responses"][status]

    assert (only().change, only().level, only().document) == (REMOVED, level, status)


def test_status_that_is_new(only, description):
    description["paths"][SUBMIT]["post"]["responses"]["409"] = {"description": "Conflict"}

    assert (only().change, only().level, only().live) == (ADDED, COMPATIBLE, "409")


@pytest.mark.parametrize("any_status", ["4XX", "default"])
def test_several_statuses_may_be_told_at_once(differences, description, any_status):
    responses = description["paths"][SUBMIT]["post"]["responses"]
    responses[any_status] = responses["400"]
    for status in ("400", "401", "402", "404", "413", "415", "429"):
        del responses[status]

    assert differences(description) == []


def test_answer_without_json(only, description):
    description["paths"][SUBMIT]["post"]["responses"]["202"]["content"] = {"text/html": {}}

    assert (only().change, only().level, only().document) == (REMOVED, BREAKING, "application/json")


@pytest.mark.parametrize("responses", [None, 5, {"200": 5}])
def test_operation_whose_answers_cannot_be_read(differences, description, responses):
    description["paths"]["/livez"]["get"]["responses"] = responses

    assert [one.level for one in differences(description)] == [BREAKING]


def test_policy_of_an_emulator_is_no_drift(contract, differences):
    policies = contract.policies_with({"submit_status": "200", "seed_range": "accept"})
    served = describe(contract, policies)

    assert differences(served, policies) == []
    assert differences(served) != []


def test_every_keyword_of_the_request_that_is_taken_away_is_told_once(differences, description):
    fields = description["components"]["schemas"]["Generation"]["properties"]
    told = []
    for name, schema in fields.items():
        for keyword in {"pattern", "minimum", "maximum", "default"} & schema.keys():
            fields[name] = {key: value for key, value in schema.items() if key != keyword}
            told.append([one.pointer.rpartition("/")[2] for one in differences(description)])
            fields[name] = schema
            assert told[-1] == [keyword]

    assert len(told) > 15
