"""The log in a file of SQLite: it outlives its processes, and serves all those of one machine.

What is to be written at one moment is written in one transaction, most of whose time is its end.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from mock_server.state.log import (
    PAGE,
    Bounds,
    Known,
    Records,
    StateError,
    checked,
)

Execute = Callable[..., sqlite3.Cursor]
Found = TypeVar("Found")

APPLICATION = int.from_bytes(b"wanm")  # what tells a file of this from other applications
OWN = 0o600  # it has what the accounts' requests say

# How long a file may be locked by somebody else. Whoever waits for the next try lets others be answered; within one,
# nobody is.
BUSY_SECONDS = 2.0
TRY_SECONDS = 0.005
NEXT_TRY_SECONDS = 0.01

# What is large lies in the order in which it came, so that what comes at one moment fills a page together; WITHOUT ROWID
# it would lie with its account, on a page of its own.
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS made (settings TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS log (account TEXT, position INTEGER, record BLOB NOT NULL, PRIMARY KEY (account, position))",
    "CREATE TABLE IF NOT EXISTS known (account TEXT PRIMARY KEY, requests INTEGER NOT NULL, seen INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS known_by_seen ON known (seen)",
    "CREATE TABLE IF NOT EXISTS journal (account TEXT, number INTEGER, begins_at INTEGER NOT NULL, size INTEGER NOT NULL, entry BLOB, PRIMARY KEY (account, number))",
    f"PRAGMA application_id = {APPLICATION}",
)
BEHIND = "SELECT position, record FROM log WHERE account = ? AND position > ? ORDER BY position"
PAGE_BEHIND = f"{BEHIND} LIMIT {PAGE}"
APPEND = "INSERT INTO log VALUES (?, ?, ?)"
LAST = "SELECT coalesce(max(position), 0) FROM log WHERE account = ?"
TRIM = "DELETE FROM log WHERE account = ? AND position < ?"
REGISTER = "INSERT OR IGNORE INTO known VALUES (?, 0, 0)"
COUNT = """
INSERT INTO known VALUES (?, 1, (SELECT coalesce(max(seen), 0) + 1 FROM known))
ON CONFLICT DO UPDATE SET requests = requests + 1, seen = excluded.seen
"""
LATEST = (
    "SELECT number, begins_at + size FROM journal WHERE account = ? ORDER BY number DESC LIMIT 1"
)
WRITE = "INSERT INTO journal VALUES (?, ?, ?, ?, ?)"
DROP = "DELETE FROM journal WHERE account = ? AND number < ? AND (number <= ? OR begins_at < ?)"
ENTRIES = (
    "SELECT number, begins_at, entry FROM journal WHERE account = ? AND number > ? ORDER BY number"
)
TIDY_EVERY = 64  # entries; meanwhile those that are too many are there, and not told


class BusyError(StateError):
    """Somebody else is writing."""


class SqliteLog:
    """The log in a file; what is asked of it is done at this moment, without waiting for anything but the disk."""

    def __init__(self, file: Path, settings: str, mark: bytes, bounds: Bounds) -> None:
        """Open *file*, made with *settings* if it is new; *mark* is this process's alone.

        Raises:
            StateError: it cannot be opened, or was made with other settings.
        """
        self._file = file
        self._bounds = bounds
        self.mark = mark
        self._settings = settings
        self.opened: object = None
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        self._busy_since: float | None = None
        self._waiting: list[tuple[Callable[[Execute], Any], asyncio.Future[Any]]] = []
        self._open()

    async def exchange(
        self, account: str, after: int, record: bytes | None = None, *, forgets: bool = False
    ) -> Records:
        """Read, and append, in one transaction; see `Log.exchange`."""
        if record is None:
            return self._rows(PAGE_BEHIND, (account, after))
        return await self._together(
            lambda execute: _appended(execute, account, after, record, forgets=forgets)
        )

    async def behind(self, positions: Mapping[str, int]) -> Mapping[str, Records]:
        """Read several logs in one transaction; see `Log.behind`."""
        with self._transaction(writes=False) as execute:
            return {
                name: execute(PAGE_BEHIND, (name, after)).fetchall()
                for name, after in positions.items()
            }

    async def register(self, account: str) -> None:
        """Add a row for *account*, unless it has one."""
        await self._together(lambda execute: execute(REGISTER, (account,)))

    async def known(self) -> Mapping[str, Known]:
        """Return what the rows of all accounts say."""
        rows = self._rows("SELECT * FROM known")
        return {account: Known(requests, seen) for account, requests, seen in rows}

    async def write(self, account: str, entry: bytes, *, size: int, is_counted: bool) -> None:
        """Add a row to the journal; see `Log.write`."""
        await self._together(
            lambda execute: self._add(execute, account, entry, size=size, is_counted=is_counted)
        )

    async def _together(self, step: Callable[[Execute], Found]) -> Found:
        """Return what *step* returns, done in one transaction with all that is to be written at this moment.

        Raises:
            StateError: the transaction cannot be done.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Found] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._do_all)
        self._waiting.append((step, done))
        return await done

    def _do_all(self) -> None:
        """Do all that waits, or try again soon where somebody else is writing."""
        try:
            with self._transaction() as execute:
                found: list[Any] = [step(execute) for step, _ in self._waiting]
        except BusyError as error:
            if self._tries_again():
                return
            found = [error] * len(self._waiting)
        except StateError as error:
            found = [error] * len(self._waiting)
        waiting, self._waiting, self._busy_since = self._waiting, [], None
        for (_, done), result in zip(waiting, found, strict=True):
            if done.done():
                continue  # whoever asked has gone
            if isinstance(result, Exception):
                done.set_exception(result)
            else:
                done.set_result(result)

    def _tries_again(self) -> bool:
        """Tell whether there is another try for what waits, which then comes soon."""
        loop = asyncio.get_running_loop()
        if self._busy_since is None:
            self._busy_since = loop.time()
        elif loop.time() - self._busy_since >= BUSY_SECONDS:
            return False
        loop.call_later(NEXT_TRY_SECONDS, self._do_all)
        return True

    def _add(
        self, execute: Execute, account: str, entry: bytes, *, size: int, is_counted: bool
    ) -> None:
        number, begins_at = execute(LATEST, (account,)).fetchone() or (0, 0)
        number += 1
        execute(WRITE, (account, number, begins_at, size, entry))
        if number % TIDY_EVERY == 0:
            execute(DROP, (account, number, *self._too_old(number, begins_at + size)))
        if is_counted:
            execute(COUNT, (account,))

    async def entries(self, account: str, after: int = 0) -> Records:
        """Return the rows of the journal that are within the bounds; see `Log.entries`."""
        with self._transaction(writes=False) as execute:
            latest, end = execute(LATEST, (account,)).fetchone() or (0, 0)
            too_old, too_early = self._too_old(latest, end)
            rows = execute(ENTRIES, (account, max(after, too_old))).fetchall()
        return [
            (number, entry)
            for number, begins_at, entry in rows
            if begins_at >= too_early and entry is not None
        ]

    def _too_old(self, latest: int, end: int) -> tuple[int, int]:
        """Return the last number that is beyond the bounds, and where the first entry begins that is not.

        Places count the bytes of all entries; *latest* is the number of the last one, which ends at *end*.
        """
        return latest - self._bounds.entries, end - self._bounds.bytes

    async def clear(self, account: str) -> None:
        """Leave one row of the journal, which has the number and nothing else."""
        await self._together(lambda execute: _clear(execute, account))

    async def close(self) -> None:
        """Close the file."""
        self._let_go()

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return what *statement*, which writes nothing, finds; it is a transaction by itself.

        Raises:
            StateError: it cannot be done.
        """
        connection = self._present()
        try:
            return connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            self._let_go()
            raise StateError(f"{self._file}: {error}") from error

    @contextmanager
    def _transaction(self, *, writes: bool = True) -> Iterator[Execute]:
        """Do all that is executed in between, or nothing.

        Raises:
            StateError: it cannot be done; BusyError, at the moment.
        """
        connection = self._present()
        try:
            connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                yield connection.execute
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
        except sqlite3.Error as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise BusyError(f"{self._file}: {error}") from error
            self._let_go()
            raise StateError(f"{self._file}: {error}") from error

    def _present(self) -> sqlite3.Connection:
        """Return the connection to the file that stands there now."""
        try:
            inode = self._file.stat().st_ino
        except OSError as error:
            self._let_go()
            raise StateError(f"{self._file}: {error.strerror}") from error
        if self._connection is None or inode != self._inode:
            self._open()
        assert self._connection is not None
        return self._connection

    def _open(self) -> None:
        self._let_go()
        try:
            if not self._file.exists():
                self._file.touch(OWN)
            connection = self._connection = sqlite3.connect(
                self._file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables and application != APPLICATION:
                raise StateError(f"{self._file} is a file of another application")
            connection.execute("PRAGMA journal_mode = WAL")
            # What is committed survives this process, not the machine's last moment.
            connection.execute("PRAGMA synchronous = NORMAL")
            settings = self._made(connection)
            connection.execute(f"PRAGMA busy_timeout = {TRY_SECONDS * 1000:.0f}")
            self._inode = self._file.stat().st_ino
            checked(settings, self._settings, str(self._file))
        except (sqlite3.Error, OSError) as error:
            self._let_go()
            raise StateError(f"{self._file}: {error}") from error
        except StateError:
            self._let_go()
            raise
        self.opened = object()

    def _made(self, connection: sqlite3.Connection) -> str:
        """Return the settings with which the file was made, which it is now if it is new."""
        connection.execute("BEGIN IMMEDIATE")
        for statement in SCHEMA:
            connection.execute(statement)
        insert = "INSERT INTO made SELECT ? WHERE NOT EXISTS (SELECT * FROM made)"
        connection.execute(insert, (self._settings,))
        (settings,) = connection.execute("SELECT settings FROM made").fetchone()
        connection.commit()
        return str(settings)

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _appended(
    execute: Execute, account: str, after: int, record: bytes, *, forgets: bool
) -> Records:
    """Append *record*, unless it is there, and return it with what stands before it; see `Log.exchange`."""
    records: list[tuple[int, bytes]] = execute(BEHIND, (account, after)).fetchall()
    if all(record != known for _, known in records):
        (last,) = records[-1][:1] if records else execute(LAST, (account,)).fetchone()
        records.append((last + 1, record))
        execute(APPEND, (account, last + 1, record))
        if forgets:
            execute(TRIM, (account, last + 1))
            execute("DELETE FROM known WHERE account = ?", (account,))
            _clear(execute, account)
    return records


def _clear(execute: Execute, account: str) -> None:
    """Leave one row of the journal of *account*, which has the number and nothing else."""
    latest, end = execute(LATEST, (account,)).fetchone() or (0, 0)
    execute("DELETE FROM journal WHERE account = ?", (account,))
    execute(WRITE, (account, latest, end, 0, None))  # numbers go on
