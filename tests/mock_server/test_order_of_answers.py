"""The order of answers: of two faults at once, the earlier step of the contract speaks."""

import pytest

SUBMIT = "/v1/videos/generations"
KEY = "Bearer sk-empiriolabs-limited"
POOR = "Bearer sk-empiriolabs-nocredit"
VALID = b'{"model":"wan-2-6","prompt":"a"}'
LARGE = VALID[:-1] + b" " * 1000 + b"}"
NO_MODEL = b'{"model":"x","prompt":""}'

# method, path, key, content type, body, answer; max_body is 1000
FAULTS = {
    "path before method": ("BREW", "/v1/nothing", KEY, "application/json", VALID, 404),
    "path before key": ("POST", "/v1/nothing", "", "application/json", VALID, 404),
    "method before key": ("GET", SUBMIT, "", "application/json", VALID, 405),
    "key before size": ("POST", SUBMIT, "", "application/json", LARGE, 401),
    "key before content type": ("POST", SUBMIT, "", "", VALID, 401),
    "key before JSON": ("POST", SUBMIT, "", "application/json", b"{", 401),
    "size before content type": ("POST", SUBMIT, KEY, "text/plain", LARGE, 413),
    "size before JSON": ("POST", SUBMIT, KEY, "application/json", b"{" * 1001, 413),
    "content type before JSON": ("POST", SUBMIT, KEY, "text/plain", b"{", 415),
    "JSON before model": (
        "POST",
        SUBMIT,
        KEY,
        "application/json",
        b'{"model":"x","model":"x"}',
        400,
    ),
    "model before the other rules": ("POST", SUBMIT, KEY, "application/json", NO_MODEL, 404),
    "model before balance": ("POST", SUBMIT, POOR, "application/json", NO_MODEL, 404),
    "rules before balance": (
        "POST",
        SUBMIT,
        POOR,
        "application/json",
        b'{"model":"wan-2-6","prompt":""}',
        400,
    ),
    "balance": ("POST", SUBMIT, POOR, "application/json", VALID, 402),
    "key before job": ("GET", "/v1/jobs/nothing", "", "", b"", 401),
    "key before query": ("GET", "/v1/jobs?limit=0", "", "", b"", 401),
}


@pytest.mark.parametrize("case", FAULTS.values(), ids=FAULTS)
def test_earlier_step_speaks(make_client, case):
    method, path, key, content_type, body, status = case
    headers = {"authorization": key, "content-type": content_type}
    answer = make_client(max_body=1000).send(method, path, body=body, headers=headers)

    assert answer.status == status


RATED = {
    "path": ("POST", "/v1/nothing", "application/json", VALID, 404),
    "method": ("GET", SUBMIT, "application/json", VALID, 405),
    "size": ("POST", SUBMIT, "application/json", LARGE, 429),
    "content type": ("POST", SUBMIT, "", VALID, 429),
    "JSON": ("POST", SUBMIT, "application/json", b"{", 429),
    "model": ("POST", SUBMIT, "application/json", NO_MODEL, 429),
    "job": ("GET", "/v1/jobs/nothing", "", b"", 429),
    "optional key": ("GET", "/v1/models/nothing", "", b"", 429),
}


@pytest.mark.parametrize("case", RATED.values(), ids=RATED)
def test_rate_stands_between_key_and_size(make_client, case):
    """Rule LIMIT-RPM: of an account that has used up its rate, only path and method come first."""
    method, path, content_type, body, status = case
    client = make_client(rpm=1, max_body=1000)
    client.get("/v1/jobs")
    answer = client.send(method, path, body=body, headers={"content-type": content_type})

    assert answer.status == status


def test_bad_key_comes_before_the_rate(make_client):
    """Rules AUTH-KEY and LIMIT-RPM."""
    client = make_client(rpm=1)
    client.get("/v1/jobs")

    assert client.as_("sk-empiriolabs-revoked").get("/v1/jobs").status == 401
