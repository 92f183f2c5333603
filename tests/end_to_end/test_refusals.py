"""What is refused, and how it is told."""

import pytest

ERROR = {"message", "type", "param", "code"}


def refusal(answer):
    error = answer.json()["error"]
    assert error.keys() >= ERROR
    return answer.status_code, error["code"], error["param"]


def test_every_broken_rule_is_told_at_once(api):
    answer = api.submit(resolution="1080P", duration=20, seed="abc")
    details = answer.json()["error"]["details"]

    assert refusal(answer) == (400, "invalid_request", "resolution")
    assert [(each["rule"], each["pointer"]) for each in details] == [
        ("REQ-RESOLUTION", "/resolution"),
        ("REQ-DURATION", "/duration"),
        ("REQ-SEED", "/seed"),
    ]
    assert "20 is more than 15" in details[1]["message"]


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"prompt": " "}, "prompt"),
        ({"mode": "i2v"}, "image"),
        ({"mode": "r2v"}, "image"),
        ({"aspect_ratio": "3:2"}, "aspect_ratio"),
        ({"audio": "yes"}, "audio"),
        ({"image": "photo.jpg"}, "image"),
        ({"prompt": "@mock:poll-492"}, "prompt"),
    ],
)
def test_bad_field_is_named(api, fields, param):
    assert refusal(api.submit(**fields)) == (400, "invalid_request", param)
    assert api.get("/v1/jobs").json()["data"] == []


@pytest.mark.live_safe
def test_no_key_is_401(api_of):
    answer = api_of(None).get("/v1/account/usage")

    assert answer.status_code == 401
    assert "error" in answer.json()


@pytest.mark.live_safe
def test_wrong_key_is_401(api_of):
    assert api_of("sk-somebody-else").get("/v1/account/usage").status_code == 401


def test_revoked_account_is_401(api_of):
    assert refusal(api_of("sk-empiriolabs-revoked").submit()) == (401, "invalid_api_key", None)


def test_account_without_money_is_402_and_has_no_job(api_of):
    poor = api_of("sk-empiriolabs-nocredit")

    assert refusal(poor.submit()) == (402, "insufficient_credits", None)
    assert poor.get("/v1/jobs").json()["data"] == []


@pytest.mark.live_safe
def test_unknown_job_is_404(api):
    assert api.get("/v1/jobs/job_000000000000000000000000").status_code == 404


def test_job_of_another_account_is_404(api, api_of):
    url = api.submit().json()["poll_url"]

    assert refusal(api_of("sk-empiriolabs-stranger").get(url))[:2] == (404, "job_not_found")


def test_unknown_model_is_404(api):
    assert refusal(api.submit(model="wan-9"))[:2] == (404, "model_not_found")


def test_body_that_is_no_json_is_told(api):
    answer = api.post(
        "/v1/videos/generations", content=b"{", headers={"content-type": "application/json"}
    )

    assert refusal(answer)[:2] == (400, "invalid_request")


def test_other_content_type_is_415(api):
    answer = api.post("/v1/videos/generations", data={"model": "wan-2-6"})

    assert refusal(answer)[:2] == (415, "unsupported_media_type")


def test_too_many_requests_of_a_limited_account_are_429(api_of):
    limited = api_of("sk-empiriolabs-limited")
    answers = [limited.get("/v1/jobs") for _ in range(51)]

    assert {answer.status_code for answer in answers[:50]} == {200}
    assert refusal(answers[50])[:2] == (429, "rate_limit_exceeded")
    assert int(answers[50].headers["retry-after"]) > 0


@pytest.mark.every_way
@pytest.mark.live_safe
@pytest.mark.parametrize(
    ("path", "told"), [("/livez", '"status":"ok"'), ("/health", '"service":"gateway"')]
)
def test_health_is_told_to_anybody(api_of, path, told):
    answer = api_of(None).get(path)

    assert answer.status_code == 200
    assert told in answer.text
