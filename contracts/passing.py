"""How time passes for a run: by waiting, or on the clocks of an emulator, which are moved."""

import time
from collections.abc import Callable
from typing import Protocol

from contracts.errors import ContractError
from contracts.exchange import json_request
from contracts.transport import Transport

CLOCK, ADVANCE, ACCOUNT = "/_mock/clock", "/_mock/clock/advance", "/_mock/account"


class Passing(Protocol):
    """Lets time pass."""

    def let_pass(self, seconds: float) -> None:
        """Return *seconds* later."""
        ...

    def now(self) -> float:
        """Return the present in seconds, from any origin."""
        ...


class RealTime:
    """The time of a live API: nobody can hurry it."""

    def __init__(
        self,
        *,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Wait by *sleep*, and tell the time by *clock*."""
        self._sleep = sleep
        self._clock = clock

    def let_pass(self, seconds: float) -> None:
        """Sleep."""
        self._sleep(seconds)

    def now(self) -> float:
        """Return the time of the machine."""
        return self._clock()


class MovedTime:
    """The time of an emulator's accounts, which stands still unless it is moved."""

    def __init__(self, transport: Transport, keys: tuple[str, ...]) -> None:
        """Stop the clocks of the accounts of *keys*."""
        self._transport = transport
        self._keys = keys
        self._passed = 0.0
        for key in keys:
            control(transport, "PUT", CLOCK, {"mode": "manual"}, key)

    def let_pass(self, seconds: float) -> None:
        """Move the clocks forward."""
        self._passed += seconds
        for key in self._keys:
            control(self._transport, "POST", ADVANCE, {"seconds": seconds}, key)

    def now(self) -> float:
        """Return how many seconds the clocks were moved."""
        return self._passed


class ControlError(ContractError):
    """The target said that it is an emulator, and does not let itself be controlled like one."""


def control(transport: Transport, method: str, path: str, fields: object, key: str) -> None:
    """Send a call of the control interface for the account of *key*.

    Raises:
        ControlError: it was not done.
    """
    answer = transport.send(json_request("control", method, path, fields, key=key)).answer
    if answer is None or answer.status != 200:
        told = "no answer" if answer is None else f"{answer.status} {answer.body[:200]!r}"
        raise ControlError(
            f"{method} {path}: the emulator does not let itself be controlled: {told}"
        )
