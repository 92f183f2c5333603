"""Requests of cases: nothing that a gateway may answer by itself, no key and no header of Schemathesis."""

import json
from typing import Any

import pytest

from contracts.exchange import JSON, MAIN, Sent, json_request
from contracts.opinion.requests import BOUNDARY, ELSEWHERE, MOST_LEVELS, Requests, step_of
from contracts.script import Call, OnJob, Submit
from tests.contracts.conftest import CONTRACT, FIELDS, poll, submission
from tests.contracts.opinion.conftest import JOB_ID, JOBS, RESPONSES, served_of

QUERY = {"name": "limit", "in": "query", "schema": {}}
BODY: Any = {
    JSON: {"schema": {}},
    "text/plain": {"schema": {}},
    "multipart/form-data": {"schema": {}},
}
POST = {"post": {"requestBody": {"content": BODY}, "responses": RESPONSES}}
OPERATIONS = served_of(
    {
        "/v1/jobs/{id}": JOBS,
        "/v1/jobs": {"get": {"parameters": [QUERY], "responses": RESPONSES}},
        "/v1/videos/generations": POST,
        "/v1/files/upload": POST,
        "/fixtures/{name}": {
            "get": {"parameters": [{**JOB_ID, "name": "name"}], "responses": RESPONSES}
        },
    }
).operations
REQUESTS = Requests(CONTRACT)


def request(operation, method="GET", **parts):
    return REQUESTS.of(OPERATIONS[operation, method].Case(**parts), operation)


def submit(body, media_type=JSON):
    return request("submit", "POST", body=body, media_type=media_type)


def test_request_has_the_key_of_its_operation_and_nothing_of_schemathesis():
    assert request("list", query={"limit": 5}) == Sent(
        operation="list", method="GET", target="/v1/jobs?limit=5", key=MAIN
    )
    assert request("fixture", path_parameters={"name": "photo.jpg"}).key is None
    sent = submit(FIELDS)
    assert sent.headers == (("content-type", JSON),)
    assert json.loads(sent.body) == FIELDS


@pytest.mark.parametrize(
    ("value", "id_"), [("job_1", "job_1"), ("../ä/a.b%00", "ab00"), ("", "x"), (".", "x")]
)
def test_ids_in_paths_are_of_plain_characters(value, id_):
    assert request("job", path_parameters={"id": value}).target == f"/v1/jobs/{id_}"


@pytest.mark.parametrize("value", ["a/b", "a\\b"])
def test_slash_in_a_query_that_would_be_encoded_is_left_out(value):
    assert request("list", query={"limit": value}) is None


def test_names_of_files_may_have_a_dot():
    found = request("fixture", path_parameters={"name": "../photo..jpg."})
    assert found is None  # two dots together
    found = request("fixture", path_parameters={"name": "/photo.jpg."})
    assert found.target == "/fixtures/photo.jpg"


def nested(levels):
    value: Any = 5
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "body",
    [
        {"prompt": "\0"},
        {"prompt": "x" * (1 << 20)},
        nested(MOST_LEVELS + 1),
        {"prompt": object()},
    ],
    ids=["NUL", "size", "levels", "no JSON"],
)
def test_body_that_a_gateway_may_refuse_is_left_out(body):
    assert submit(body) is None


def test_body_within_the_bounds_is_sent():
    assert submit(nested(MOST_LEVELS)) is not None
    assert submit("plain", "text/plain").body == b"plain"


def test_body_deeper_than_python_reads_is_left_out():
    assert submit("[" * 200_000, "text/plain") is None


@pytest.mark.parametrize("value", ["\0", "x" * 3000])
def test_query_that_a_gateway_may_refuse_is_left_out(value):
    assert request("list", query={"limit": value}) is None


def test_media_that_only_their_sender_knows_become_urls():
    media = {"image": "dAta:,x", "images": ["bunny://x", "http://host/x"], "seed": 5}
    found = json.loads(submit({**FIELDS, **media}).body)
    assert found == {
        **FIELDS,
        "image": ELSEWHERE,
        "images": [ELSEWHERE, "http://host/x"],
        "seed": 5,
    }


def test_form_has_the_same_boundary_each_time():
    body = {"file": b"\0\1"}
    one, other = (
        request("upload", "POST", body=body, media_type="multipart/form-data") for _ in range(2)
    )
    assert one == other
    assert BOUNDARY in one.content_type
    assert BOUNDARY.encode() in one.body


def test_body_of_a_get_is_not_sent():
    assert request("list", body=FIELDS, media_type=JSON).body is None


def test_submission_becomes_a_step_that_names_its_job():
    sent = submission()
    assert step_of(sent, {}) == Submit(fields=FIELDS, job="job1")
    assert step_of(sent, {"job1": "job_1"}) == Submit(fields=FIELDS, job="job2")


def test_submission_that_is_no_plain_object_is_sent_as_it_is():
    for sent in (
        json_request("submit", "POST", "/v1/videos/generations", [5]),
        Sent(
            operation="submit",
            method="POST",
            target="/v1/videos/generations",
            headers=(("content-type", JSON),),
            body=b'{"seed": NaN}',
        ),
        Sent(operation="submit", method="POST", target="/v1/videos/generations"),
    ):
        assert step_of(sent, {}) == Call(sent)


def test_request_about_a_job_that_was_made_names_it():
    sent = Sent(operation="job", method="GET", target="/v1/jobs/job_1")
    assert step_of(sent, {"job1": "job_2", "job2": "job_1"}) == OnJob(operation="job", job="job2")
    assert step_of(sent, {"job1": "job_2"}) == Call(sent)
    assert step_of(poll(), {"job1": "job_1"}) == Call(poll())
