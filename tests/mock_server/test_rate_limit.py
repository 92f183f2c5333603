"""Rule LIMIT-RPM: a sliding minute on the account's clock."""

import pytest


@pytest.fixture
def limited(make_client):
    return make_client(key="sk-empiriolabs-limited", clock="manual")


def statuses(client, count):
    return [client.get("/v1/jobs").status for _ in range(count)]


def test_51st_request_within_a_minute_is_refused(limited, conforms):
    """Rule LIMIT-RPM."""
    assert statuses(limited, 50) == [200] * 50
    answer = limited.get("/v1/jobs")

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (429, "rate_limit_exceeded")
    assert answer.error["type"] == "rate_limit_error"
    assert answer.headers["retry-after"] == "60"


def test_request_passes_after_exactly_retry_after(make_client):
    """Rule LIMIT-RPM: rounded up to whole seconds, and refused requests count."""
    client = make_client(rpm=2, clock="manual")
    statuses(client, 1)
    client.advance(10.5)
    statuses(client, 1)
    client.advance(1)
    answer = client.get("/v1/jobs")
    client.advance(int(answer.headers["retry-after"]) - 1)

    assert answer.headers["retry-after"] == "59"
    assert client.get("/v1/jobs").status == 429
    client.advance(60)
    assert statuses(client, 3) == [200, 200, 429]


def test_window_slides(make_client):
    """Rule LIMIT-RPM: a request is free again 60 s after it was sent, not at the full minute."""
    client = make_client(rpm=2, clock="manual")
    statuses(client, 1)
    client.advance(59)
    statuses(client, 1)
    client.advance(1)

    assert statuses(client, 2) == [200, 429]


def test_all_keys_of_an_account_count_together(limited):
    """Rule LIMIT-RPM."""
    statuses(limited.as_("sk-empiriolabs-limited.a"), 25)
    statuses(limited.as_("sk-empiriolabs-limited.b"), 25)

    assert limited.get("/v1/jobs").status == 429
    assert limited.as_("sk-empiriolabs-limited-2").get("/v1/jobs").status == 200


def test_refused_requests_count(make_client):
    """Rule LIMIT-RPM: a 400, 404, 413, 415 and 402 count; a 401, 405 and unknown path do not."""
    client = make_client(rpm=6, max_body=100, balance=0)
    client.submit(prompt="")
    client.submit()
    client.submit(prompt="p" * 100)
    client.get("/v1/jobs/nothing")
    client.get("/v1/jobs?limit=0")
    client.as_("sk-empiriolabs-revoked").get("/v1/jobs")
    client.send("PUT", "/v1/jobs")
    client.get("/v1/nothing")
    client.get("/livez")

    assert statuses(client, 2) == [200, 429]


def test_keyed_request_to_the_public_catalogue_counts(make_client):
    """Rule LIMIT-RPM."""
    client = make_client(rpm=1)

    assert [client.get("/v1/models").status for _ in range(2)] == [200, 429]
    assert client.as_(None).get("/v1/models").status == 200


def test_control_and_downloads_do_not_count(make_client):
    """Rule LIMIT-RPM: only what is under /v1 does."""
    client = make_client(rpm=2)
    url = client.finished()["result"]["data"][0]["url"]
    found = [client.get(path).status for path in ("/_mock/account", url, "/openapi.json") * 2]

    assert found == [200] * 6


def test_nobody_is_limited_by_default(client):
    """Rule LIMIT-RPM: the emulator counts only when told to."""
    assert set(statuses(client, 120)) == {200}


def test_limit_can_be_changed(client):
    """Rule LIMIT-RPM through the control interface; 0 takes it away."""
    client.patch(rpm=1)
    assert statuses(client, 2) == [200, 429]
    client.patch(rpm=0)
    assert statuses(client, 2) == [200, 200]
