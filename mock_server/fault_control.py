"""The control interface's faults: what shall go wrong with the next requests of an account."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mock_server.action_fields import ActionError, parse_action, plain
from mock_server.answers import Answer, as_json
from mock_server.calls import Call, Endpoint
from mock_server.commands import AddFault, ClearFaults, RemoveFault
from mock_server.control_fields import fields_of, unfit
from mock_server.emulator import Emulator
from mock_server.faults import EVERY, Fault, FaultTerms, TooManyError
from mock_server.problems import Problem
from mock_server.scenarios.catalogue import find
from mock_server.striking import OPERATIONS
from mock_server.violations import show

FIELDS = ("operation", "after", "times", "probability", "seed", "action")
SCENARIO_FIELDS = ("scenario", "times")
NAMES = (*OPERATIONS.values(), EVERY)
MOST = 2**53 - 1  # the largest integer that JSON carries everywhere


class FaultControl:
    """The faults of an account: add, list, look at and take away."""

    def __init__(self, emulator: Emulator) -> None:
        """Control the faults of *emulator*'s accounts."""
        self._emulator = emulator
        self._limits = emulator.contract.api.limits

    def by_path(self) -> dict[str, dict[str, Endpoint]]:
        """Return the endpoints by path and method."""
        return {
            "/_mock/faults": {"GET": self.list, "POST": self.add, "DELETE": self.clear},
            "/_mock/faults/{fault_id}": {"GET": self.fault, "DELETE": self.remove},
        }

    async def add(self, call: Call) -> Answer:
        """Add a fault."""
        fields = await fields_of(call, self._limits, (*FIELDS, "scenario"))
        terms = _of_scenario(fields) if "scenario" in fields else _of_action(fields)
        try:
            fault = await self._emulator.do(call.caller.name, AddFault(terms))
        except TooManyError as error:
            message = f"{error}; DELETE /_mock/faults makes room."
            raise Problem("invalid_request", message) from None
        return as_json(_page(fault), status=201)

    async def list(self, call: Call) -> Answer:
        """List the faults, healed ones included, in the order in which they were added."""
        data = [_page(fault) for fault in call.caller.faults]
        return as_json({"object": "list", "data": data})

    async def fault(self, call: Call) -> Answer:
        """Tell one fault and its counts."""
        return as_json(_page(_fault_of(call)))

    async def remove(self, call: Call) -> Answer:
        """Take one fault away."""
        fault_id = _fault_of(call).id
        if not await self._emulator.do(call.caller.name, RemoveFault(fault_id)):
            raise _unknown(call, fault_id)
        return Answer(status=204, content_type=None)

    async def clear(self, call: Call) -> Answer:
        """Take all faults away."""
        await self._emulator.do(call.caller.name, ClearFaults())
        return Answer(status=204, content_type=None)


def _fault_of(call: Call) -> Fault:
    fault_id = call.path_parameter("fault_id")
    fault = call.caller.faults.fault(fault_id)
    if fault is None:
        raise _unknown(call, fault_id)
    return fault


def _unknown(call: Call, fault_id: str) -> Problem:
    message = f"fault {show(fault_id)} is not known in the account {call.caller.name}."
    return Problem("not_found", message)


def _page(fault: Fault) -> dict[str, Any]:
    terms = fault.terms
    counts = {"seen": fault.seen, "struck": fault.struck}
    if terms.scenario is not None:
        return {"id": fault.id, "scenario": terms.scenario, "times": terms.times, **counts}
    asked = {name: getattr(terms, name) for name in FIELDS if name != "action"}
    return {"id": fault.id, **asked, "action": terms.told, **counts}


def _of_scenario(fields: Mapping[str, Any]) -> FaultTerms:
    for name in fields:
        if name not in SCENARIO_FIELDS:
            message = f"{name}: is not for a fault with a scenario; {', '.join(SCENARIO_FIELDS)} would do."
            raise Problem("invalid_request", message, param=name)
    try:
        scenario = find(fields["scenario"]).name
    except ValueError as error:
        raise Problem("invalid_request", f"scenario: {error}.", param="scenario") from None
    return FaultTerms(scenario=scenario, times=_times(fields))


def _of_action(fields: Mapping[str, Any]) -> FaultTerms:
    operation = fields.get("operation")
    if operation not in NAMES:
        raise unfit("operation", operation, f"one of {', '.join(NAMES)}")
    told = fields.get("action")
    try:
        told = plain(told)
        action = parse_action(told)
    except ActionError as error:
        place = "action" if error.name is None else f"action.{error.name}"
        raise Problem("invalid_request", f"{place}: {error}.", param="action") from None
    return FaultTerms(
        operation=operation,
        after=_integer(fields, "after"),
        times=_times(fields),
        probability=_probability(fields),
        seed=_integer(fields, "seed"),
        action=action,
        told=told,
    )


def _integer(fields: Mapping[str, Any], name: str, default: int = 0, least: int = 0) -> int:
    value = fields.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST:
        raise unfit(name, value, f"an integer from {least} to {MOST}")
    return value


def _times(fields: Mapping[str, Any]) -> int | None:
    return None if fields.get("times") is None else _integer(fields, "times", least=1)


def _probability(fields: Mapping[str, Any]) -> float:
    value = fields.get("probability")
    if value is None:
        return 1
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not 0 <= value <= 1:
        raise unfit("probability", value, "a number from 0 to 1")
    return float(value)
