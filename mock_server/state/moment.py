"""The time of an account that several processes serve: it never goes back, whichever of them is asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Moment:
    """A source of time: the process's own, but never before *seen*, the moment of the latest command."""

    def __init__(self, time: Callable[[], int]) -> None:
        """Follow *time* (microseconds since the epoch), which does not go back in this process."""
        self._time = time
        self._fixed: int | None = None
        self.seen = 0

    def __call__(self) -> int:
        """Return the present moment, which stands still while a command is carried out."""
        return self._fixed if self._fixed is not None else max(self._time(), self.seen)

    @contextmanager
    def at(self, at: int) -> Iterator[None]:
        """Let the time stand at the moment *at*, or at the latest that was seen if that is later."""
        self.seen = self._fixed = max(at, self.seen)
        try:
            yield
        finally:
            self._fixed = None
