"""Time, as an account sees it: whole microseconds since the epoch, real, standing still or skipping."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from mock_server.exact import times

SECOND = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# RFC 3339 has four digits for the year, and URLs outlive their job: the clock stops well before.
LATEST_AT = int((datetime(9990, 1, 1, tzinfo=UTC) - EPOCH).total_seconds()) * SECOND


class ClockMode(StrEnum):
    """How an account's clock runs; see the interface's section on time."""

    REAL = "real"
    MANUAL = "manual"
    SKIP = "skip"


def system_now() -> int:
    """Return the machine's time in microseconds since the epoch."""
    return time.time_ns() // 1000


def microseconds(seconds: float | Decimal) -> int:
    """Return *seconds* as whole microseconds, rounded half up."""
    return times(Decimal(seconds), SECOND)


def timestamp(at: int) -> str:
    """Return the moment *at* (microseconds since the epoch) as RFC 3339 in UTC, to the millisecond."""
    second, micro = divmod(at, SECOND)
    return f"{_second(second)}.{micro // 1000:03d}Z"


@lru_cache(maxsize=256)
def _second(at_second: int) -> str:
    """Return the second *at_second* in UTC; the same few come again and again."""
    return (EPOCH + timedelta(seconds=at_second)).strftime("%Y-%m-%dT%H:%M:%S")


class Steady:
    """A source of time that never goes back, whatever the one behind it does."""

    def __init__(self, source: Callable[[], int]) -> None:
        """Follow *source* (microseconds since the epoch)."""
        self._source = source
        self._latest = 0

    def __call__(self) -> int:
        """Return the present moment in microseconds since the epoch."""
        at = self._source()
        if at < self._latest:
            return self._latest
        self._latest = at
        return at


class Clock:
    """One account's clock. It never goes back, as its source does not."""

    def __init__(self, source: Callable[[], int], mode: ClockMode) -> None:
        """Follow *source* (microseconds since the epoch), which never goes back, in *mode*."""
        self._source = source
        self._offset = 0
        self._stands_at: int | None = None
        self.mode = ClockMode.REAL
        self.enter(mode)

    def now(self) -> int:
        """Return the present moment in microseconds since the epoch."""
        if self._stands_at is not None:
            return self._stands_at
        return self._source() + self._offset

    @property
    def setting(self) -> tuple[ClockMode, int, int | None]:
        """What decides how the clock runs: another one means that somebody has set or moved it."""
        return self.mode, self._offset, self._stands_at

    def enter(self, mode: ClockMode) -> None:
        """Change the mode: entering manual stops at the present moment, leaving it goes on from there."""
        now = self.now()
        self._offset = now - self._source()
        self._stands_at = now if mode is ClockMode.MANUAL else None
        self.mode = mode

    def move_to(self, at: int) -> None:
        """Go forward to the moment *at*, at most to the latest that a timestamp can show."""
        now = self.now()
        by = min(at, LATEST_AT) - now
        if by <= 0:
            return
        self._offset += by
        if self._stands_at is not None:
            self._stands_at = now + by

    def advance(self, seconds: float | Decimal) -> None:
        """Go forward by *seconds*.

        Raises:
            ValueError: *seconds* is negative, not finite, or leads beyond the year 9989.
        """
        if not Decimal(seconds).is_finite() or seconds < 0:
            raise ValueError(f"{seconds} is not a number of seconds from 0 up")
        if seconds > (LATEST_AT - self.now()) // SECOND:
            raise ValueError(f"{seconds} seconds lead beyond the year 9989")
        self.move_to(self.now() + microseconds(seconds))
