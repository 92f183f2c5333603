"""An emulator whose accounts are replicas of what a log has: any number of processes serve the same ones."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import count
from typing import Any, NamedTuple, TypeVar

from starlette.types import Scope

from contracts.document import Contract
from mock_server.accounts import Account
from mock_server.clock import ClockMode
from mock_server.commands import Command, Forget, Look
from mock_server.emulator import Emulator, News
from mock_server.exchange import Exchange, Recorder
from mock_server.settings import Settings
from mock_server.state.codec import Codec, Record
from mock_server.state.entries import Entries
from mock_server.state.log import PAGE, Log, Records, StateError, away
from mock_server.state.moment import Moment
from mock_server.state.recorder import JournalRecorder
from mock_server.storage import Storage

Outcome = TypeVar("Outcome")
Found = TypeVar("Found")


class Replica:
    """How far this process has read the log of an account, and what it knows from there besides the account itself."""

    def __init__(self, time: Callable[[], int]) -> None:
        """Begin before the first record."""
        self.position = 0
        self.generation = 0
        self.is_registered = False
        self.moment = Moment(time)

    @property
    def is_unread(self) -> bool:
        """Whether no record of the account was read, or none since it was forgotten."""
        return self.position == self.generation


class Came(NamedTuple):
    """What came of a command: its outcome, or the exception that it raised."""

    outcome: Any
    error: Exception | None = None


class SharedEmulator(Emulator):
    """An emulator that keeps its accounts in a log, where others may serve them too.

    All that is asked of it raises Problem where the log cannot be reached: ``model_unavailable``, or
    ``upstream_error`` where a command may have been carried out all the same.
    """

    is_shared = True

    def __init__(
        self,
        contract: Contract,
        settings: Settings,
        time: Callable[[], int],
        storage: Storage,
        log: Log,
        *,
        keeps_journals: bool,
    ) -> None:
        """Keep the accounts in *log*, and files in *storage*. See `Emulator` for the others."""
        super().__init__(contract, settings, time, storage, keeps_journals=False)
        self.log = log
        self._records = keeps_journals
        self._codec = Codec(storage.root)
        self._entries = Entries()
        self._replicas: dict[str, Replica] = {}
        self.first_request = int.from_bytes(log.mark[:3]) << 24
        self._tokens = (log.mark + number.to_bytes(8) for number in count(1))
        self._waiting: dict[bytes, Command[Any]] = {}
        self._came: dict[bytes, Came] = {}
        self._opened = log.opened
        self._stands_still = settings.clock == ClockMode.MANUAL

    async def do(self, name: str, command: Command[Outcome]) -> Outcome:
        """Append *command* to the log of the account *name*, carry out what stands before it, and it; see `Emulator.do`."""
        token = next(self._tokens)
        record = self._codec.encode(token, self.time(), command)
        forgets = isinstance(command, Forget)
        self._waiting[token] = command
        try:
            await self._read(
                name, lambda after: self.log.exchange(name, after, record, forgets=forgets)
            )
            came = self._came[token]
        finally:
            del self._waiting[token]
            self._came.pop(token, None)
        if came.error is not None:
            raise came.error
        outcome: Outcome = came.outcome
        return outcome

    async def present(self, name: str) -> Account:
        """Return the account *name* when all that others did in it by now is carried out here too."""
        await self._catch_up(name)
        replica = self._replica(name)
        if not replica.is_registered:
            if self._stands_still and replica.is_unread:
                await self.do(name, Look())  # the clock stands for all where it did for the first
            await self._reached(lambda: self.log.register(name))
            replica.is_registered = True
        return self.account(name)

    async def accounts(self) -> Sequence[Account]:
        """Return all accounts that any process has opened, the one whose key came last first."""
        known = await self._reached(self.log.known)
        await self._read_all(known)
        accounts = [self.account(name) for name in known]
        for account in accounts:
            account.requests, account.seen = known[account.name]
        return sorted(accounts, key=lambda account: account.seen, reverse=True)

    async def owner(self, owned: str) -> Account | None:
        """Return the account that the job or the upload with the id *owned* belongs to, whoever accepted it."""
        found = await super().owner(owned)
        names = await self._reached(self.log.known) if found is None else [found.name]
        await self._read_all(names)
        return await super().owner(owned)

    def recorder(
        self, account_of: Callable[[Scope, Exchange], Account | None], timer: Callable[[], int]
    ) -> Recorder | None:
        """Return who writes requests into the journal that is shared; see `Emulator.recorder`."""
        return JournalRecorder(self.write, account_of, timer) if self._records else None

    async def entries(self, account: Account) -> Iterable[Exchange]:
        """Return the exchanges in the journal of *account*, whoever answered them, the latest first."""
        records = await self._reached(lambda: self.log.entries(account.name))
        return (self._entries.decode(entry, account) for _, entry in reversed(records))

    async def news(self, name: str, after: int | None) -> News:
        """Return what any process did in the account *name*; see `Emulator.news`."""
        await self._catch_up(name)
        entries = await self._reached(lambda: self.log.entries(name, after or 0))
        number = entries[-1][0] if entries else after or 0
        if after is None or not entries:
            return News(number, ())
        account = await self.present(name)
        return News(number, [self._entries.decode(entry, account) for _, entry in entries])

    async def clear_entries(self, account: Account) -> None:
        """Empty the journal of *account* for all."""
        await self._reached(lambda: self.log.clear(account.name))

    async def write(self, account: Account, exchange: Exchange, *, is_counted: bool) -> None:
        """Add *exchange* to the journal of *account*, as a request that came with its key if it *is_counted*."""
        entry, size = self._entries.encode(exchange), exchange.size
        await self._reached(
            lambda: self.log.write(account.name, entry, size=size, is_counted=is_counted)
        )

    def forget(self, name: str) -> None:
        """Forget the account *name*, as every process does at the same place of its log."""
        super().forget(name)
        replica = self._replica(name)
        replica.generation = replica.position
        replica.is_registered = False

    async def close(self) -> None:
        """Let go of the state."""
        await self.log.close()

    async def _reached(self, ask: Callable[[], Awaitable[Found]]) -> Found:
        """Return what *ask* finds in the log.

        Raises:
            Problem: the log cannot be reached; see the class.
        """
        try:
            return await ask()
        except StateError as error:
            raise away(error) from error

    async def _catch_up(self, name: str) -> None:
        """Carry out what has come to the log of the account *name*, and let others be answered meanwhile."""
        while True:
            read = await self._read(name, lambda after: self.log.exchange(name, after))
            if read < PAGE:
                return
            await asyncio.sleep(0)

    async def _read(self, name: str, exchange: Callable[[int], Awaitable[Records]]) -> int:
        """Carry out what *exchange* returns, the records behind a position in the log of the account *name*; count them."""
        replica = self._replica(name)
        records = await self._reached(lambda: exchange(replica.position))
        while self._begins_anew() or self._replicas.get(name) is not replica:
            # From the beginning, where what was appended just now is seen, and not appended again.
            replica = self._replica(name)
            records = await self._reached(lambda: exchange(0))
        self._take(name, records)
        return len(records)

    async def _read_all(self, names: Iterable[str]) -> None:
        """Carry out what has come to the logs of the accounts *names*."""
        replicas = {name: self._replica(name) for name in names}
        positions = {name: replica.position for name, replica in replicas.items()}
        found = await self._reached(lambda: self.log.behind(positions))
        begins_anew = self._begins_anew()
        for name, records in found.items():
            if not begins_anew and self._replicas.get(name) is replicas[name]:
                self._take(name, records)
                if len(records) < PAGE:
                    continue
            await self._catch_up(name)

    def _take(self, name: str, records: Records) -> None:
        """Carry out *records* of the account *name*, those that were not yet, and keep what came of this process's own."""
        replica = self._replica(name)
        for position, packed in records:
            if position <= replica.position:
                continue
            if self._stands_still and replica.is_unread:
                self._accounts.pop(name, None)  # it opens at the moment of its first record
            record, command = self._read_record(packed)
            replica.position = position
            with replica.moment.at(record.at):
                came = self._carry_out(name, command)
            if isinstance(command, Forget):
                # Here the log begins for whoever has not read it yet: nobody knows of an earlier moment any more.
                replica.moment.seen = record.at
            if record.token in self._waiting:
                self._came[record.token] = came

    def _read_record(self, packed: bytes) -> tuple[Record, Command[Any]]:
        """Return the record *packed* and its command, which this process has at hand if it is its own.

        Raises:
            Problem: it is none of this version's.
        """
        try:
            record = self._codec.decode(packed)
            own = self._waiting.get(record.token)
            return record, self._codec.command(record) if own is None else own
        except ValueError as error:
            raise away(StateError(f"there is a command that cannot be read: {error}")) from error

    def _carry_out(self, name: str, command: Command[Any]) -> Came:
        try:
            return Came(self.apply(self.account(name), command))
        # What it raises it raises in every process, and it is told where it was asked for.
        except Exception as error:
            return Came(None, error)

    def _begins_anew(self) -> bool:
        """Let go of all accounts if the log was opened again since they were read; tell whether it was."""
        if self.log.opened is self._opened:
            return False
        self._opened = self.log.opened
        self._replicas.clear()
        self._accounts.clear()
        self._owners.clear()
        self._storage.begin_anew()
        return True

    def _source(self, name: str) -> Callable[[], int]:
        return self._replica(name).moment

    def _generation(self, name: str) -> int:
        return self._replica(name).generation

    def _replica(self, name: str) -> Replica:
        known = self._replicas.get(name)
        return known if known is not None else self._replicas.setdefault(name, Replica(self.time))
