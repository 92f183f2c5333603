"""However many processes serve an account at once, it is one: money, numbers, strikes and windows come out to the piece."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings as hypothesis_settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mock_server.draw import draw
from mock_server.emulator import JOB_ID_HEX
from mock_server.settings import Settings
from tests.applications import open_application
from tests.client import Client, Received, Time
from tests.mock_server.state.conftest import ROUNDS

SUBMIT = "/v1/videos/generations"
PRICE = 690_000  # of the example, in micro-dollars
GIVEN = 5 * PRICE + 1
TOLD = ("/_mock/account", "/v1/account/usage", "/_mock/faults", "/_mock/requests?limit=500")

many = st.integers(1, 8)
accounts = st.sampled_from(["one", "two"])


def micros(dollars: float) -> int:
    return round(dollars * 1_000_000)


class Processes(RuleBasedStateMachine):
    """Applications that share *state*, as so many processes would, and what is to be so of each account."""

    def __init__(self, runner: asyncio.Runner, state: str, count: int) -> None:
        super().__init__()
        self._runner = runner
        time = Time()
        settings = Settings(state=state, clock="manual", balance=GIVEN / 1e6)
        self._open = [open_application(settings, time) for _ in range(count)]
        self._clients = [Client(one.app, runner, time, None) for one in self._open]
        self._turn = 0
        self._given = {"one": GIVEN, "two": GIVEN}
        self._accepted = {"one": 0, "two": 0}
        self._acted: str | None = None

    def teardown(self) -> None:
        for one in self._open:
            self._runner.run(one.emulator.close())

    def _client(self, account: str) -> Client:
        self._turn += 1
        self._acted = account
        return self._clients[self._turn % len(self._clients)].as_(f"sk-empiriolabs-{account}")

    def _ask(self, account: str, method: str, path: str, fields: Any = None) -> Received:
        return self._client(account).send(method, path, fields)

    def _together(
        self, account: str, asked: list[tuple[str, str]], fields: Any = None
    ) -> list[Received]:
        """Send all requests at once, to one application and another."""
        body = b"" if fields is None else json.dumps(fields).encode()

        async def gather() -> list[Received]:
            sent = (self._client(account)._send(*one, body, {}) for one in asked)
            return await asyncio.gather(*sent)

        return self._runner.run(gather())

    def _money(self, account: str) -> tuple[int, int]:
        """What is left, and what is held or spent."""
        page = self._ask(account, "GET", "/_mock/account").json
        return micros(page["balance"]), micros(page["held"]) + micros(page["spent"])

    @rule(account=accounts, count=many)
    def submit(self, account: str, count: int) -> None:
        left, _ = self._money(account)
        answers = self._together(
            account,
            [("POST", SUBMIT)] * count,
            {"model": "wan-2-6", "prompt": "a race", "duration": 5},
        )
        statuses = [answer.status for answer in answers]
        accepted = statuses.count(202)
        assert accepted == min(count, left // PRICE)
        assert statuses.count(402) == count - accepted
        numbers = range(self._accepted[account] + 1, self._accepted[account] + accepted + 1)
        ids = {answer.json["job_id"] for answer in answers if answer.status == 202}
        assert ids == {self._job_id(account, number) for number in numbers}
        self._accepted[account] += accepted

    @rule(account=accounts, count=many)
    def cancel(self, account: str, count: int) -> None:
        last = self._accepted[account]
        ids = [self._job_id(account, number) for number in range(max(last - 2, 1), last + 1)]
        asked = [("POST", f"/v1/jobs/{job_id}/cancel") for job_id in ids] * count
        assert {answer.status for answer in self._together(account, asked)} <= {200}

    @rule(account=accounts, seconds=st.sampled_from([1, 2, 5, 61]), count=st.integers(1, 3))
    def advance(self, account: str, seconds: float, count: int) -> None:
        before = self._ask(account, "GET", "/_mock/clock").json["now"]
        self._together(account, [("POST", "/_mock/clock/advance")] * count, {"seconds": seconds})
        after = self._ask(account, "GET", "/_mock/clock").json["now"]
        assert before < after

    @rule(account=accounts, rpm=st.integers(1, 5), count=many)
    def window(self, account: str, rpm: int, count: int) -> None:
        self._ask(account, "PATCH", "/_mock/account", {"rpm": rpm})
        answers = self._together(account, [("GET", "/v1/jobs")] * count)
        statuses = [answer.status for answer in answers]
        assert (statuses.count(200), statuses.count(429)) == (min(rpm, count), max(count - rpm, 0))
        self._ask(account, "PATCH", "/_mock/account", {"rpm": 0})

    @rule(account=accounts, times=st.integers(1, 5), count=many)
    def strike(self, account: str, times: int, count: int) -> None:
        asked = {"operation": "list", "times": times, "action": {"status": 503}}
        assert self._ask(account, "POST", "/_mock/faults", asked).status in {200, 201}
        answers = self._together(account, [("GET", "/v1/jobs")] * count)
        assert [answer.status for answer in answers].count(503) == min(times, count)
        self._ask(account, "DELETE", "/_mock/faults")

    @rule(account=accounts, probability=st.sampled_from([1, 0.5]), delay=st.sampled_from([0, 1.5]))
    def strike_sometimes(self, account: str, probability: float, delay: float) -> None:
        asked = {"operation": "models", "action": {"delay_seconds": delay}, "times": 1}
        self._ask(account, "POST", "/_mock/faults", {**asked, "probability": probability})
        self._ask(account, "GET", "/v1/models")

    @rule(account=accounts, balance=st.sampled_from([0, 1, 3, 0.69]))
    def give(self, account: str, balance: float) -> None:
        _, used = self._money(account)
        self._ask(account, "PATCH", "/_mock/account", {"balance": balance})
        self._given[account] = micros(balance) + used

    @rule(account=accounts, latency=st.sampled_from(["quick", "instant", 3]))
    def settle(self, account: str, latency: str | float) -> None:
        answer = self._ask(account, "PATCH", "/_mock/account", {"latency": latency})
        assert answer.status == 200

    @rule(account=accounts)
    def forget(self, account: str) -> None:
        self._ask(account, "DELETE", "/_mock/account")
        self._given[account], self._accepted[account] = GIVEN, 0

    @invariant()
    def money_is_conserved(self) -> None:
        if self._acted is not None:
            assert sum(self._money(self._acted)) == self._given[self._acted]

    @invariant()
    def jobs_are_those_that_were_accepted(self) -> None:
        account = self._acted
        if account is None:
            return
        told = [self._ask(account, "GET", "/v1/jobs?limit=100") for _ in self._clients]
        numbers = range(self._accepted[account], 0, -1)
        for answer in told:
            ids = [job["job_id"] for job in answer.json["data"]]
            assert ids == [self._job_id(account, number) for number in numbers][: len(ids)]
            assert len(ids) == min(len(numbers), 100)
            assert answer.body == told[0].body

    @invariant()
    def every_process_tells_the_same(self) -> None:
        for path in TOLD if self._acted is not None else ():
            asked = cast(str, self._acted)
            if path.startswith("/v1"):
                told = self._together(asked, [("GET", path)] * len(self._clients))
            else:
                told = [self._ask(asked, "GET", path) for _ in self._clients]
            assert {answer.body for answer in told} == {told[0].body}, path

    def _job_id(self, account: str, number: int) -> str:
        return f"job_{draw(0, account, number).hex()[:JOB_ID_HEX]}"


@pytest.mark.parametrize(("kind", "count"), [("memory", 1), ("sqlite", 2), ("redis", 3)])
def test_account_is_one_whoever_serves_it(
    runner: asyncio.Runner, state_of: Callable[[str], str], kind: str, count: int
) -> None:
    run_state_machine_as_test(
        cast(Any, lambda: Processes(runner, state_of(kind), count)),
        settings=hypothesis_settings(
            max_examples=5 * ROUNDS,
            stateful_step_count=15,
            suppress_health_check=[*HealthCheck],
        ),
    )
