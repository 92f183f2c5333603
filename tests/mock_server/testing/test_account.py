"""An account as a test sees it: what it says is so for its clients, and what is set holds for them."""

import asyncio
import threading
from decimal import Decimal

import httpx
import pytest

from mock_server import MockAccount, WanMock


def test_account_tells_what_a_client_needs(mock, account):
    assert account.url == mock.url
    assert account.base_url == mock.base_url == f"{mock.url}/v1"
    assert account.environment == {
        "EMPIRIOLABS_BASE_URL": mock.url,
        "EMPIRIOLABS_API_BASE": mock.base_url,
        "EMPIRIOLABS_API_KEY": account.api_key,
    }


def test_money_is_held_and_spent(account, api):
    account.balance = 5
    job_id = api.job_id()
    assert (account.balance, account.held, account.spent) == (4.172, 0.828, 0)

    account.jobs.finish(job_id)

    assert (account.balance, account.held, account.spent) == (4.172, 0, 0.828)


@pytest.mark.parametrize("balance", [0, 0.1, Decimal("0.1"), "unlimited"])
def test_balance_can_be_set(account, balance):
    account.balance = balance

    assert account.balance == (balance if isinstance(balance, str) else float(balance))


def test_balance_too_small_is_402(account, api):
    account.balance = 0

    assert api.submit().status_code == 402


def test_rate_limit_can_be_set(account, api):
    account.rpm = 1

    assert [api.poll("job_0").status_code for _ in range(2)] == [404, 429]
    assert account.rpm == 1


def test_latency_holds_for_later_jobs(account, api):
    account.latency = 600
    api.job_id()

    assert account.jobs[0].plan["ends_after_seconds"] == account.latency == 600


def test_scenario_acts_on_every_job(account, api):
    assert account.scenario is None
    account.scenario = "fails-moderation"
    job_id = api.job_id()
    account.clock.advance(60)

    assert api.poll(job_id).json()["error"]["message"].startswith("DataInspectionFailed")
    assert account.scenario == "fails-moderation"


def test_policies_that_are_named_change_and_the_others_stay(account):
    before = account.policies
    account.policies = {"r2v_over_cap": "reject"}

    assert account.policies == {**before, "r2v_over_cap": "reject"}


def test_policies_cannot_be_set_in_a_copy(account):
    """It would be without effect."""
    with pytest.raises(TypeError):
        account.policies["r2v_over_cap"] = "reject"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("balance", "lots", 'balance: "lots" is a string'),
        ("rpm", -1, "rpm: -1 is not an integer from 0 to 1000000"),
        ("latency", "slow", 'latency: "slow" is not one of quick, instant, realistic'),
        ("scenario", "pol-429", "poll-429"),
        ("policies", {"nope": "1"}, "unknown policy 'nope'"),
    ],
)
def test_value_that_cannot_be_is_told(account, name, value, message):
    with pytest.raises(ValueError, match=message):
        setattr(account, name, value)


def test_reset_account_begins_anew(account, api):
    first = api.job_id()
    account.scenario = "stuck"
    account.reset()

    assert (account.jobs, account.requests, account.scenario) == ([], [], None)
    assert api.job_id() == first


def test_same_name_is_the_same_account(mock, account):
    mock.account(account.name).balance = 7

    assert account.balance == 7


def test_account_can_be_used_where_an_event_loop_runs(account):
    async def main() -> tuple[int, float]:
        headers = {"x-api-key": account.api_key}
        async with httpx.AsyncClient(base_url=account.base_url, headers=headers) as client:
            answers = await asyncio.gather(
                *(
                    client.post("/videos/generations", json={"model": "wan-2-6", "prompt": "a"})
                    for _ in range(5)
                )
            )
            account.clock.advance(60)
            job = await client.get(answers[0].json()["poll_url"].removeprefix("/v1"))
            return job.json()["progress"], account.spent

    assert asyncio.run(main()) == (1, 3.45)


def test_account_can_be_used_from_several_threads(account):
    def advance() -> None:
        for _ in range(100):
            account.clock.advance(1)

    begun = account.clock.now
    threads = [threading.Thread(target=advance) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (account.clock.now - begun).total_seconds() == 400


def test_repr_has_the_name_but_not_the_key(account: MockAccount):
    assert repr(account) == f"<MockAccount {account.name}>"


def test_control_of_http_may_be_gone():
    with WanMock(control=False) as mock:
        account = mock.account()
        status = httpx.get(f"{mock.url}/_mock/clock", headers={"x-api-key": account.api_key})
        httpx.get(f"{mock.base_url}/models", headers={"x-api-key": account.api_key})
        account.clock.mode = "manual"

    assert status.status_code == 404
    assert account.clock.mode == "manual"
    assert [request.operation for request in account.requests] == ["models"]


def test_listeners_hear_of_what_a_test_changes(mock, account):
    """Else the dashboard would show an account as it was."""
    url = f"{mock.url}/_mock/events?account={account.name}"
    with httpx.stream("GET", url) as stream:
        lines = stream.iter_lines()
        assert "event: hello" in (next(lines), next(lines), next(lines))
        account.balance = 3

        assert any('"balance":3.0' in line for line in lines if line.startswith("data: "))


def test_mistyped_name_is_told(account):
    with pytest.raises(AttributeError, match="ballance"):
        account.ballance = 0
    with pytest.raises(AttributeError, match="moed"):
        account.clock.moed = "real"
