"""A file of SQLite that several processes read and write: opened again where another one is in its place.

What is to be written at one moment is written in one transaction, most of whose time is its end.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from mock_server.state.log import StateError, checked, settle

Execute = Callable[..., sqlite3.Cursor]
Found = TypeVar("Found")

APPLICATION = int.from_bytes(b"wanm")  # what tells a file of this from other applications
OWN = 0o600  # it has what the accounts' requests say

# How long a file may be locked by somebody else. Whoever waits for the next try lets others be answered; within one,
# nobody is.
BUSY_SECONDS = 2.0
TRY_SECONDS = 0.005
NEXT_TRY_SECONDS = 0.01


class BusyError(StateError):
    """Somebody else has locked the file."""


class SqliteFile:
    """The file, and the connection to it; *opened* is another value whenever it was opened again."""

    def __init__(
        self, file: Path, settings: str, schema: Sequence[str], *, is_alone: bool = False
    ) -> None:
        """Open *file*, which is made by the statements of *schema*, with *settings*, if it is new.

        Whoever *is_alone* with it, as a test mostly is, writes at once and by himself, and need not be in a task.

        Raises:
            StateError: it cannot be opened, or was made with other settings.
        """
        self._file = file
        self._settings = settings
        self._schema = (
            "CREATE TABLE IF NOT EXISTS made (settings TEXT NOT NULL)",
            *schema,
            f"PRAGMA application_id = {APPLICATION}",
        )
        self.opened: object = None
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        self._is_alone = is_alone
        self._loop: asyncio.AbstractEventLoop | None = None
        self._busy_since: float | None = None
        self._waiting: list[tuple[Callable[[Execute], Any], asyncio.Future[Any]]] = []
        self._open(BUSY_SECONDS)

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return what *statement*, which writes nothing, finds; it is a transaction by itself.

        Raises:
            StateError: it cannot be done.
        """
        connection = self._present()
        with self._telling():
            return connection.execute(statement, values).fetchall()

    @contextmanager
    def transaction(self, *, writes: bool = False) -> Iterator[Execute]:
        """Do all that is executed in between, or nothing.

        Raises:
            StateError: it cannot be done; BusyError, at the moment.
        """
        connection = self._present()
        with self._telling():
            connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                yield connection.execute
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    async def write(self, step: Callable[[Execute], Found]) -> Found:
        """Return what *step* returns, done in one transaction with all that is to be written at this moment.

        Raises:
            StateError: the transaction cannot be done.
        """
        if self._is_alone:
            with self.transaction(writes=True) as execute:
                return step(execute)
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._waiting = (
                loop,
                [],
            )  # what waited in a loop that has ended waits no more
        done: asyncio.Future[Found] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._write_all)
        self._waiting.append((step, done))
        return await done

    def was_set_back(self) -> None:
        """Let whoever has read the file know that what he read is there no more."""
        self.opened = object()

    def finish(self) -> None:
        """Close the file when all that is committed stands in it, and nothing beside it."""
        if self._connection is not None:
            # SQLite does so when the last process closes the file; but of two that close it together, none is the last.
            with suppress(sqlite3.Error):
                self._connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.close()

    def close(self) -> None:
        """Close the file; whoever asks again opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _write_all(self) -> None:
        """Do all that waits, or try again soon where somebody else is writing."""
        try:
            with self.transaction(writes=True) as execute:
                found: list[Any] = [step(execute) for step, _ in self._waiting]
        except BusyError as error:
            if self._tries_again():
                return
            found = [error] * len(self._waiting)
        # Whatever it is, nobody is to wait for ever.
        except Exception as error:
            found = [error] * len(self._waiting)
        waiting, self._waiting, self._busy_since = self._waiting, [], None
        settle((done for _, done in waiting), found)

    def _tries_again(self) -> bool:
        """Tell whether there is another try for what waits, which then comes soon."""
        loop = asyncio.get_running_loop()
        if self._busy_since is None:
            self._busy_since = loop.time()
        elif loop.time() - self._busy_since >= BUSY_SECONDS:
            return False
        loop.call_later(NEXT_TRY_SECONDS, self._write_all)
        return True

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell of an error in the block; after one that goes beyond a lock, the file is opened again."""
        try:
            yield
        except sqlite3.Error as error:
            message = f"{self._file}: {error}"
            # Of a longer code the last byte is the kind, as in SQLITE_BUSY_RECOVERY.
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise BusyError(message) from error
            self.close()
            raise StateError(message) from error

    def _present(self) -> sqlite3.Connection:
        """Return the connection to the file that stands there now."""
        try:
            inode = self._file.stat().st_ino
        except OSError as error:
            self.close()
            raise StateError(f"{self._file}: {error.strerror}") from error
        if self._connection is None or inode != self._inode:
            self._open(TRY_SECONDS)
        assert self._connection is not None
        return self._connection

    def _open(self, seconds: float) -> None:
        """Open the file, and wait so many *seconds* for whoever has locked it.

        Raises:
            StateError: it cannot be opened; BusyError, at the moment.
        """
        self.close()
        try:
            if not self._file.exists():
                self._file.touch(OWN)
            self._inode = self._file.stat().st_ino
        except OSError as error:
            raise StateError(f"{self._file}: {error.strerror}") from error
        with self._telling():
            connection = sqlite3.connect(
                self._file, timeout=seconds, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
        self._connection, self.opened = connection, object()

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the file of *connection*, if it is new, and make it ready.

        Raises:
            StateError: it is another application's, or was made with other settings.
        """
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and application != APPLICATION:
            raise StateError(f"{self._file} is a file of another application; another would do")
        connection.execute("PRAGMA journal_mode = WAL")
        # What is committed survives this process, not the machine's last moment.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        for statement in self._schema:
            connection.execute(statement)
        insert = "INSERT INTO made SELECT ? WHERE NOT EXISTS (SELECT * FROM made)"
        connection.execute(insert, (self._settings,))
        (settings,) = connection.execute("SELECT settings FROM made").fetchone()
        connection.commit()
        patience = BUSY_SECONDS if self._is_alone else TRY_SECONDS
        connection.execute(f"PRAGMA busy_timeout = {patience * 1000:.0f}")
        checked(settings, self._settings, str(self._file))
