"""The control interface for whoever runs the emulator in his own process: without HTTP, and without its door."""

import json
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

from starlette.types import Message, Receive

from mock_server.accounts import Account
from mock_server.calls import Call
from mock_server.control import Control
from mock_server.emulator import Emulator
from mock_server.exchange import CONTROL, Exchange
from mock_server.fault_control import FaultControl
from mock_server.job_control import JobControl
from mock_server.keys import Keyring
from mock_server.problems import Problem
from mock_server.spend import Spend
from mock_server.watch import Watch

Found = TypeVar("Found")

UNKNOWN = frozenset({"job_not_found", "not_found"})


class OwnerControl:
    """The calls of the control interface on any account, and the same pages of it.

    It is there also where `/_mock` is taken away or closed, and is asked in the emulator's own thread.
    """

    def __init__(
        self, emulator: Emulator, keyring: Keyring, jobs: JobControl, watch: Watch
    ) -> None:
        """Control *emulator*, whose accounts the keys of *keyring* open and whose requests *watch* sees."""
        self._emulator = emulator
        self._keyring = keyring
        self._names = keyring.names()
        self._jobs = jobs
        self._journal = watch.journal
        self._events = watch.events
        self._endpoints = (
            Control(emulator).by_path()
            | FaultControl(emulator).by_path()
            | jobs.by_path()
            | watch.journal.by_path()
        )

    @property
    def spend(self) -> Spend:
        """What all jobs of the emulator would have cost."""
        return self._emulator.spend

    def open(self, name: str | None) -> tuple[str, str]:
        """Return the account *name*, or that of a fresh one without a name, and a key of it; it is there from now on.

        Raises:
            ValueError: it is not the name of an account, no key for it is let in, or there is no fresh one.
        """
        if name is None:
            if self._emulator.is_shared:
                _asked(self._emulator.accounts())  # those that others have opened are open too
            name = next((name for name in self._names if self._emulator.known(name) is None), None)
        if name is None:
            raise ValueError(
                "every account whose key is let in is open already; see the setting keys"
            )
        key = self._keyring.key_of(name)
        return self._account(name).name, key

    def ask(
        self,
        name: str,
        operation: str,
        fields: Mapping[str, Any] | None = None,
        **path_parameters: str,
    ) -> Any:
        """Return what the call *operation*, as in ``PUT /_mock/clock``, with *fields* answers for the account *name*.

        Raises:
            ValueError: the call is refused.
            LookupError: it is refused because what the *path_parameters* name is not there.
        """
        method, _, path = operation.partition(" ")
        scope = {"headers": [], "query_string": b"", "path_params": path_parameters}
        call = Call(scope, _receiving(fields), self._account(name))
        try:
            answer = _outcome(self._endpoints[path][method](call))
        except Problem as problem:
            kind = LookupError if problem.code in UNKNOWN else ValueError
            raise kind(problem.message) from None
        if method != "GET":
            self._tell_listeners(name)
        return json.loads(bytes(answer.body)) if answer.body else None

    def jobs(self, name: str) -> list[dict[str, Any]]:
        """Return the pages of all jobs of the account *name*, newest first."""
        return [*self._jobs.pages(self._account(name))]

    def requests(self, name: str, filters: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return the entries of the journal of the account *name* that pass *filters*, newest first.

        Raises:
            ValueError: a filter that cannot be.
        """
        return [*_asked(self._journal.entries(self._account(name), filters))]

    def close(self) -> None:
        """Let go of what accounts are kept in; whoever asks again opens it again."""
        _outcome(self._emulator.close())

    def _account(self, name: str) -> Account:
        return _asked(self._emulator.present(name))

    def _tell_listeners(self, name: str) -> None:
        exchange = Exchange("", 0)
        exchange.operation = CONTROL
        self._events.happened(name, exchange)


def _receiving(fields: Mapping[str, Any] | None) -> Receive:
    body = b"" if fields is None else json.dumps(fields, default=float).encode()

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _asked(call: Awaitable[Found]) -> Found:
    """Return what *call* comes to.

    Raises:
        ValueError: it is refused.
    """
    try:
        return _outcome(call)
    except Problem as problem:
        raise ValueError(problem.message) from None


def _outcome(call: Awaitable[Found]) -> Found:
    """Return what *call* comes to; nothing in a control call waits for anything, though it may let others go first."""
    steps = call.__await__()
    while True:
        try:
            awaited = next(steps)
        except StopIteration as end:
            found: Found = end.value
            return found
        assert awaited is None, "a control call waits"
