"""The control interface under ``/_mock``: an account's clock and settings, for tests to set."""

from decimal import Decimal
from typing import Any

from mock_server.accounts import Account
from mock_server.answers import Answer, as_json
from mock_server.calls import Call, Endpoint
from mock_server.clock import ClockMode, timestamp
from mock_server.commands import Advance, Change, Forget, SetClock
from mock_server.control_fields import fields_of, unfit
from mock_server.emulator import Emulator
from mock_server.latency import Choice, parse_latency
from mock_server.pricing import dollars
from mock_server.problems import Problem
from mock_server.rendering import balance
from mock_server.scenarios.catalogue import find
from mock_server.settings import MOST_RPM, UNLIMITED, parse_balance
from mock_server.violations import show

EMULATOR = "wan-mock"


class Control:
    """The emulator's own operations, each on one account."""

    def __init__(self, emulator: Emulator) -> None:
        """Control *emulator*."""
        self._emulator = emulator
        self._limits = emulator.contract.api.limits

    def by_path(self) -> dict[str, dict[str, Endpoint]]:
        """Return the endpoints by path and method."""
        return {
            "/_mock/clock": {"GET": self.clock, "PUT": self.set_clock},
            "/_mock/clock/advance": {"POST": self.advance},
            "/_mock/account": {
                "GET": self.account,
                "PATCH": self.change_account,
                "DELETE": self.forget_account,
            },
        }

    async def clock(self, call: Call) -> Answer:
        """Tell the account's time and how its clock runs."""
        return as_json(clock_page(call.caller))

    async def set_clock(self, call: Call) -> Answer:
        """Make the account's clock run in another way."""
        fields = await fields_of(call, self._limits, ("mode",))
        mode = fields.get("mode")
        if not isinstance(mode, str) or mode not in [*ClockMode]:
            raise unfit("mode", mode, f"one of {', '.join(ClockMode)}")
        await self._emulator.do(call.caller.name, SetClock(ClockMode(mode)))
        return await self.clock(call)

    async def advance(self, call: Call) -> Answer:
        """Move the account's clock forward."""
        fields = await fields_of(call, self._limits, ("seconds",))
        seconds = fields.get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, (int, Decimal)):
            raise unfit("seconds", seconds, "a number of seconds from 0 up")
        try:
            await self._emulator.do(call.caller.name, Advance(seconds))
        except ValueError as error:
            raise Problem("invalid_request", f"seconds: {error}.", param="seconds") from None
        return await self.clock(call)

    async def account(self, call: Call) -> Answer:
        """Tell the account's money, limits, latency and policies."""
        await self._emulator.settled(call.caller)
        return as_json(account_page(call.caller))

    async def change_account(self, call: Call) -> Answer:
        """Change the account for the jobs submitted afterwards: all that the body names, or nothing."""
        fields = await fields_of(
            call, self._limits, ("balance", "rpm", "latency", "scenario", "policies")
        )
        account = call.caller
        changes = {name: self._parse(name, value, account) for name, value in fields.items()}
        await self._emulator.do(account.name, Change(tuple(changes), **changes))
        return await self.account(call)

    async def forget_account(self, call: Call) -> Answer:
        """Forget all of the account."""
        await self._emulator.do(call.caller.name, Forget())
        return Answer(status=204, content_type=None)

    def _parse(self, name: str, value: Any, account: Account) -> Any:
        """Return *value* as the account keeps it."""
        try:
            return self._parsed(name, value, account)
        except ValueError as error:
            told = f"{error}" if name in {"policies", "scenario"} else f"{show(value)} {error}"
            raise Problem("invalid_request", f"{name}: {told}.", param=name) from None

    def _parsed(self, name: str, value: Any, account: Account) -> Any:
        match name:
            case "balance":
                return _balance(value)
            case "latency":
                return self._latency(value)
            case "rpm":
                return _rpm(value)
            case "policies":
                return self._policies(value, account)
            case _:
                return None if value is None else find(value).name

    def _latency(self, value: Any) -> Choice:
        latency = next(iter(self._emulator.contract.models.values())).latency
        if isinstance(value, str) and value not in latency.profiles:
            raise ValueError(f"is not one of {', '.join(latency.profiles)}, nor a number")
        return parse_latency(value, latency)

    def _policies(self, value: Any, account: Account) -> dict[str, str]:
        if not isinstance(value, dict):
            raise ValueError(f"{show(value)} is not an object of policy names and values")
        chosen = {
            name: choice if isinstance(choice, str) else show(choice)
            for name, choice in value.items()
        }
        self._emulator.contract.policies_with({**account.terms.policies, **chosen})
        return chosen


def clock_page(account: Account) -> dict[str, Any]:
    """Return the account's time and how its clock runs."""
    clock = account.clock
    return {"emulator": EMULATOR, "mode": clock.mode, "now": timestamp(clock.now())}


def account_page(account: Account) -> dict[str, Any]:
    """Return the account's money, limits, latency, default scenario and policies."""
    ledger, latency = account.ledger, account.terms.latency
    return {
        "account": account.name,
        "balance": balance(account),
        "held": dollars(ledger.held),
        "spent": dollars(ledger.spent),
        "rpm": account.window.requests,
        "latency": latency,
        "scenario": account.scenario,
        "policies": dict(account.terms.policies),
    }


def _balance(value: Any) -> int | None:
    if isinstance(value, str) and value != UNLIMITED:
        raise ValueError(f"is a string; a number of dollars or {UNLIMITED!r} would do")
    return parse_balance(value)


def _rpm(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_RPM:
        raise ValueError(f"is not an integer from 0 to {MOST_RPM}")
    return value
