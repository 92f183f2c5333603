import pytest

from contracts.drift.openapi import OpenApi, route


def openapi(paths, **more):
    return OpenApi.read({"openapi": "3.1.0", "paths": paths, **more})


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (None, "no OpenAPI document of version 3"),
        ([], "no OpenAPI document of version 3"),
        ({"swagger": "2.0", "paths": {}}, "no OpenAPI document of version 3"),
        ({"openapi": 3.1, "paths": {}}, "no OpenAPI document of version 3"),
        ({"openapi": "3.0.3"}, "an OpenAPI document without paths"),
        ({"openapi": "3.0.3", "paths": []}, "an OpenAPI document without paths"),
    ],
)
def test_what_is_no_openapi_document(document, said):
    with pytest.raises(ValueError, match=said):
        OpenApi.read(document)


def test_names_in_a_path_do_not_matter():
    api = openapi({"/v1/jobs/{id}": {"get": {"summary": "A job"}}})

    assert api.operations[route("GET", "/v1/jobs/{job_id}")].path == "/v1/jobs/{id}"


@pytest.mark.parametrize(
    ("servers", "found"),
    [
        ([{"url": "https://api.example.org/v1/"}], "/v1/jobs"),
        ([{"url": "/"}], "/jobs"),
        ([{"url": 5}], "/jobs"),
        ([5], "/jobs"),
        ([], "/jobs"),
        ({}, "/jobs"),
    ],
)
def test_paths_are_under_the_first_server(servers, found):
    api = openapi({"/jobs": {"get": {}}}, servers=servers)

    assert [*api.operations] == [("GET", found)]


def test_parameters_of_a_path_are_those_of_its_operations():
    shared = [{"in": "query", "name": "a", "required": True}, {"in": "query", "name": "b"}, 5]
    own = [{"$ref": "#/components/parameters/A"}]
    api = openapi(
        {"/jobs": {"parameters": shared, "get": {"parameters": own}}},
        components={"parameters": {"A": {"in": "query", "name": "a"}}},
    )

    assert api.operations["GET", "/jobs"].parameters == (
        {"in": "query", "name": "a"},
        {"in": "query", "name": "b"},
    )


def test_what_is_no_path_or_no_operation_is_left_out():
    api = openapi({"/a": 5, "/b": {"get": 5, "summary": "x", "post": {"parameters": 5}}})

    assert [*api.operations] == [("POST", "/b")]
