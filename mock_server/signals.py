"""Signals of a process that waits for several things at once."""

import contextlib
import os
import signal
from collections.abc import Collection, Iterator
from types import FrameType


def stopping() -> frozenset[signal.Signals]:
    """Return the signals that ask this process to stop: also that its terminal has gone, unless it is to outlive it."""
    usual = frozenset({signal.SIGINT, signal.SIGTERM})
    is_ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # as under nohup
    return usual if is_ignored else usual | {signal.SIGHUP}


class Signals:
    """Signals that have come, as something that can be waited for: *fd* is readable when there are any."""

    def __init__(self, numbers: Collection[signal.Signals]) -> None:
        """Hear *numbers* from now on, in place of whoever did; to be called in the main thread."""
        self._numbers = numbers
        self.fd, self._told = os.pipe()
        for fd in (self.fd, self._told):
            os.set_blocking(fd, False)
        self._before = {number: signal.signal(number, _hear) for number in numbers}
        self._wakeup = signal.set_wakeup_fd(self._told, warn_on_full_buffer=False)

    def take(self) -> set[int]:
        """Return which have come since the last time."""
        taken: set[int] = set()
        with contextlib.suppress(BlockingIOError):
            while numbers := os.read(self.fd, 4096):
                taken.update(numbers)
        return taken

    @contextlib.contextmanager
    def held_back(self) -> Iterator[None]:
        """Let none of them come before the end of the block."""
        signal.pthread_sigmask(signal.SIG_BLOCK, self._numbers)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, self._numbers)

    def forget(self) -> None:
        """Leave them to the system: for a child process, which is not the one that hears them."""
        signal.set_wakeup_fd(-1)
        for number in self._numbers:
            signal.signal(number, signal.SIG_DFL)
        self._close()

    def restore(self) -> None:
        """Leave them to whoever heard them before."""
        signal.set_wakeup_fd(self._wakeup)
        for number, before in self._before.items():
            signal.signal(number, before or signal.SIG_DFL)
        self._close()

    def _close(self) -> None:
        os.close(self.fd)
        os.close(self._told)


@contextlib.contextmanager
def heard(*numbers: signal.Signals) -> Iterator[Signals]:
    """Hear *numbers* within the block."""
    signals = Signals(numbers)
    try:
        yield signals
    finally:
        signals.restore()


def _hear(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the number goes to the pipe."""
