"""How many requests an account may send: a sliding window on its clock (rule LIMIT-RPM)."""

from collections import deque

from mock_server.clock import SECOND


class RateWindow:
    """The moments of an account's latest requests; refused ones count like any other."""

    def __init__(self, requests: int, window_seconds: int) -> None:
        """Allow *requests* in any *window_seconds*; 0 allows any number."""
        self.requests = requests
        self._window = window_seconds * SECOND
        self._latest: deque[int] = deque(maxlen=requests)

    def count(self, now: int) -> int | None:
        """Count a request at *now*; None lets it pass, a number refuses it for that many seconds.

        The seconds, rounded up, are those until the next request would pass.
        """
        if not self.requests:
            return None
        oldest = self._latest[0] if len(self._latest) == self.requests else None
        self._latest.append(now)
        if oldest is None or now - oldest >= self._window:
            return None
        return -(-(self._latest[0] + self._window - now) // SECOND)
