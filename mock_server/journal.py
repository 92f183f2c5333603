"""The journal of an account: its latest requests and what became of them, within bounds of number and bytes."""

from collections import deque
from collections.abc import Iterator

from mock_server.exchange import Exchange


class Journal:
    """A ring of exchanges: of more than it may hold, the oldest go."""

    def __init__(self, most_entries: int, most_bytes: int) -> None:
        """Hold up to *most_entries* of up to *most_bytes* together."""
        self._most_entries = most_entries
        self._most_bytes = most_bytes
        self._entries: deque[Exchange] = deque()
        self.bytes = 0

    def add(self, exchange: Exchange) -> None:
        """Take in *exchange*, which is over and has its size."""
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
