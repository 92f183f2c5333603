"""What the control interface tells of no single account: accounts, scenarios and rules."""

import json

import pytest

from contracts.document import load
from mock_server import tables
from mock_server.scenarios.catalogue import SCENARIOS

LISTS = ["/_mock/accounts", "/_mock/scenarios", "/_mock/rules"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("key", [None, "nonsense", "sk-empiriolabs-me"])
def test_lists_need_no_account(client, path, key):
    answer = client.as_(key).get(path)

    assert (answer.status, answer.json["object"]) == (200, "list")


@pytest.mark.parametrize("path", LISTS)
def test_lists_are_for_this_machine_or_the_token_only(make_client, path):
    client = make_client(host="0.0.0.0", control_token="secret")

    assert client.get(path).status == 404
    assert client.get(path, headers={"x-mock-token": "secret"}).status == 200
    assert make_client(host="0.0.0.0").get(path).status == 404
    assert make_client(control=False).get(path).status == 404


def test_accounts_are_told_with_jobs_and_money_those_seen_last_first(manual):
    assert manual.get(LISTS[0]).json["data"] == []
    one, two = (manual.as_(f"sk-empiriolabs-{name}") for name in ("one", "two"))
    job_id = one.submit().json["job_id"]
    two.get("/v1/jobs")
    one.advance(4)
    one.submit(duration=5)
    one.get(f"/v1/jobs/{job_id}")
    two.as_("sk-empiriolabs-two.label").get("/v1/jobs")

    told = manual.get(LISTS[0]).json["data"]
    assert told == [
        {"account": "two", "jobs": 0, "requests": 2, "held": 0, "spent": 0},
        {"account": "one", "jobs": 2, "requests": 3, "held": 0.69, "spent": 0.828},
    ]
    one.get("/v1/jobs")
    assert [account["account"] for account in manual.get(LISTS[0]).json["data"]] == ["one", "two"]


def test_account_that_only_the_control_interface_has_named_comes_last(client):
    client.as_(None).get("/_mock/account?account=looked-at")
    client.get("/v1/jobs")

    names = [account["account"] for account in client.get(LISTS[0]).json["data"]]
    assert names == ["tests", "looked-at"]


def test_money_of_the_accounts_is_that_of_the_present_moment(manual):
    manual.submit()
    manual.advance(100)

    assert manual.get(LISTS[0]).json["data"][0]["spent"] == 0.828


def test_forgotten_account_is_no_longer_told(client):
    client.submit()
    client.send("DELETE", "/_mock/account")

    assert client.get(LISTS[0]).json["data"] == []


def test_scenarios_are_told_with_sentence_and_reason(client):
    told = client.get(LISTS[1]).json["data"]

    assert [scenario["name"] for scenario in told] == [*SCENARIOS]
    assert told[0] == {
        "name": "slow",
        "kind": "lifecycle",
        "text": SCENARIOS["slow"].text,
        "reason": SCENARIOS["slow"].reason,
    }
    assert told == json.loads(tables.scenarios_as_json(SCENARIOS.values()))


def test_rules_are_those_of_the_contract(client):
    contract = load()
    told = client.get(LISTS[2]).json["data"]

    assert [rule["id"] for rule in told] == [*contract.rules]
    wanted = {"id", "section", "text", "provenance", "source", "live", "policy"}
    assert all(wanted <= rule.keys() for rule in told)
    assert told == json.loads(tables.rules_as_json(contract))
