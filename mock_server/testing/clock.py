"""The clock of an account."""

from datetime import datetime
from decimal import Decimal
from typing import cast

from mock_server.testing.channel import Channel
from mock_server.testing.pages import ClockName, ClockPage


class MockClock:
    """An account's clock, which everything in the account follows."""

    __slots__ = ("_channel",)  # a mistyped name is told

    def __init__(self, channel: Channel) -> None:
        """Look at the clock through *channel*."""
        self._channel = channel

    @property
    def now(self) -> datetime:
        """The present moment in the account, in UTC, to the millisecond."""
        return datetime.fromisoformat(self._page()["now"])

    @property
    def mode(self) -> ClockName:
        """How the clock runs: `real`, `manual` (stands still until it is advanced) or `skip`.

        It can be set; ValueError for another value.
        """
        return self._page()["mode"]

    @mode.setter
    def mode(self, mode: ClockName) -> None:
        self._channel.ask("PUT /_mock/clock", {"mode": mode})

    def advance(self, seconds: float | Decimal) -> None:
        """Move the clock forward by *seconds*, whatever its mode.

        Raises:
            ValueError: *seconds* is negative, not a number, or leads beyond the year 9989.
        """
        self._channel.ask("POST /_mock/clock/advance", {"seconds": seconds})

    def _page(self) -> ClockPage:
        return cast("ClockPage", self._channel.ask("GET /_mock/clock"))

    def __repr__(self) -> str:
        """Return mode and time."""
        page = self._page()
        return f"<MockClock {page['mode']} {page['now']}>"
