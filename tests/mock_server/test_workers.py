"""Several processes on one port, as real ones; each is some milliseconds of a small program."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from mock_server.server import bind
from mock_server.signals import stopping
from mock_server.spread import spread
from mock_server.workers import Attempts

SOON = 1.0  # seconds; a stop takes a twentieth of it, but the machine may be busy

# What a worker does is one of the functions, named on the command line.
PROGRAM = """
import os, signal, sys, time
from mock_server.server import bind, exit_at_once, serve
from mock_server.spread import spread
from mock_server.workers import EndedError, StartError, supervise

async def tell_pid(scope, receive, send):
    if scope["path"] == "/exit":
        exit_at_once(3)
    body = str(os.getpid()).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    if scope["path"] == "/stick":
        time.sleep(60)
    await send({"type": "http.response.body"})

def answer(sock, *, lifeline, on_ready):
    serve(tell_pid, sock, on_ready=on_ready, lifeline=lifeline)

def answer_once(sock, *, lifeline, on_ready):
    try:
        os.mkdir(sys.argv[2])
    except FileExistsError:
        raise StartError("it has been here before") from None
    answer(sock, lifeline=lifeline, on_ready=on_ready)

def refuse(sock, *, lifeline, on_ready):
    raise StartError("there is no room")

def fail(sock, *, lifeline, on_ready):
    raise LookupError("a defect")

def wait(sock, *, lifeline, on_ready):
    print("waits", flush=True)
    time.sleep(60)

def late(sock, *, lifeline, on_ready):
    print("waits", flush=True)
    os.read(lifeline, 1)  # until the parent has gone
    on_ready("")

first = bind("127.0.0.1", 0)
socks = spread(first, int(sys.argv[3]))
try:
    supervise(
        globals()[sys.argv[1]], socks, stop_seconds=float(sys.argv[4]), say=lambda line: print(line, file=sys.stderr, flush=True),
        on_ready=lambda: print(first.getsockname()[1], flush=True),
    )
except (StartError, EndedError) as error:
    print(f"{type(error).__name__}: {error}", file=sys.stderr)
    exit_at_once(1)
exit_at_once()
"""


class Parent:
    """The process that holds the workers."""

    def __init__(self, work: str, path: str, count: int, stop_seconds: float) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, work, path, str(count), str(stop_seconds)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def said(self) -> str:
        """The next line of standard output."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def complained(self) -> str:
        """The next line of standard error."""
        assert self.process.stderr is not None
        return self.process.stderr.readline().strip()

    def end(self) -> tuple[int, str]:
        """Return status and standard error of the process, once it has ended by itself."""
        errors = self.process.communicate(timeout=20)[1]
        return self.process.returncode, errors

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        self.process.send_signal(number)
        return self.end()


@contextmanager
def parent(work: str, path: str = "", count: int = 2, stop_seconds: float = 10) -> Iterator[Parent]:
    running = Parent(work, path, count, stop_seconds)
    with running.process:
        try:
            yield running
        finally:
            running.process.kill()


def asked(port: str, path: str = "/") -> int:
    """Ask over a connection of its own, and return the process that answers."""
    with closing(http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)) as connection:
        connection.request("GET", path)
        return int(connection.getresponse().read())


def workers(port: str, count: int = 2) -> set[int]:
    """Return the processes that answer, once they are *count*."""
    pids: set[int] = set()
    deadline = time.monotonic() + 10
    while len(pids) < count and time.monotonic() < deadline:
        pids.add(asked(port))
    return pids


def gone(pids: set[int]) -> bool:
    """Wait until there are no such processes."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        left = [pid for pid in pids if _is_alive(pid)]
        if not left:
            return True
    return False


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# Attempts


def test_worker_that_dies_at_once_waits_ever_longer():
    attempts = Attempts()
    delays = []
    for _ in range(8):
        attempts = attempts.after(0.2)
        delays.append(attempts.delay_seconds)

    assert delays == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5]


def test_worker_that_has_lived_is_started_at_once():
    assert Attempts(4).after(1.0) == Attempts()
    assert Attempts().delay_seconds == 0


# spread


@pytest.mark.parametrize("is_even", [False, True])
def test_all_sockets_listen_on_one_port(is_even: bool):
    if is_even and sys.platform != "linux":
        pytest.skip("connections are given out like this on Linux")
    socks = spread(bind("127.0.0.1", 0), 3, is_even=is_even)
    port = socks[0].getsockname()[1]
    try:
        with socket.create_connection(("127.0.0.1", port)):
            assert {sock.getsockname()[1] for sock in socks} == {port}
            with pytest.raises(OSError, match="is taken"):
                bind_again(port)
    finally:
        for sock in socks:
            sock.close()


def bind_again(port: int) -> None:
    try:
        bind("127.0.0.1", port).close()
    except Exception as error:
        raise OSError(str(error)) from error


# supervise


@pytest.mark.parametrize("number", sorted(stopping()))
def test_workers_answer_on_one_port_and_end_with_their_parent_at_once(number):
    with parent("answer", count=3) as running:
        pids = workers(running.said(), 3)
        begun = time.perf_counter()

        assert running.stop(number) == (0, "")
        assert time.perf_counter() - begun < SOON

    assert len(pids) == 3
    assert gone(pids)


def test_worker_that_dies_is_replaced_and_the_others_go_on():
    with parent("answer") as running:
        port = running.said()
        one, other = workers(port)
        os.kill(one, signal.SIGKILL)

        assert "was ended by signal 9 (Killed); another one is started" in running.complained()
        assert gone({one})
        again = workers(port)
        assert other in again
        assert one not in again
        assert running.stop() == (0, "")


def test_connection_waits_for_the_next_worker():
    with parent("answer", count=1) as running:
        port = running.said()
        (one,) = workers(port, 1)
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            asked(port, "/exit")

        assert asked(port) != one
        assert "worker 1 ended with status 3; another one is started" in running.complained()
        assert running.stop() == (0, "")


def test_worker_is_left_behind_by_no_killed_parent():
    with parent("answer") as running:
        pids = workers(running.said())
        running.process.kill()

        assert gone(pids)


def test_worker_is_quiet_when_it_can_tell_nobody_that_it_answers():
    with parent("late") as running:
        assert running.said() == "waits"

        assert running.stop(signal.SIGKILL) == (-signal.SIGKILL, "")


def test_worker_that_does_not_stop_is_killed():
    with parent("answer", count=1, stop_seconds=0.1) as running:
        port = running.said()
        pids = workers(port, 1)
        with socket.create_connection(("127.0.0.1", int(port))) as client:
            client.sendall(b"GET /stick HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert client.recv(100)

            assert running.stop() == (0, "")

    assert gone(pids)


def test_what_is_wrong_with_all_is_told_once():
    with parent("refuse", count=4) as running:
        assert running.end() == (1, "StartError: there is no room\n")


def test_worker_that_ends_without_a_word_before_it_answers_ends_all():
    with parent("fail", count=4) as running:
        status, errors = running.end()

    assert status == 1
    assert errors.count("LookupError: a defect") == 1
    assert errors.endswith("EndedError: worker 1 ended with status 1 before it answered\n")


def test_start_can_be_stopped():
    with parent("wait") as running:
        assert running.said() == "waits"
        assert running.stop() == (0, "")


def test_workers_that_cannot_be_started_again_are_given_up(tmp_path):
    with parent("answer_once", str(tmp_path / "been"), count=1) as running:
        os.kill(asked(running.said()), signal.SIGKILL)
        status, errors = running.end()

    told = errors.splitlines()
    assert status == 1
    assert told[-2].startswith("worker 1 ended with status 1: it has been here before; another")
    assert told[-1].endswith("it has been here before; none answers, and none can be started")
    assert len(told) <= 6
