"""The ledger of a budget: a file to which every reservation is written before anything is sent."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from contracts.errors import ContractError


class LedgerError(ContractError):
    """The ledger cannot be read or written; the message names the file and what would do."""


class Entry(StrEnum):
    """What is written down of a reservation."""

    RESERVED = "reserved"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """Money put aside for one request: *micros* at the worst, until it is settled; *what* tells a person."""

    id: str
    micros: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How a budget stands: what is *spent* for good and what is *reserved*, in micro-dollars."""

    spent: int
    reserved: int

    @property
    def exposure(self) -> int:
        """What may be gone at the worst. An outcome that nobody knows counts as spent."""
        return self.spent + self.reserved


class Ledger:
    """A budget of *most* micro-dollars over all runs and processes that share the file at *path*.

    The file is read anew and locked for each entry, and an entry is on the disk before the call returns:
    whatever dies at whatever moment, what may have been spent is still counted.
    """

    def __init__(self, path: Path, most: int) -> None:
        """Open the ledger, which may be there already.

        Raises:
            LedgerError: *path* is not a ledger, or cannot be written to.
        """
        self.path = path
        self.most = most
        with self._locked() as file:
            self._read(file)

    def reserve(self, micros: int, what: str) -> Reservation | None:
        """Put *micros* aside, or return None where that would exceed the budget.

        Raises:
            LedgerError: the file cannot be read or written any more.
        """
        with self._locked() as file:
            entries = self._read(file)
            if _balance(entries).exposure + micros > self.most:
                return None
            number = sum(entry["entry"] == Entry.RESERVED for entry in entries) + 1
            reservation = Reservation(id=f"r{number}", micros=micros, what=what)
            fields = {"id": reservation.id, "micros": micros, "what": what}
            self._write(file, {"entry": Entry.RESERVED, **fields})
            return reservation

    def settle(self, reservation: Reservation, micros: int) -> None:
        """Replace *reservation* by the *micros* that were really spent, which may be more.

        Raises:
            LedgerError: the file cannot be read or written any more.
        """
        with self._locked() as file:
            self._write(file, {"entry": Entry.SETTLED, "id": reservation.id, "micros": micros})

    def balance(self) -> Balance:
        """Return how the budget stands now.

        Raises:
            LedgerError: the file cannot be read any more.
        """
        with self._locked() as file:
            return _balance(self._read(file))

    @contextmanager
    def _locked(self) -> Iterator[IO[bytes]]:
        try:
            with self.path.open("a+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield file
        except OSError as error:
            raise LedgerError(f"ledger {self.path}: {error.strerror}") from error

    def _read(self, file: IO[bytes]) -> list[dict[str, Any]]:
        file.seek(0)
        lines = file.read().splitlines(keepends=True)
        # The end of a line that a crash cut off was not followed by anything that was sent.
        if lines and not lines[-1].endswith(b"\n"):
            file.truncate(sum(map(len, lines[:-1])))
            lines.pop()
        try:
            return [_entry(json.loads(line)) for line in lines]
        except (ValueError, KeyError, TypeError):
            message = f"ledger {self.path}: not a ledger; another file, or none, would do"
            raise LedgerError(message) from None

    def _write(self, file: IO[bytes], entry: dict[str, Any]) -> None:
        file.write(json.dumps(entry).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _entry(raw: dict[str, Any]) -> dict[str, Any]:
    micros = raw["micros"]
    if isinstance(micros, bool) or not isinstance(micros, int) or micros < 0:
        raise ValueError(micros)
    return {"entry": Entry(raw["entry"]), "id": str(raw["id"]), "micros": micros}


def _balance(entries: list[dict[str, Any]]) -> Balance:
    reserved = {
        entry["id"]: entry["micros"] for entry in entries if entry["entry"] is Entry.RESERVED
    }
    settled = {entry["id"]: entry["micros"] for entry in entries if entry["entry"] is Entry.SETTLED}
    open_ = sum(micros for id_, micros in reserved.items() if id_ not in settled)
    return Balance(spent=sum(settled.values()), reserved=open_)
