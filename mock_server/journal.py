"""The journal of an account: its latest requests and what became of them, within bounds of number and bytes."""

from collections import deque
from collections.abc import Iterator

from starlette.types import Scope

from mock_server.exchange import Exchange, pack


class Journal:
    """A ring of exchanges: of more than it may hold, the oldest go."""

    def __init__(self, most_entries: int, most_bytes: int) -> None:
        """Hold up to *most_entries* of up to *most_bytes* together."""
        self._most_entries = most_entries
        self._most_bytes = most_bytes
        self._entries: deque[Exchange] = deque()
        self.bytes = 0
        self._headers: tuple[object, bytes] = (), b""

    def add(self, exchange: Exchange, scope: Scope, at: int) -> None:
        """Take in *exchange*, the request of *scope*, which was over at the moment *at*."""
        sent = scope["headers"]
        known, packed = self._headers
        if sent != known:  # else they are a client's that asks the same again, as those who poll do
            packed = pack(sent)
            self._headers = sent, packed
        exchange.keep(scope, packed, at)
        entries = self._entries
        entries.append(exchange)
        self.bytes += exchange.size
        while self.bytes > self._most_bytes or len(entries) > self._most_entries:
            self.bytes -= entries.popleft().size

    def newest(self) -> Iterator[Exchange]:
        """Yield the exchanges, the latest first."""
        return reversed(self._entries)

    def clear(self) -> None:
        """Forget all of them."""
        self._entries.clear()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._entries)
