"""Writes requests into the journal that all processes share: before their answers are sent, so that whoever has one finds it."""

import contextlib
from collections.abc import Callable
from typing import Protocol

from starlette.types import Message, Scope, Send

from mock_server.accounts import Account
from mock_server.admission import COUNTED
from mock_server.exchange import CONTROL, Exchange, pack
from mock_server.problems import Problem

WRITTEN = "wan_mock.written"


class Writes(Protocol):
    """Whoever adds an exchange to the journal of an account; one that came with its key *is_counted*."""

    async def __call__(self, account: Account, exchange: Exchange, *, is_counted: bool) -> None: ...


class JournalRecorder:
    """Has each exchange written by *write*; *account_of* tells whose request it is, *timer* gives nanoseconds."""

    def __init__(
        self,
        write: Writes,
        account_of: Callable[[Scope, Exchange], Account | None],
        timer: Callable[[], int],
    ) -> None:
        self._write = write
        self._account_of = account_of
        self._timer = timer

    def sending(self, scope: Scope, exchange: Exchange, send: Send) -> Send:
        """Return *send* that writes *exchange* first, if all of it is known before its answer is sent."""

        async def writing(message: Message) -> None:
            answer = exchange.answer
            if (
                message["type"] == "http.response.start"
                and answer is not None
                and answer.wire is None
            ):
                await self.over(scope, exchange)
            await send(message)

        return writing

    async def over(self, scope: Scope, exchange: Exchange) -> None:
        """Write *exchange*, the request of *scope*, unless it was written or is none of an account."""
        account = None if exchange.operation == CONTROL else self._account_of(scope, exchange)
        if account is None or WRITTEN in scope:
            return
        scope[WRITTEN] = True
        kept = exchange.copy()
        kept.end(self._timer() - kept.began)
        kept.keep(scope, pack(scope["headers"]), account.clock.now())
        # Where it cannot: what was done is done, and its answer is worth more than its entry.
        with contextlib.suppress(Problem):
            await self._write(account, kept, is_counted=COUNTED in scope)
