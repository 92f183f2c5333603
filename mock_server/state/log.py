"""The log of an account's commands, and what stands beside it: the one interface that each kind of state has."""

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple, Protocol

from mock_server.problems import Problem

Records = Sequence[tuple[int, bytes]]

# Records that are read at a time: carrying them out takes a few hundredths of a second, in which nobody is answered.
PAGE = 1000


class StateError(Exception):
    """The state cannot be reached at the moment; the message, a clause, says why."""


class LostError(StateError):
    """The state was told to append a record, and did not answer: it may have done so."""


def away(error: StateError) -> Problem:
    """Return what tells a client of *error*: to try again, unless that may do twice what is to be done once."""
    if isinstance(error, LostError):
        message = (
            f"the emulator's state did not answer: {error}; what was asked for may have been done."
        )
        return Problem("upstream_error", message)
    message = f"the emulator's state cannot be reached: {error}; try again."
    return Problem("model_unavailable", message, headers={"retry-after": "1"})


def settle(futures: Iterable[asyncio.Future[Any]], results: Iterable[Any]) -> None:
    """Give each of *futures* its result, an exception to be raised among them; of some, whoever asked has gone."""
    for future, result in zip(futures, results, strict=True):
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)


def marks(mark: bytes) -> Iterator[bytes]:
    """Yield what tells each state that the process of *mark* makes from all others, its own earlier ones as well."""
    return (mark + number.to_bytes(4) for number in count())


def checked(made: str, settings: str, place: str) -> None:
    """Let a state at *place* pass that was *made* with the same *settings*; both are objects of JSON.

    Raises:
        StateError: it was made with others.
    """
    theirs, own = json.loads(made), json.loads(settings)
    if theirs == own:
        return
    names = [name for name in own | theirs if own.get(name) != theirs.get(name)]
    told = ", ".join(f"{name}={theirs.get(name)!r} and not {own.get(name)!r}" for name in names)
    raise StateError(f"{place} was made with {told}; the same settings or another place would do")


class Known(NamedTuple):
    """What is known of an account besides its log.

    *requests* came with its key, and *seen* is the number that the last of them had among those of all accounts.
    """

    requests: int
    seen: int


class Bounds(NamedTuple):
    """How many entries the journal of an account holds, and how many bytes."""

    entries: int
    bytes: int


class Log(Protocol):
    """The commands of all accounts, each account's in one order, and their journals.

    Every method raises StateError where the state cannot be reached. *mark* is of this process alone. *opened* is
    another value whenever the state was opened again: it may have been emptied, replaced or set back meanwhile, so
    that nothing that was read before need be there any more.
    """

    mark: bytes

    @property
    def opened(self) -> object:
        """What tells this opening of the state from all others; a log that is shorter than it was opens it anew, too."""
        ...

    async def exchange(
        self, account: str, after: int, record: bytes | None = None, *, forgets: bool = False
    ) -> Records:
        """Append *record*, if there is one, to the log of *account*; return what stands in it behind position *after*.

        Both are one step: nobody appends in between. A record that stands there already is not appended again. If it
        *forgets*, everything else that is known of the account is dropped in the same step; numbers of entries go on.
        Without a record, at most the first `PAGE` come back. LostError where nobody knows whether it was appended.
        """
        ...

    async def behind(self, positions: Mapping[str, int]) -> Mapping[str, Records]:
        """Return what stands in the logs of accounts behind their *positions*, at most `PAGE` records of each."""
        ...

    async def register(self, account: str) -> None:
        """Make *account* one of the known."""
        ...

    async def known(self) -> Mapping[str, Known]:
        """Return all known accounts."""
        ...

    async def write(self, account: str, entry: bytes, *, size: int, is_counted: bool) -> None:
        """Add *entry*, which counts *size* bytes, to the journal of *account*, and let the oldest beyond the bounds go.

        One that *is_counted* is a request that came with the account's key.
        """
        ...

    async def entries(self, account: str, after: int = 0) -> Records:
        """Return the entries of the journal of *account* behind the number *after*, the oldest first."""
        ...

    async def clear(self, account: str) -> None:
        """Empty the journal of *account*; numbers go on."""
        ...

    async def close(self) -> None:
        """Let go of the state."""
        ...
