"""GET /openapi.json: valid, complete, with examples and links, and true to the policies."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

METHODS = {"get", "post", "head", "put", "patch", "delete"}
OPERATIONS = {
    ("post", "/v1/videos/generations"),
    ("get", "/v1/jobs/{job_id}"),
    ("get", "/v1/jobs"),
    ("post", "/v1/jobs/{job_id}/cancel"),
    ("get", "/v1/models"),
    ("get", "/v1/models/{model_id}"),
    ("get", "/v1/account/usage"),
    ("get", "/v1/files/sign"),
    ("post", "/v1/files/upload"),
    ("get", "/livez"),
    ("get", "/health"),
    ("get", "/openapi.json"),
    ("get", "/media/{file}"),
    ("head", "/media/{file}"),
    ("get", "/fixtures/{name}"),
    ("head", "/fixtures/{name}"),
}


@pytest.fixture
def described(client):
    return client.as_(None).get("/openapi.json").json


def operations(described):
    return {
        (method, path): operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def contents(operation):
    """Every body that *operation* takes or answers."""
    for message in [operation.get("requestBody", {}), *operation["responses"].values()]:
        yield from message.get("content", {}).values()


def test_document_is_valid_openapi_3_1(described):
    assert described["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(described).validate()


def test_document_conforms_to_the_schema_that_it_gives_of_itself(described, conforms):
    conforms(described, "Description")


def test_every_operation_of_the_contract_is_described(described):
    assert set(operations(described)) == OPERATIONS


@pytest.mark.parametrize(("method", "path"), sorted(OPERATIONS))
def test_described_operation_is_served(client, method, path):
    answer = client.as_(None).send(method.upper(), path.replace("{", "").replace("}", ""))

    assert answer.status != 405
    assert (answer.status == 404) == (path in {"/v1/models/{model_id}", "/fixtures/{name}"})


def test_methods_that_are_not_described_are_not_served(client, described):
    for path, described_methods in described["paths"].items():
        for method in METHODS - set(described_methods):
            assert client.send(method.upper(), path).status == 405


def test_every_operation_has_an_example(described):
    """In a body or in a parameter."""
    for place, operation in operations(described).items():
        parameters = [parameter["schema"] for parameter in operation["parameters"]]
        found = [part for part in [*contents(operation), *parameters] if part.get("examples")]
        assert found, place


def test_every_example_conforms_to_its_schema(described):
    checked = 0
    for operation in operations(described).values():
        for content in contents(operation):
            schema = {**content["schema"], "components": described["components"]}
            for example in content.get("examples", {}).values():
                Draft202012Validator(schema).validate(example["value"])
                checked += 1

    files = [path for _, path in OPERATIONS if path.startswith(("/media", "/fixtures"))]
    assert checked >= len(OPERATIONS) - len(files)


def test_every_schema_conforms_to_its_meta_schema_and_its_examples_to_it(described):
    for name, schema in described["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator({**schema, "components": described["components"]})
        for example in schema.get("examples", []):
            assert validator.is_valid(example), name


def test_submit_answer_links_to_job_and_cancel(described):
    """Rule JOB-SUBMIT, for clients that are generated."""
    links = operations(described)["post", "/v1/videos/generations"]["responses"]["202"]["links"]

    assert links == {
        name: {"operationId": name, "parameters": {"job_id": "$response.body#/job_id"}}
        for name in ("job", "cancel")
    }


def test_linked_operations_exist(described):
    ids = [operation["operationId"] for operation in operations(described).values()]

    assert len(set(ids)) == len(ids)
    assert {"job", "cancel"} <= set(ids)


def test_published_example_is_accepted_as_it_stands(client, described):
    """Rule JOB-SUBMIT: what the document shows can be sent."""
    submit = operations(described)["post", "/v1/videos/generations"]
    (example,) = submit["requestBody"]["content"]["application/json"]["examples"].values()

    assert example["value"] == {
        "model": "wan-2-6",
        "prompt": "sunrise over the ocean",
        "duration": 6,
    }
    assert client.post("/v1/videos/generations", example["value"]).status == 202


def test_request_schema_agrees_with_the_emulator(described, client):
    """Rules REQ-PROMPT to REQ-EXTEND: what the schema alone can tell."""
    schema = described["components"]["schemas"]["Generation"]
    validator = Draft202012Validator(schema)
    base = {"model": "wan-2-6", "prompt": "a"}
    fields: dict[str, list[Any]] = {
        "prompt": ["", " ", "é", 1, None],
        "duration": [4.9, 5, 15, 15.1, "5", True],
        "resolution": ["720p", "1080P"],
        "seed": [0, -1, 2147483647, 2147483648, 3.0, 3.5],
        "image": ["https://example.com", "http:///a", "data:,", "bunny://a", "x", "HTTPS://e"],
        "images": [[], ["x"], ["https://example.com"], "x"],
        "template": ["x"],
        "fps": [1],
    }
    for body in ({**base, name: value} for name in fields for value in fields[name]):
        status = client.post("/v1/videos/generations", body).status
        assert validator.is_valid(body) == (status == 202), body


def test_security_says_who_needs_a_key(described):
    """Rule AUTH-KEY."""
    found = operations(described)

    assert found["get", "/v1/jobs"]["security"] == [{"bearer": []}, {"apiKey": []}]
    assert {} in found["get", "/v1/models"]["security"]
    assert found["get", "/livez"]["security"] == []
    assert found["get", "/media/{file}"]["security"] == []


def test_policies_change_the_document(make_client):
    """Rules REQ-EXTRA, REQ-SEED and JOB-SUBMIT."""
    policies = {"unknown_fields": "reject", "seed_range": "accept", "submit_status": "200"}
    strict = make_client(policies=policies).get("/openapi.json").json
    schema = strict["components"]["schemas"]["Generation"]
    responses = operations(strict)["post", "/v1/videos/generations"]["responses"]

    OpenAPIV31SpecValidator(strict).validate()
    assert schema["additionalProperties"] is False
    assert schema["properties"]["seed"]["type"] == "number"
    assert "maximum" not in schema["properties"]["seed"]
    assert "200" in responses
    assert "202" not in responses


def test_default_document_lets_unknown_fields_be(described):
    """Rules REQ-EXTRA and REQ-SEED."""
    schema = described["components"]["schemas"]["Generation"]

    assert "additionalProperties" not in schema
    assert schema["properties"]["seed"]["maximum"] == 2147483647


def test_every_status_that_is_answered_is_described(client, described):
    found = operations(described)["post", "/v1/videos/generations"]["responses"]

    assert set(found) == {"202", "400", "401", "402", "404", "413", "415", "429"}


def test_upload_takes_a_form_with_a_file(described):
    """For clients that are generated."""
    upload = operations(described)["post", "/v1/files/upload"]
    (schema,) = [content["schema"] for content in upload["requestBody"]["content"].values()]

    assert [*upload["requestBody"]["content"]] == ["multipart/form-data"]
    assert schema["required"] == ["file"]
    assert schema["properties"]["file"] == {"type": "string", "format": "binary"}
    assert set(upload["responses"]) == {"200", "400", "401", "413", "415", "429"}
