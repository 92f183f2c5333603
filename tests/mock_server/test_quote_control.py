"""POST /_mock/quote: what a submission would get, before anybody sends it."""

import json

import pytest

from contracts.document import load
from mock_server.quoting import as_fields, estimate

QUOTE = "/_mock/quote"
REQUEST = {"model": "wan-2-6", "prompt": "a cat @mock:slow", "duration": 7.5, "resolution": "720p"}


@pytest.mark.parametrize(
    "request_body",
    [REQUEST, {**REQUEST, "mode": "r2v", "image": "https://a.example/b.png", "flash_mode": True}],
)
def test_quote_is_that_of_the_command(client, request_body):
    contract = load()
    answer = client.post(QUOTE, request_body)
    found = estimate(json.dumps(request_body).encode(), contract, contract.policies_with({}))

    assert (answer.status, answer.json) == (200, as_fields(found))


def test_quote_makes_no_job_and_costs_nothing(client):
    client.post(QUOTE, REQUEST)

    assert client.get("/_mock/jobs").json["data"] == []
    assert client.money() == (1000, 0, 0)


def test_quote_follows_policies_and_scenario_of_the_account(client):
    client.patch(policies={"r2v_over_cap": "reject"}, scenario="stuck")
    long = {**REQUEST, "mode": "r2v", "image": "https://a.example/b.png", "duration": 12}

    assert client.post(QUOTE, long).error["details"][0]["rule"] == "R2V-CAP"
    assert client.post(QUOTE, {**REQUEST, "prompt": "a"}).json["scenarios"] == ["stuck"]
    assert client.post(QUOTE, REQUEST).json["scenarios"] == ["slow"]


def test_quote_tells_the_scenarios_of_faults_and_leaves_them_for_the_submission(client):
    client.post("/_mock/faults", {"scenario": "poll-429", "times": 1})
    request = {**REQUEST, "prompt": "a"}
    quoted = [client.post(QUOTE, request).json["scenarios"] for _ in range(2)]
    client.post("/v1/videos/generations", request)

    assert quoted == [["poll-429"]] * 2
    assert client.get("/_mock/jobs").json["data"][0]["scenarios"] == ["poll-429"]
    assert client.post(QUOTE, request).json["scenarios"] == []


def test_upload_of_the_account_is_looked_at(client):
    path = client.upload(b"no picture").json["path"]
    (told,) = client.post(QUOTE, {**REQUEST, "image": path}).json["media"]

    assert (told["pointer"], told["origin"]) == ("/image", "upload")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", json.dumps({"duration": 1}).encode()])
def test_bad_request_is_refused_as_a_submission_is(client, conforms, body):
    answer = client.send("POST", QUOTE, body=body)

    conforms(answer.json, "Error")
    assert answer.status == 400
    assert answer.json == client.send("POST", "/v1/videos/generations", body=body).json


def test_unknown_model_is_a_404(client):
    assert client.post(QUOTE, {**REQUEST, "model": "wan-9"}).error["code"] == "model_not_found"


def test_quote_needs_an_account(client):
    assert client.as_(None).post(QUOTE, REQUEST).status == 401
    assert client.as_(None).post(f"{QUOTE}?account=me", REQUEST).status == 200
