"""/_mock/account: what a test may see and set of its account."""

from typing import Any

import pytest

ACCOUNT = "/_mock/account"
FRESH: dict[str, Any] = {
    "account": "tests",
    "balance": 1000.0,
    "held": 0.0,
    "spent": 0.0,
    "rpm": 0,
    "latency": "quick",
    "scenario": None,
    "policies": {
        "submit_status": "202",
        "seed_range": "enforce",
        "unknown_fields": "ignore",
        "flash_on_t2v": "ignore",
        "r2v_over_cap": "clamp",
        "media_errors": "late",
        "standard_audio": "honour",
    },
}


def test_account_tells_all_that_can_be_set(client):
    answer = client.get(ACCOUNT)

    assert answer.status == 200
    assert answer.json == FRESH


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"balance": 12.5}, {"balance": 12.5}),
        ({"balance": 0}, {"balance": 0.0}),
        ({"balance": "unlimited"}, {"balance": "unlimited"}),
        ({"rpm": 7}, {"rpm": 7}),
        ({"latency": "realistic"}, {"latency": "realistic"}),
        ({"latency": 2.5}, {"latency": 2.5}),
        ({"scenario": None}, {}),
        ({"scenario": "slow"}, {"scenario": "slow"}),
        ({}, {}),
        ({"balance": 1, "rpm": 2, "latency": 3}, {"balance": 1.0, "rpm": 2, "latency": 3}),
    ],
)
def test_change_answers_the_whole_account(client, fields, shown):
    answer = client.patch(**fields)

    assert answer.status == 200
    assert answer.json == {**FRESH, **shown} == client.get(ACCOUNT).json


def test_policies_are_merged(client):
    client.patch(policies={"submit_status": "200"})
    answer = client.patch(policies={"unknown_fields": "reject"})

    assert answer.json["policies"] == {
        **FRESH["policies"],
        "submit_status": "200",
        "unknown_fields": "reject",
    }


def test_number_is_taken_for_a_policy_value(client):
    assert client.patch(policies={"submit_status": 200}).json["policies"]["submit_status"] == "200"


BAD = [
    ({"balance": -0.01}, "balance"),
    ({"balance": "much"}, "balance"),
    ({"balance": None}, "balance"),
    ({"balance": True}, "balance"),
    ({"balance": [1]}, "balance"),
    ({"balance": 10**13}, "balance"),
    ({"balance": "NaN"}, "balance"),
    ({"rpm": -1}, "rpm"),
    ({"rpm": 1.5}, "rpm"),
    ({"rpm": True}, "rpm"),
    ({"rpm": "5"}, "rpm"),
    ({"rpm": 10**30}, "rpm"),
    ({"latency": "slow"}, "latency"),
    ({"latency": -1}, "latency"),
    ({"latency": True}, "latency"),
    ({"latency": None}, "latency"),
    ({"latency": 1e10}, "latency"),
    ({"latency": {}}, "latency"),
    ({"scenario": "sloow"}, "scenario"),
    ({"scenario": 1}, "scenario"),
    ({"policies": []}, "policies"),
    ({"policies": None}, "policies"),
    ({"policies": {"submit_status": "201"}}, "policies"),
    ({"policies": {"submit_status": None}}, "policies"),
    ({"policies": {"colour": "red"}}, "policies"),
    ({"held": 1}, "held"),
    ({"account": "other"}, "account"),
    ({"": 1}, ""),
]


@pytest.mark.parametrize(("fields", "param"), BAD)
def test_bad_change_is_a_400_on_its_name_and_changes_nothing(client, conforms, fields, param):
    """All or nothing: what stands beside it is not changed either."""
    answer = client.send("PATCH", ACCOUNT, {"policies": {"media_errors": "early"}, **fields})

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")
    assert answer.error["param"] == param
    assert client.get(ACCOUNT).json == FRESH


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"rpm":1,"rpm":2}', b'{"rpm":NaN}'])
def test_body_that_is_no_strict_object_is_a_400(client, body):
    """Rule REQ-STRICT holds here too."""
    assert client.send("PATCH", ACCOUNT, body=body).status == 400


def test_change_holds_for_jobs_submitted_afterwards(manual):
    """A job is frozen with its plan."""
    before = manual.submit().json["poll_url"]
    manual.patch(latency=100)
    after = manual.submit().json["poll_url"]
    manual.advance(4)

    assert manual.get(before).json["status"] == "completed"
    assert manual.get(after).json["status"] == "queued"


def test_delete_forgets_all_of_the_account(manual):
    """Rules CREDIT, USAGE, JOB-UNKNOWN and LIMIT-RPM: money, events, jobs, settings and clock are new."""
    path = manual.submit().json["poll_url"]
    manual.patch(rpm=3, latency=9, policies={"submit_status": "200"})
    manual.advance(1000)
    answer = manual.send("DELETE", ACCOUNT)

    assert (answer.status, answer.body) == (204, b"")
    assert "content-type" not in answer.headers
    assert answer.headers["x-request-id"]
    assert manual.get(path).status == 404
    assert manual.get(ACCOUNT).json == FRESH
    assert manual.get("/v1/account/usage").json["data"] == []
    assert manual.get("/_mock/clock").json["now"] == "2026-11-22T18:00:00.000Z"


def test_numbering_starts_again_after_delete(client):
    """Rule JOB-SUBMIT: the same seed, account and number give the same job_id."""
    ids = [client.submit().json["job_id"] for _ in range(2)]
    client.send("DELETE", ACCOUNT)

    assert [client.submit().json["job_id"] for _ in range(2)] == ids


def test_delete_leaves_other_accounts_alone(client):
    other = client.as_("sk-empiriolabs-other")
    path = other.submit().json["poll_url"]
    client.send("DELETE", ACCOUNT)

    assert other.get(path).status == 200


def test_reserved_account_can_be_given_credit(make_client):
    """Rule CREDIT."""
    client = make_client(key="sk-empiriolabs-nocredit")
    client.patch(balance=1)

    assert client.submit().status == 202
