"""The log in a file of SQLite: it outlives its processes, and serves all those of one machine."""

from collections.abc import Mapping
from pathlib import Path

from mock_server.state.log import PAGE, Bounds, Known, Records
from mock_server.state.sqlite_file import Execute, SqliteFile

# What is large lies in the order in which it came, so that what comes at one moment fills a page together; WITHOUT ROWID
# it would lie with its account, on a page of its own.
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS log (account TEXT, position INTEGER, record BLOB NOT NULL, PRIMARY KEY (account, position))",
    "CREATE TABLE IF NOT EXISTS known (account TEXT PRIMARY KEY, requests INTEGER NOT NULL, seen INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS known_by_seen ON known (seen)",
    "CREATE TABLE IF NOT EXISTS journal (account TEXT, number INTEGER, begins_at INTEGER NOT NULL, size INTEGER NOT NULL, entry BLOB, PRIMARY KEY (account, number))",
)
# From the record on that is known: where it is there no more, the log was set back.
FROM = "SELECT position, iif(position > ?2, record, NULL) FROM log WHERE account = ?1 AND position >= ?2 ORDER BY position"
PAGE_FROM = f"{FROM} LIMIT {PAGE} + (?2 > 0)"
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


Rows = list[tuple[int, bytes]]


class SqliteLog:
    """The log in a file."""

    def __init__(
        self, file: Path, settings: str, mark: bytes, bounds: Bounds, *, is_alone: bool = False
    ) -> None:
        """Open *file*, made with *settings* if it is new; *mark* is this process's alone. See `SqliteFile` for the last.

        Raises:
            StateError: it cannot be opened, or was made with other settings.
        """
        self._file = SqliteFile(file, settings, SCHEMA, is_alone=is_alone)
        self._bounds = bounds
        self.mark = mark

    @property
    def opened(self) -> object:
        """Another value whenever the file was opened again; see `Log`."""
        return self._file.opened

    async def exchange(
        self, account: str, after: int, record: bytes | None = None, *, forgets: bool = False
    ) -> Records:
        """Read, and append, in one transaction; see `Log.exchange`."""
        if record is None:
            return self._behind(after, self._file.rows(PAGE_FROM, (account, after)))
        return await self._file.write(
            lambda execute: self._appended(execute, account, after, record, forgets=forgets)
        )

    async def behind(self, positions: Mapping[str, int]) -> Mapping[str, Records]:
        """Read several logs in one transaction; see `Log.behind`."""
        with self._file.transaction() as execute:
            return {
                name: self._behind(after, execute(PAGE_FROM, (name, after)).fetchall())
                for name, after in positions.items()
            }

    async def register(self, account: str) -> None:
        """Add a row for *account*, unless it has one."""
        await self._file.write(lambda execute: execute(REGISTER, (account,)))

    async def known(self) -> Mapping[str, Known]:
        """Return what the rows of all accounts say."""
        rows = self._file.rows("SELECT * FROM known")
        return {account: Known(requests, seen) for account, requests, seen in rows}

    async def write(self, account: str, entry: bytes, *, size: int, is_counted: bool) -> None:
        """Add a row to the journal; see `Log.write`."""
        await self._file.write(
            lambda execute: self._add(execute, account, entry, size=size, is_counted=is_counted)
        )

    def _behind(self, after: int, found: Rows) -> Rows:
        """Return what is *found* but for the record at *after* itself; where there is nothing, the log was set back."""
        if after and not found:
            self._file.was_set_back()
        return found[1:] if found and found[0][0] == after else found

    def _appended(
        self, execute: Execute, account: str, after: int, record: bytes, *, forgets: bool
    ) -> Rows:
        """Append *record*, unless it is there, and return it with what stands before it; see `Log.exchange`."""
        records = self._behind(after, execute(FROM, (account, after)).fetchall())
        if all(record != known for _, known in records):
            position = execute(LAST, (account,)).fetchone()[0] + 1
            records.append((position, record))
            execute(APPEND, (account, position, record))
            if forgets:
                execute(TRIM, (account, position))
                execute("DELETE FROM known WHERE account = ?", (account,))
                _clear(execute, account)
        return records

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
        with self._file.transaction() as execute:
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
        await self._file.write(lambda execute: _clear(execute, account))

    async def close(self) -> None:
        """Close the file, of which a copy is whole from then on."""
        self._file.finish()


def _clear(execute: Execute, account: str) -> None:
    """Leave one row of the journal of *account*, which has the number and nothing else."""
    latest, end = execute(LATEST, (account,)).fetchone() or (0, 0)
    execute("DELETE FROM journal WHERE account = ?", (account,))
    execute(WRITE, (account, latest, end, 0, None))  # numbers go on
