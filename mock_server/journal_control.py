"""The journal under ``/_mock/requests``: what the account's clients sent, and what they were answered."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from mock_server.accounts import Account
from mock_server.answers import Answer, as_json
from mock_server.calls import Call, Endpoint
from mock_server.emulator import Emulator
from mock_server.exchange import Exchange
from mock_server.journal_page import JournalPage
from mock_server.problems import Problem
from mock_server.queries import integer, moment
from mock_server.violations import show

LIMIT: Mapping[str, Any] = {"minimum": 1, "maximum": 1000}
DEFAULT_LIMIT = 100
NO_STATUS = "none"

Wanted = Callable[[Exchange], bool]


class JournalControl:
    """The control interface's view of an account's journal."""

    def __init__(self, emulator: Emulator, page: JournalPage, operations: Collection[str]) -> None:
        """Show the entries of *emulator*'s accounts on *page*; *operations* are those that the journal knows."""
        self._emulator = emulator
        self._page = page
        self._operations = operations

    def by_path(self) -> dict[str, dict[str, Endpoint]]:
        """Return the endpoints by path and method."""
        return {"/_mock/requests": {"GET": self.list, "DELETE": self.clear}}

    async def list(self, call: Call) -> Answer:
        """List the latest entries, newest first, of those that the query asks for."""
        sent = dict(parse_qsl(call.query_string.decode("latin-1"), errors="replace"))
        found = await self.entries(
            call.caller, {name: sent[name] for name in FILTERS if name in sent}
        )
        limit = _read("limit", sent["limit"], _limit) if "limit" in sent else DEFAULT_LIMIT
        data = [*islice(found, limit)]
        return as_json({"object": "list", "data": data, "has_more": any(True for _ in found)})

    async def entries(
        self, account: Account, filters: Mapping[str, str]
    ) -> Iterator[dict[str, Any]]:
        """Return the entries of *account*'s journal, newest first, that pass all *filters* (of `FILTERS`).

        Raises:
            Problem: a value that cannot be.
        """
        wanted = [self._filter(name, text) for name, text in filters.items()]
        return map(self._page.entry, _those(await self._emulator.entries(account), wanted))

    async def clear(self, call: Call) -> Answer:
        """Forget all entries."""
        await self._emulator.clear_entries(call.caller)
        return Answer(status=204, content_type=None)

    def _filter(self, name: str, text: str) -> Wanted:
        if name == "operation" and text not in self._operations:
            known = ", ".join(self._operations)
            raise _bad(name, f"{show(text)} is not an operation; one of {known} would do")
        wanted: Wanted = _read(name, text, FILTERS[name])
        return wanted


def _operation(text: str) -> Wanted:
    return lambda exchange: exchange.operation == text


def _status(text: str) -> Wanted:
    if text == NO_STATUS:
        return lambda exchange: exchange.status is None
    if len(text) == 3 and text.endswith("xx") and text[0] in "12345":
        return lambda exchange: (
            exchange.status is not None and exchange.status // 100 == int(text[0])
        )
    if len(text) == 3 and text.isascii() and text.isdecimal():
        return lambda exchange: exchange.status == int(text)
    raise ValueError(
        f"{show(text)} is neither a status such as 404 nor a class such as 4xx, nor {NO_STATUS}"
    )


def _job_id(text: str) -> Wanted:
    return lambda exchange: exchange.job_id == text


def _since(text: str) -> Wanted:
    since = moment(text)
    return lambda exchange: exchange.at >= since


def _id(text: str) -> Wanted:
    return lambda exchange: exchange.request_id == text


FILTERS: Mapping[str, Callable[[str], Wanted]] = {
    "id": _id,
    "operation": _operation,
    "status": _status,
    "job_id": _job_id,
    "since": _since,
}


def _limit(text: str) -> int:
    try:
        return integer(text, LIMIT)
    except ValueError as error:
        least, most = LIMIT["minimum"], LIMIT["maximum"]
        raise ValueError(f"{error}; a whole number from {least} to {most} would do") from None


def _read(name: str, text: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(text)
    except ValueError as error:
        raise _bad(name, f"{error}") from None


def _bad(name: str, message: str) -> Problem:
    return Problem("invalid_request", f"{name}: {message}.", param=name)


def _those(exchanges: Iterable[Exchange], wanted: list[Wanted]) -> Iterator[Exchange]:
    return (found for found in exchanges if all(is_wanted(found) for is_wanted in wanted))
