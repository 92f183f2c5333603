"""Several processes that answer on one port: started, watched, started again, and stopped together.

The parent answers nothing. It holds the sockets, so that what was not accepted yet waits for the next worker, and
the end of a pipe, so that no worker outlives it, however it ends.
"""

import contextlib
import os
import selectors
import signal
import socket
import time
import traceback
from collections.abc import Callable, Sequence
from typing import NamedTuple, NoReturn, Protocol

from mock_server.server import exit_at_once, flush_output
from mock_server.signals import Signals, heard, stopping

STEADY_SECONDS = 1.0  # what has lived as long did not die of its start
FIRST_DELAY, LONGEST_DELAY = 0.1, 5.0
MOST_ATTEMPTS = 5  # of each worker, in succession, while none answers
STOP_SECONDS = 5.0  # a worker is gone in a hundredth of it, unless it has gigabytes to remove or its loop is held up
READY = b"+"


class StartError(Exception):
    """A worker could not start; the message, one line, says why."""


class EndedError(Exception):
    """The workers end without anybody having asked for it; the message, one line, says why."""


class Work(Protocol):
    """What a worker does."""

    def __call__(
        self, sock: socket.socket, *, lifeline: int, on_ready: Callable[[str], object]
    ) -> None:
        """Answer on *sock* until SIGTERM or the end of the pipe *lifeline*; call *on_ready* once it does.

        Raises:
            StartError: it cannot; the message is told by the parent, once.
        """
        ...


class Attempts(NamedTuple):
    """How often in succession a worker has died at once, and so how long the next one waits."""

    failed: int = 0

    def after(self, lived_seconds: float) -> "Attempts":
        """Return what is so after a worker that lived for *lived_seconds*."""
        return Attempts(0 if lived_seconds >= STEADY_SECONDS else self.failed + 1)

    @property
    def delay_seconds(self) -> float:
        """How long the next start waits."""
        if not self.failed:
            return 0.0
        return min(FIRST_DELAY * 2.0 ** (self.failed - 1), LONGEST_DELAY)


def supervise(
    work: Work,
    socks: Sequence[socket.socket],
    *,
    on_ready: Callable[[], object],
    say: Callable[[str], object],
    stop_seconds: float = STOP_SECONDS,
) -> None:
    """Keep a process at *work* on each of *socks* until SIGTERM, SIGINT or SIGHUP; none is left at the end.

    *on_ready* is called once all of them answer; *say* is told, in one line each, what befalls them later. What
    does not stop within *stop_seconds* is killed. Call it in the main thread of a process without other threads.

    Raises:
        StartError: the first start of a worker failed, for the reason that it told.
        EndedError: the first start failed without a word, or none of them can be started any more.
    """
    lifeline, held = os.pipe()
    with heard(*stopping(), signal.SIGCHLD) as signals:
        slots = [_Slot(number, sock) for number, sock in enumerate(socks, start=1)]
        crew = _Crew(work, slots, signals, (lifeline, held))
        try:
            if crew.start():
                on_ready()
                crew.keep(say)
        finally:
            crew.stop(stop_seconds)
            crew.let_go()
            os.close(lifeline)


class _Slot:
    """A socket, and the worker on it while there is one."""

    def __init__(self, number: int, sock: socket.socket) -> None:
        self.number = number
        self.sock = sock
        self.pid: int | None = None
        self.report = -1
        self.told = b""
        self.began = 0.0
        self.due = 0.0
        self.attempts = Attempts()

    @property
    def is_ready(self) -> bool:
        return self.pid is not None and self.told == READY

    def listen(self) -> None:
        """Take in what the worker has told."""
        with contextlib.suppress(BlockingIOError):
            while piece := os.read(self.report, 65536):
                self.told += piece

    def end(self) -> str:
        """Take in that the worker has ended, and return what it told, other than that it answers."""
        self.listen()
        os.close(self.report)
        self.pid = None
        return self.told.removeprefix(READY).decode(errors="replace")


class _Crew:
    """The workers of one parent."""

    def __init__(
        self, work: Work, slots: Sequence[_Slot], signals: Signals, pipe: tuple[int, int]
    ) -> None:
        self._work = work
        self._slots = slots
        self._signals = signals
        self._lifeline = pipe[0]
        self._held: int | None = pipe[1]

    def start(self) -> bool:
        """Start all, and tell whether nobody has stopped them before they answered.

        The first one goes ahead: what is wrong with all of them is told by one, and what they share is set up by one.
        """
        first, *others = self._slots
        for batch in ([first], others):
            for slot in batch:
                self._start(slot)
            while not all(slot.is_ready for slot in batch):
                if self._wait(None):
                    return False
                for slot, status, told in self._ended():
                    if told:
                        raise StartError(told)
                    raise EndedError(f"worker {slot.number} {_end(status)} before it answered")
        return True

    def keep(self, say: Callable[[str], object]) -> None:
        """Start again what ends, until all are to stop."""
        while True:
            pauses = [slot.due - time.monotonic() for slot in self._slots if slot.pid is None]
            if self._wait(max(min(pauses), 0) if pauses else None):
                return
            for slot, status, told in self._ended():
                self._mourn(slot, f"{_end(status)}{f': {told}' if told else ''}", say)
            for slot in self._slots:
                if slot.pid is None and slot.due <= time.monotonic():
                    self._start(slot)

    def _mourn(self, slot: _Slot, end: str, say: Callable[[str], object]) -> None:
        now = time.monotonic()
        slot.attempts = slot.attempts.after(now - slot.began)
        slot.due = now + slot.attempts.delay_seconds
        what = f"worker {slot.number} {end}"
        if all(slot.pid is None and slot.attempts.failed >= MOST_ATTEMPTS for slot in self._slots):
            raise EndedError(f"{what}; none answers, and none can be started")
        pause = slot.attempts.delay_seconds
        say(f"{what}; another one is started {f'in {pause:g} s' if pause else 'at once'}")

    def stop(self, seconds: float) -> None:
        """Stop all, kill them after so many *seconds*, and return once they are gone; pass on that they are to hurry."""
        for slot in self._slots:
            # What this process held open would go on taking connections that nobody answers.
            slot.sock.close()
        self._kill(signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while any(slot.pid for slot in self._slots) and time.monotonic() < deadline:
            if self._wait(deadline - time.monotonic()):
                self.let_go()
            self._ended()
        self._kill(signal.SIGKILL)
        for slot in self._slots:
            if slot.pid is not None:
                os.waitpid(slot.pid, 0)
                slot.end()

    def let_go(self) -> None:
        """Close the lifeline, whose end no worker outlives."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _kill(self, number: int) -> None:
        for slot in self._slots:
            if slot.pid is not None:
                os.kill(slot.pid, number)

    def _wait(self, seconds: float | None) -> bool:
        """Return when there is something to see, or after so many *seconds*; tell whether somebody asks to stop."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._signals.fd, selectors.EVENT_READ)
            for slot in self._slots:
                if slot.pid is not None and not slot.told:
                    selector.register(slot.report, selectors.EVENT_READ)
            selector.select(seconds)
        for slot in self._slots:
            if slot.pid is not None:
                slot.listen()
        return bool(self._signals.take() - {signal.SIGCHLD})

    def _ended(self) -> list[tuple[_Slot, int, str]]:
        """Return whose worker has ended since, with what status, and what it told."""
        ended = []
        for slot in self._slots:
            if slot.pid is not None:
                pid, status = os.waitpid(slot.pid, os.WNOHANG)
                if pid:
                    ended.append((slot, status, slot.end()))
        return ended

    def _start(self, slot: _Slot) -> None:
        report, telling = os.pipe()
        os.set_blocking(report, False)
        slot.report, slot.told, slot.began = report, b"", time.monotonic()
        flush_output()  # or both would write it
        # What comes in between would be told to the parent by both.
        with self._signals.held_back():
            slot.pid = os.fork()
            if slot.pid == 0:
                self._signals.forget()
        if slot.pid == 0:
            self.let_go()
            for other in self._slots:
                if other is not slot:
                    other.sock.close()
            _be_worker(self._work, slot.sock, self._lifeline, telling)
        os.close(telling)


def _be_worker(work: Work, sock: socket.socket, lifeline: int, telling: int) -> NoReturn:
    """Work, in the child process, and leave it."""
    status = 1
    # A terminal sends them to all; the parent hears them, and tells its workers.
    for number in stopping() - {signal.SIGTERM}:
        signal.signal(number, signal.SIG_IGN)
    try:
        work(sock, lifeline=lifeline, on_ready=lambda _: _tell(telling, READY))
        status = 0
    except StartError as error:
        _tell(telling, str(error).encode())
    except BaseException:
        traceback.print_exc()
    finally:
        exit_at_once(status)


def _tell(telling: int, what: bytes) -> None:
    with contextlib.suppress(BrokenPipeError):  # the parent has gone, and the lifeline says so
        os.write(telling, what)


def _end(status: int) -> str:
    """Return how a process with the wait *status* ended."""
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        return f"was ended by signal {-code} ({signal.strsignal(-code)})"
    return f"ended with status {code}"
