"""Run a command with an emulator of its own, and pass on what the command is sent and how it ended."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

from mock_server.settings import Settings
from mock_server.wan_mock import WanMock

# What people and supervisors send to a process that they take for the command. The others that can be
# caught are of the terminal (its size, stop and go on), which tells the command itself.
PASSED_ON = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGUSR1,
    signal.SIGUSR2,
)
BY_KEY = frozenset({signal.SIGINT, signal.SIGQUIT})  # Ctrl-C and Ctrl-\
BY_SIGNAL = 128


class NotRunError(Exception):
    """The command could not be run; the message says why, *status* is the one that shells end with."""

    def __init__(self, message: str, status: int) -> None:
        """Tell *message*."""
        super().__init__(message)
        self.status = status


def run_with_emulator(
    settings: Settings, port: int, command: Sequence[str], say: Callable[[str], object]
) -> int:
    """Run *command* with an emulator of *settings* on *port* (0: any free one), and return its exit status.

    The environment variables EMPIRIOLABS_* lead it to a fresh account; what its jobs would have cost is told with *say*.

    Raises:
        BindError: the emulator cannot listen there.
        NotRunError: the command cannot be run.
    """
    with WanMock(settings, port=port) as mock:
        status = run_command(command, mock.account().environment)
        say(f"wan-mock: {mock.spend}")
    return status


def run_command(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run *command* with *environment* on top of this process's, and return its exit status.

    That of one that was killed by signal N is 128 + N, as in shells. Signals that this process receives
    meanwhile are passed on.

    Raises:
        NotRunError: there is no such command (127), or it is not one (126).
    """
    with _passing_on() as children:
        try:
            # Files that whoever started this process left open for the command, as make does, stay open.
            process = subprocess.Popen(  # noqa: S603 - it is what the user asks for
                command,
                close_fds=False,
                env={**os.environ, **environment},  # noqa: TID251 - it is passed on, not read
            )
        except OSError as error:
            status = 127 if isinstance(error, FileNotFoundError) else 126
            raise NotRunError(f"cannot run {command[0]}: {error.strerror}", status) from None
        children.take(process)
        status = process.wait()
    return status if status >= 0 else BY_SIGNAL - status


class _Children:
    """The process that signals are passed on to, once it is there."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def take(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        for number in self._early:
            process.send_signal(number)

    def pass_on(self, number: int, _: FrameType | None) -> None:
        if number in BY_KEY and _is_in_foreground():
            return  # the terminal has sent it to the command as well
        if self._process is None:
            self._early.append(number)
        else:
            self._process.send_signal(number)


@contextmanager
def _passing_on() -> Iterator[_Children]:
    children = _Children()
    # What is ignored here (as under nohup) is ignored by the command as well.
    before = {
        number: known
        for number in PASSED_ON
        if (known := signal.getsignal(number)) is not signal.SIG_IGN
    }
    for number in before:
        signal.signal(number, children.pass_on)
    try:
        yield children
    finally:
        for number, known in before.items():
            signal.signal(number, known or signal.SIG_DFL)


def _is_in_foreground() -> bool:
    """Tell whether keys of the terminal reach this process."""
    try:
        with open("/dev/tty") as terminal:  # noqa: PTH123 - not a file
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False
