"""The served document: read where there is one, and only what the contract has."""

import pytest

from contracts.exchange import Answer
from contracts.opinion.served import NotReadError, request_for, served
from tests.contracts.conftest import CONTRACT
from tests.contracts.opinion.conftest import JOBS, RESPONSES, answered, document, served_of


def test_document_is_asked_for_without_a_key():
    asked = request_for(CONTRACT.api)
    assert (asked.method, asked.target, asked.key) == ("GET", "/openapi.json", None)


@pytest.mark.parametrize(
    "answer",
    [None, answered({}, 404), Answer(200, {}, b"<html>"), answered([])],
    ids=["no answer", "404", "a page", "an array"],
)
def test_api_without_a_document_is_told(answer):
    with pytest.raises(NotReadError, match=r"^no OpenAPI document is served$"):
        served(answer, CONTRACT.api, 1)


@pytest.mark.parametrize("found", [{}, {"openapi": "9"}, document([])])
def test_document_that_cannot_be_read_is_told(found):
    with pytest.raises(NotReadError, match=r"^Schemathesis cannot read the OpenAPI document: ."):
        served(answered(found), CONTRACT.api, 1)


def test_document_that_refers_elsewhere_is_told():
    responses = {"200": {"$ref": "http://127.0.0.1:1/responses.json"}}
    with pytest.raises(NotReadError, match=r"refers to 'http://127\.0\.0\.1:1/responses\.json'"):
        served_of({"/livez": {"get": {"responses": responses, "parameters": [{"$ref": 5}]}}})


def test_document_of_another_api_is_told():
    with pytest.raises(NotReadError, match="no operation of the contract"):
        served_of({"/elsewhere": JOBS})


def test_only_operations_of_the_contract_are_known_whatever_their_parameters_are_called():
    paths = {
        "/v1/jobs/{id}": JOBS,
        "/v1/accounts/{id}": JOBS,
        "/livez": {"get": {"responses": {"200": {"$ref": "#/nowhere"}}}},
        "/health": {"get": {"responses": RESPONSES}, "delete": {"responses": RESPONSES}},
    }
    assert served_of(paths).operations.keys() == {("job", "GET"), ("health", "GET")}


def test_head_is_known_where_the_contract_has_it():
    paths = {"/media/{id}": {"head": JOBS["get"]}, "/v1/jobs/{id}": {"head": JOBS["get"]}}
    assert served_of(paths).operations.keys() == {("download", "HEAD")}
