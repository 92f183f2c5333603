"""What a log does, in a few lines without a file and without a server: the oracle of the others."""

from collections import defaultdict

from mock_server.state.log import Bounds


class Model:
    """All that is known of each account; everything is done at once."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self.records: defaultdict[str, list[tuple[int, bytes]]] = defaultdict(list)
        self.journals: defaultdict[str, list[tuple[int, int, bytes]]] = defaultdict(list)
        self.numbers: defaultdict[str, int] = defaultdict(int)
        self.requests: dict[str, int] = {}
        self.seen: list[str] = []

    def last(self, account: str) -> int:
        records = self.records[account]
        return records[-1][0] if records else 0

    def behind(self, account: str, after: int) -> list[tuple[int, bytes]]:
        return [
            (position, record) for position, record in self.records[account] if position > after
        ]

    def exchange(
        self, account: str, after: int, record: bytes, *, forgets: bool
    ) -> list[tuple[int, bytes]]:
        tail = self.behind(account, after)
        if record in [known for _, known in tail]:
            return tail
        appended = (self.last(account) + 1, record)
        self.records[account].append(appended)
        if forgets:
            self.records[account] = [appended]
            self.requests.pop(account, None)
            self.seen = [name for name in self.seen if name != account]
            self.journals[account].clear()
        return [*tail, appended]

    def register(self, account: str) -> None:
        self.requests.setdefault(account, 0)

    def write(self, account: str, entry: bytes, size: int, *, is_counted: bool) -> None:
        self.numbers[account] += 1
        journal = self.journals[account]
        journal.append((self.numbers[account], size, entry))
        while (
            len(journal) > self._bounds.entries or sum(e[1] for e in journal) > self._bounds.bytes
        ):
            del journal[0]
        if is_counted:
            self.requests[account] = self.requests.get(account, 0) + 1
            self.seen = [*(name for name in self.seen if name != account), account]

    def entries(self, account: str, after: int) -> list[tuple[int, bytes]]:
        return [(number, entry) for number, _, entry in self.journals[account] if number > after]

    def clear(self, account: str) -> None:
        self.journals[account].clear()
