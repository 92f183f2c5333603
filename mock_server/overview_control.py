"""What is of no single account: the accounts seen, the scenarios and the rules, for people and dashboards."""

from typing import Any

from mock_server.accounts import Account
from mock_server.answers import Answer, as_json
from mock_server.calls import Call, Endpoint
from mock_server.emulator import Emulator
from mock_server.pricing import dollars
from mock_server.scenarios.catalogue import SCENARIOS
from mock_server.tables import rules_as_fields, scenarios_as_fields


class OverviewControl:
    """The control interface's lists that need no account."""

    def __init__(self, emulator: Emulator) -> None:
        """Tell of *emulator*."""
        self._emulator = emulator

    def by_path(self) -> dict[str, dict[str, Endpoint]]:
        """Return the endpoints by path and method."""
        return {
            "/_mock/accounts": {"GET": self.accounts},
            "/_mock/scenarios": {"GET": self.scenarios},
            "/_mock/rules": {"GET": self.rules},
        }

    async def accounts(self, call: Call) -> Answer:  # noqa: ARG002 - the same for everybody
        """List the accounts, the one whose key came last first."""
        return _listed([_page(account) for account in await self._emulator.accounts()])

    async def scenarios(self, call: Call) -> Answer:  # noqa: ARG002 - the same for everybody
        """List the scenarios."""
        return _listed(scenarios_as_fields(SCENARIOS.values()))

    async def rules(self, call: Call) -> Answer:  # noqa: ARG002 - the same for everybody
        """List the rules of the contract."""
        return _listed(rules_as_fields(self._emulator.contract))


def _listed(data: list[dict[str, Any]]) -> Answer:
    return as_json({"object": "list", "data": data})


def _page(account: Account) -> dict[str, Any]:
    ledger = account.ledger
    return {
        "account": account.name,
        "jobs": account.submitted,
        "requests": account.requests,
        "held": dollars(ledger.held),
        "spent": dollars(ledger.spent),
    }
