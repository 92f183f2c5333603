"""The ledger of a budget: a file to which every reservation is written before anything is sent."""

import fcntl
import json
import os
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from contracts.errors import ContractError

LOCK = ".lock"


class LedgerError(ContractError):
    """The ledger cannot be read or written; the message names the file and what would do."""


class Entry(StrEnum):
    """What is written down: of a reservation, or that all before it is over."""

    RESERVED = "reserved"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """Money put aside for one request: *micros* at the worst, until it is settled; *what* tells a person."""

    id: str
    micros: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A *reservation* for the job *job_id*; one that is a *surprise* was not to be accepted, and stays spent."""

    job_id: str
    reservation: Reservation
    is_surprise: bool


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
    whatever dies at whatever moment, what may have been spent is still counted, until a run that came to
    its end, and nobody else's, closes the account.
    """

    def __init__(self, path: Path, most: int) -> None:
        """Open the ledger, which may be there already.

        Raises:
            LedgerError: *path* is not a ledger, or cannot be written to.
        """
        self.path = path
        self.most = most
        self._use = self._used()
        with self._locked() as file:
            entries = self._read(file)
            self.left_over = (*_held(entries),) if self._is_alone() else ()

    def reserve(self, micros: int, what: str) -> Reservation | None:
        """Put *micros* aside, or return None where that would exceed the budget.

        Raises:
            LedgerError: the file cannot be read or written any more.
        """
        with self._locked() as file:
            entries = self._read(file)
            if _balance(entries).exposure + micros > self.most:
                return None
            return self._reserved(file, entries, micros, what)

    def charge(self, micros: int, what: str) -> Reservation:
        """Count *micros* that nobody had put aside, and that may be gone all the same: the budget may be exceeded by it.

        Raises:
            LedgerError: the file cannot be read or written any more.
        """
        with self._locked() as file:
            return self._reserved(file, self._read(file), micros, what)

    def accept(self, held: Held) -> None:
        """Write down that a job came of a reservation.

        Raises:
            LedgerError: the file cannot be read or written any more.
        """
        fields = {"job_id": held.job_id, "is_surprise": held.is_surprise}
        with self._locked() as file:
            self._write(file, {"entry": Entry.ACCEPTED, "id": held.reservation.id, **fields})

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

    def close(self) -> None:
        """Begin anew, unless another run is under way, whose money is counted here too.

        Raises:
            LedgerError: the file cannot be written any more.
        """
        with self._locked() as file:
            if self._is_alone():
                self._write(file, {"entry": Entry.CLOSED})

    def release(self) -> None:
        """Let others know that this run is over; the ledger is not to be used any more."""
        self._release()

    def _used(self) -> int:
        """Return a file that is locked for as long as this run goes on, whatever becomes of it."""
        try:
            descriptor = os.open(f"{self.path}{LOCK}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise _failed(self.path, error) from error
        self._release = weakref.finalize(self, os.close, descriptor)
        return descriptor

    def _is_alone(self) -> bool:
        """Tell whether no other run has the ledger open.

        To be asked with the ledger locked: changing a lock lets go of it for a moment, in which nobody may ask.
        """
        try:
            fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            fcntl.flock(self._use, fcntl.LOCK_SH)
        return True

    @contextmanager
    def _locked(self) -> Iterator[IO[bytes]]:
        try:
            with self.path.open("a+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield file
        except OSError as error:
            raise _failed(self.path, error) from error

    def _read(self, file: IO[bytes]) -> list[dict[str, Any]]:
        """Return the entries since all before was over."""
        file.seek(0)
        lines = file.read().splitlines(keepends=True)
        # The end of a line that a crash cut off was not followed by anything that was sent.
        if lines and not lines[-1].endswith(b"\n"):
            file.truncate(sum(map(len, lines[:-1])))
            lines.pop()
        try:
            entries = [_entry(json.loads(line)) for line in lines]
        except (ValueError, KeyError, TypeError):
            message = f"ledger {self.path}: not a ledger; another file, or none, would do"
            raise LedgerError(message) from None
        closed = [at for at, entry in enumerate(entries, 1) if entry["entry"] is Entry.CLOSED]
        return entries[max(closed, default=0) :]

    def _reserved(
        self, file: IO[bytes], entries: list[dict[str, Any]], micros: int, what: str
    ) -> Reservation:
        number = sum(entry["entry"] == Entry.RESERVED for entry in entries) + 1
        reservation = Reservation(id=f"r{number}", micros=micros, what=what)
        fields = {"id": reservation.id, "micros": micros, "what": what}
        self._write(file, {"entry": Entry.RESERVED, **fields})
        return reservation

    def _write(self, file: IO[bytes], entry: Mapping[str, Any]) -> None:
        file.write(json.dumps(entry).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _failed(path: Path, error: OSError) -> LedgerError:
    return LedgerError(f"ledger {path}: {error.strerror}; another --ledger would do")


def _entry(raw: dict[str, Any]) -> dict[str, Any]:
    match entry := Entry(raw["entry"]):
        case Entry.CLOSED:
            return {"entry": entry}
        case Entry.ACCEPTED:
            held = {"job_id": str(raw["job_id"]), "is_surprise": bool(raw["is_surprise"])}
            return {"entry": entry, "id": str(raw["id"]), **held}
        case _:
            micros = raw["micros"]
            if isinstance(micros, bool) or not isinstance(micros, int) or micros < 0:
                raise ValueError(micros)
            what = str(raw.get("what", ""))
            return {"entry": entry, "id": str(raw["id"]), "micros": micros, "what": what}


def _settled(entries: list[dict[str, Any]]) -> dict[str, int]:
    return {entry["id"]: entry["micros"] for entry in entries if entry["entry"] is Entry.SETTLED}


def _reserved(entries: list[dict[str, Any]]) -> dict[str, Reservation]:
    return {
        entry["id"]: Reservation(id=entry["id"], micros=entry["micros"], what=entry["what"])
        for entry in entries
        if entry["entry"] is Entry.RESERVED
    }


def _balance(entries: list[dict[str, Any]]) -> Balance:
    settled = _settled(entries)
    open_ = sum(one.micros for one in _reserved(entries).values() if one.id not in settled)
    return Balance(spent=sum(settled.values()), reserved=open_)


def _held(entries: list[dict[str, Any]]) -> Iterator[Held]:
    """Yield the jobs that nobody has settled."""
    reserved, settled = _reserved(entries), _settled(entries)
    for entry in entries:
        if entry["entry"] is Entry.ACCEPTED and entry["id"] in reserved.keys() - settled.keys():
            yield Held(
                job_id=entry["job_id"],
                reservation=reserved[entry["id"]],
                is_surprise=entry["is_surprise"],
            )
