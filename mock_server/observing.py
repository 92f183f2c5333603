"""What is told of every request once it is over: to the metrics, the account's journal, its listeners and the log."""

from collections.abc import Callable

from starlette.types import Scope

from mock_server.access_log import AccessLog
from mock_server.accounts import Account
from mock_server.emulator import Emulator
from mock_server.events import Events
from mock_server.exchange import CONTROL, Exchange
from mock_server.keys import Keyring
from mock_server.metrics import Metrics
from mock_server.problems import Problem


class Observer:
    """Sees every exchange when it is over; stands behind every request, so it does little."""

    def __init__(
        self,
        emulator: Emulator,
        keyring: Keyring,
        *,
        metrics: Metrics,
        events: Events,
        log: AccessLog | None,
        timer: Callable[[], int],
    ) -> None:
        """Observe the accounts of *emulator* that the keys of *keyring* open; *timer* gives nanoseconds.

        Every request is counted in *metrics* and written to *log*; *events* hears of those of an account.
        """
        self.timer = timer
        self._emulator = emulator
        self._keyring = keyring
        self._count = metrics.count
        self._metrics = metrics
        self._events = events
        self._log = log

    def over(self, scope: Scope, exchange: Exchange) -> None:
        """Take note of *exchange*, the request of *scope*."""
        exchange.end(self.timer() - exchange.began)
        operation, answer = exchange.operation, exchange.answer
        self._count(operation, exchange.status, exchange.took)
        if answer is not None and answer.struck_by is not None:
            self._metrics.strike(answer.struck_by)
        account = self.account_of(scope, exchange)
        if account is not None:
            if operation != CONTROL:
                account.journal.add(exchange, scope, account.clock.now())
            if self._events.are_heard:
                self._events.happened(account.name, exchange)
        if self._log is not None:
            self._log.write(scope, exchange, None if account is None else account.name)

    def account_of(self, scope: Scope, exchange: Exchange) -> Account | None:
        """Return the account whose request *exchange* is, None for one of nobody."""
        account: Account | None = scope.get("wan_mock.account")
        if account is None and exchange.code is not None and exchange.operation != CONTROL:
            return self._refused_account(scope)
        return account

    def _refused_account(self, scope: Scope) -> Account | None:
        """Return the account of whoever was refused before anybody asked for it."""
        try:
            name = self._keyring.account_of(scope["headers"])
        except Problem:
            return None
        return None if name is None else self._emulator.account(name)
