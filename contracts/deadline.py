"""The deadline of a run: when its time is over."""

import time
from collections.abc import Callable


class Deadline:
    """The moment *seconds* from now, by *clock*."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin now."""
        self._seconds = seconds
        self._clock = clock
        self._begun = clock()

    def passed(self) -> float:
        """Return the seconds since it began."""
        return self._clock() - self._begun

    def left(self) -> float:
        """Return the seconds that are left, below 0 once it is over."""
        return self._seconds - self.passed()

    def is_over(self) -> bool:
        """Tell whether it is over."""
        return self.left() <= 0
