"""The key is the sandbox: how it is sent, what it looks like, and whom it shuts out."""

import pytest

ANN, BOB = "sk-empiriolabs-ann", "sk-empiriolabs-bob"
JOBS = "/v1/jobs"
KEYED = [
    ("POST", "/v1/videos/generations"),
    ("GET", "/v1/jobs"),
    ("GET", "/v1/jobs/job_1"),
    ("POST", "/v1/jobs/job_1/cancel"),
    ("GET", "/v1/account/usage"),
    ("GET", "/v1/files/sign?file_id=file_1"),
]


def asked(client, **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.as_(None).get(JOBS, headers=sent)


@pytest.mark.parametrize(("method", "path"), KEYED)
def test_operation_needs_a_key(client, conforms, method, path):
    """Rule AUTH-KEY."""
    answer = client.as_(None).send(method, path)

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (401, "missing_api_key")
    assert answer.error["type"] == "authentication_error"


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": f"Bearer {ANN}"},
        {"authorization": f"bearer {ANN}"},
        {"authorization": f"BEARER   {ANN} "},
        {"x_api_key": ANN},
        {"x_api_key": ANN, "authorization": f"Bearer {ANN}"},
        {"x_api_key": ANN, "authorization": "Bearer "},
        {"x_api_key": "sk-other", "authorization": f"Bearer {ANN}"},
        {"authorization": f"Bearer {ANN}.ci"},
        {"authorization": "Bearer sk-empiriolabs-A_b-9.v1.2"},
    ],
)
def test_key_is_taken(client, headers):
    """Rules AUTH-KEY and AUTH-FORM."""
    assert asked(client, **headers).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer sk-other-1"},
        {"authorization": "Bearer sk-empiriolabs-"},
        {"authorization": "Bearer sk-empiriolabs-a b"},
        {"authorization": "Bearer sk-empiriolabs-a."},
        {"authorization": "Bearer SK-EMPIRIOLABS-a"},
        {"authorization": f"Bearer {ANN}\n{ANN}"},
        {"authorization": f"Bearer sk-empiriolabs-{'a' * 65}"},
        {"authorization": "Bearer sk-empiriolabs-ä"},
        {"authorization": f"Basic {ANN}"},
        {"authorization": ANN},
        {"authorization": f"Token {ANN}", "x_api_key": ANN},
        {"x_api_key": "ann"},
        {"authorization": "Bearer sk-empiriolabs-revoked"},
        {"authorization": "Bearer sk-empiriolabs-revoked-2.label"},
    ],
)
def test_key_of_another_form_or_revoked_is_refused(client, headers):
    """Rules AUTH-KEY and AUTH-FORM; the message never repeats the key."""
    answer = asked(client, **headers)

    assert (answer.status, answer.error["code"]) == (401, "invalid_api_key")
    assert ANN not in answer.error["message"]


@pytest.mark.parametrize("name", ["$EMPIRIOLABS_API_KEY", "${EMPIRIOLABS_API_KEY}"])
def test_literal_variable_is_explained(client, name):
    """Rule AUTH-KEY: the published curl has single quotes, and sends the variable's name."""
    message = asked(client, authorization=f"Bearer {name}").error["message"]

    assert "the shell did not put the key in" in message


def test_name_that_only_begins_like_a_reserved_one_is_an_ordinary_account(client):
    """Rule AUTH-KEY: revokedness needs a dash."""
    assert client.as_("sk-empiriolabs-revokedness").get(JOBS).status == 200


@pytest.mark.parametrize(
    ("key", "status"), [(ANN, 200), (f"{BOB}.ci", 200), (BOB, 401), (f"{ANN}.x", 401)]
)
def test_allow_list_admits_exactly_its_keys(make_client, key, status):
    """Rule AUTH-KEY with --keys."""
    client = make_client(keys=[ANN, f"{BOB}.ci", "sk-empiriolabs-revoked"])

    assert client.as_(key).get(JOBS).status == status
    assert client.as_("sk-empiriolabs-revoked").get(JOBS).status == 401


def test_labels_share_the_account(client):
    """Rule AUTH-KEY: the part before the dot is the account."""
    job_id = client.as_(f"{ANN}.laptop").submit().json["job_id"]

    assert client.as_(f"{ANN}.ci").get(f"{JOBS}/{job_id}").status == 200


@pytest.mark.parametrize(("method", "tail"), [("GET", ""), ("POST", "/cancel")])
def test_another_accounts_job_is_unknown(client, method, tail):
    """Rule JOB-UNKNOWN: the answer is that to a job that never was."""
    job_id = client.as_(ANN).submit().json["job_id"]
    answer = client.as_(BOB).send(method, f"{JOBS}/{job_id}{tail}")

    assert (answer.status, answer.error["code"]) == (404, "job_not_found")
    assert client.as_(ANN).get(f"{JOBS}/{job_id}").json["status"] == "queued"


def test_accounts_see_nothing_of_each_other(client):
    """Rules USAGE, JOB-LIST and CREDIT: jobs, events, money, clock and policies are apart."""
    ann, bob = client.as_(ANN), client.as_(BOB)
    ann.patch(policies={"submit_status": "200"})
    ann.send("PUT", "/_mock/clock", {"mode": "manual"})
    ann.submit()
    ann.advance(100)

    assert bob.get("/_mock/clock").json["mode"] == "real"
    assert bob.get("/_mock/clock").json["now"] == "2026-11-22T18:00:00.000Z"
    assert bob.get(JOBS).json["data"] == []
    assert bob.get("/v1/account/usage").json["data"] == []
    assert bob.money() == (1000.0, 0.0, 0.0)
    assert bob.submit().status == 202
