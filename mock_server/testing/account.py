"""An account of an emulator in this process, as a test sees it."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, cast

from mock_server.testing.channel import Channel
from mock_server.testing.clock import MockClock
from mock_server.testing.faults import MockFaults
from mock_server.testing.jobs import MockJobs
from mock_server.testing.pages import AccountPage, Balance
from mock_server.testing.requests import MockRequests

API_ROOT = "/v1"


class MockAccount:
    """An account: its key, and everything that is behind it. What is seen of it is how things stand at that moment.

    It may be used from any thread, also where an event loop runs, and read when the emulator has stopped.
    """

    # So that a mistyped name is told, and not taken for an attribute of the test's own.
    __slots__ = ("_channel", "_key_variable", "api_key", "clock", "faults", "jobs", "requests")

    def __init__(self, channel: Channel, api_key: str, key_variable: str) -> None:
        """See the account of *channel*, which *api_key* opens; clients look for that in *key_variable*."""
        self._channel = channel
        self._key_variable = key_variable
        self.api_key = api_key
        self.clock = MockClock(channel)
        self.faults = MockFaults(channel)
        self.jobs = MockJobs(channel)
        self.requests = MockRequests(channel)

    @property
    def name(self) -> str:
        """The name of the account."""
        return self._channel.account

    @property
    def url(self) -> str:
        """The root of the emulator, as in `http://127.0.0.1:41234`; RuntimeError if it is not running."""
        return self._channel.server.url

    @property
    def base_url(self) -> str:
        """The root of the API: `url` + `/v1`; RuntimeError if the emulator is not running."""
        return self.url + API_ROOT

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that lead a client here: `EMPIRIOLABS_BASE_URL` and its like."""
        return {
            "EMPIRIOLABS_BASE_URL": self.url,
            "EMPIRIOLABS_API_BASE": self.base_url,
            self._key_variable: self.api_key,
        }

    @property
    def balance(self) -> Balance:
        """US dollars that are left, or `"unlimited"`; it can be set, also as a Decimal. ValueError for anything else."""
        return self._page()["balance"]

    @balance.setter
    def balance(self, balance: Balance | Decimal) -> None:
        self._change(balance=balance)

    @property
    def held(self) -> float:
        """US dollars that jobs hold which have not ended."""
        return self._page()["held"]

    @property
    def spent(self) -> float:
        """US dollars that completed jobs have cost."""
        return self._page()["spent"]

    @property
    def rpm(self) -> int:
        """How many requests a minute are let in, 0 for any number; it can be set. ValueError for anything else."""
        return self._page()["rpm"]

    @rpm.setter
    def rpm(self, rpm: int) -> None:
        self._change(rpm=rpm)

    @property
    def latency(self) -> str | float:
        """How long jobs take: a profile's name or seconds; it can be set for later jobs. ValueError for anything else."""
        return self._page()["latency"]

    @latency.setter
    def latency(self, latency: str | float) -> None:
        self._change(latency=latency)

    @property
    def scenario(self) -> str | None:
        """The scenario of every job whose prompt names none of its kind; it can be set. ValueError for an unknown one."""
        return self._page()["scenario"]

    @scenario.setter
    def scenario(self, scenario: str | None) -> None:
        self._change(scenario=scenario)

    @property
    def policies(self) -> Mapping[str, str]:
        """How open questions are answered. Set it to change those that are named, for later jobs; the others stay.

        ValueError for an unknown name or value.
        """
        return MappingProxyType(self._page()["policies"])

    @policies.setter
    def policies(self, policies: Mapping[str, str]) -> None:
        self._change(policies=dict(policies))

    def reset(self) -> None:
        """Forget all of the account: it begins anew with the settings of the emulator."""
        self._channel.ask("DELETE /_mock/account")

    def _page(self) -> AccountPage:
        return cast("AccountPage", self._channel.ask("GET /_mock/account"))

    def _change(self, **fields: Any) -> None:
        self._channel.ask("PATCH /_mock/account", fields)

    def __repr__(self) -> str:
        """Return its name."""
        return f"<MockAccount {self.name}>"
