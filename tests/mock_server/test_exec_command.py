"""``wan-mock exec``: any command with an emulator of its own, as if it ran without one in front of it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections import UserDict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mock_server.cli import main
from mock_server.exec_command import NotRunError, run_command

Run = Callable[..., tuple[int, str, str]]

COMMAND = (sys.executable, "-m", "mock_server", "exec")
NO_JOB = "wan-mock: no job was made\n"
BODY = '{"model": "wan-2-6", "prompt": "sunrise over the ocean", "duration": 6}'
SUBMIT = f"""curl -sS "$EMPIRIOLABS_API_BASE/videos/generations" \
  -H "Authorization: Bearer $EMPIRIOLABS_API_KEY" -H "Content-Type: application/json" -d '{BODY}'"""

# Names the signals that it gets, until it is told to end by a line on standard input.
NAMES = """
import signal, sys
says = open(sys.argv[1], "a") if sys.argv[1:] else sys.stdout
def say(number, _):
    print(signal.Signals(number).name, file=says, flush=True)
for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2"):
    signal.signal(getattr(signal, name), say)
print("ready", file=says, flush=True)
sys.stdin.readline()
sys.exit(3)
"""


@pytest.fixture(autouse=True, scope="module")
def heard() -> Iterator[None]:
    """Let signals be heard that whoever runs the tests ignores, as nohup does: it would be handed on."""
    numbers = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
    ignored = [number for number in numbers if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command in this process; it returns status, standard output and error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        statuses: list[int] = []
        main(["exec", *arguments], leave=statuses.append)
        captured = capfd.readouterr()
        return statuses[0], captured.out, captured.err

    return run


@contextlib.contextmanager
def started(*arguments: str, **more: object) -> Iterator["subprocess.Popen[str]"]:
    """Run the command in a process of its own."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*COMMAND, *arguments], text=True, **{**pipes, **more}) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


def test_command_makes_a_job_and_is_told_what_it_cost(tool: Callable[[str], str], run: Run):
    tool("curl")
    status, said, complained = run("--preset", "ci", "--", "sh", "-c", SUBMIT)

    assert status == 0
    assert said.startswith('{"job_id":"job_')
    assert (
        complained == "wan-mock: 1 job in 1 account would have cost US$ 0.828; nothing was spent\n"
    )


def test_command_gets_address_and_key(run: Run):
    status, said, complained = run(
        "--", "sh", "-c", "echo $EMPIRIOLABS_BASE_URL $EMPIRIOLABS_API_BASE $EMPIRIOLABS_API_KEY"
    )
    root, base, key = said.split()

    assert (status, complained) == (0, NO_JOB)
    assert root.startswith("http://127.0.0.1:")
    assert (base, key) == (f"{root}/v1", "sk-empiriolabs-a1")


def test_port_may_be_chosen(run: Run):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    _, said, _ = run("--port", str(port), "--", "sh", "-c", "echo $EMPIRIOLABS_BASE_URL")

    assert said == f"http://127.0.0.1:{port}\n"


def test_it_ends_as_the_command_does(run: Run):
    assert run("--", "sh", "-c", "exit 7") == (7, "", NO_JOB)


def test_command_that_was_killed_ends_it_as_in_a_shell(run: Run):
    assert run("--", "sh", "-c", "kill -KILL $$") == (128 + signal.SIGKILL, "", NO_JOB)


def test_options_of_the_command_are_its_own(run: Run):
    assert run("echo", "--port", "-h", "--") == (0, "--port -h --\n", NO_JOB)


@pytest.mark.parametrize(
    ("command", "status", "complaint"),
    [
        ("no-such-command", 127, "No such file or directory"),
        ("/dev/null/x", 126, "Not a directory"),
        ("/", 126, "Permission denied"),
    ],
)
def test_command_that_cannot_be_run_is_one_line(
    run: Run, command: str, status: int, complaint: str
):
    assert run("--", command) == (status, "", f"wan-mock: cannot run {command}: {complaint}\n")


def test_no_command_is_wrong_usage(run: Run):
    complaint = "wan-mock: no command is named; wan-mock exec -- CMD… would do\n"

    assert run() == run("--") == (2, "", complaint)


def test_taken_port_is_one_line(run: Run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, _, complaint = run("--port", str(taken.getsockname()[1]), "--", "true")

    assert status == 2
    assert complaint.count("\n") == 1


def test_standard_streams_are_the_command_s_own(run: Run):
    with started("--", "sh", "-c", "read line; echo $line; echo $line >&2") as process:
        assert process.communicate("hello\n", timeout=30) == ("hello\n", f"hello\n{NO_JOB}")


def test_other_open_files_are_the_command_s_as_well():
    """As make passes on its job server."""
    reading, writing = os.pipe()
    program = f"import os; os.write({writing}, b'hello')"
    with started("--", sys.executable, "-c", program, pass_fds=(writing,)) as process:
        assert process.wait(30) == 0
    os.close(writing)
    with os.fdopen(reading) as pipe:
        assert pipe.read() == "hello"


@pytest.mark.parametrize("name", ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2"])
def test_signals_are_passed_on(name: str):
    with started("--", sys.executable, "-c", NAMES, start_new_session=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.Signals[name])
        assert process.stdout.readline() == f"{name}\n"

        assert process.communicate("end\n", timeout=30) == ("", NO_JOB)
        assert process.returncode == 3


def test_signal_that_kills_the_command_ends_it_as_in_a_shell():
    with started("--", "sh", "-c", "echo ready; read line", start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)

        assert process.wait(30) == 128 + signal.SIGTERM


def test_signal_before_the_command_is_there_is_passed_on_to_it():
    class Early(UserDict[str, str]):
        """The environment, which is read when everything is ready but the command."""

        def __iter__(self) -> Iterator[str]:
            signal.raise_signal(signal.SIGUSR1)
            return super().__iter__()

    assert run_command(["sleep", "30"], Early()) == 128 + signal.SIGUSR1


def test_handlers_are_as_before_when_the_command_has_ended():
    before = [signal.getsignal(number) for number in signal.Signals]

    assert run_command(["true"], {}) == 0
    with pytest.raises(NotRunError):
        run_command(["no-such-command"], {})
    assert [signal.getsignal(number) for number in signal.Signals] == before


def test_what_is_ignored_stays_ignored():
    """As under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert run_command(["sh", "-c", "kill -HUP $$; exit 5"], {}) == 5
    finally:
        signal.signal(signal.SIGHUP, before)


def test_ctrl_c_comes_to_the_command_once(tmp_path: Path):
    """The terminal sends it to both; to pass it on as well would make it two."""
    terminal, inner = os.openpty()
    says = tmp_path / "says"
    login = "import os, sys; os.login_tty(0); os.execv(sys.argv[1], sys.argv[1:])"
    command = [sys.executable, "-c", login, *COMMAND, "--", sys.executable, "-c", NAMES]
    with subprocess.Popen([*command, str(says)], stdin=inner) as process:
        os.close(inner)
        _until(lambda: says.exists() and says.read_text() == "ready\n")
        os.write(terminal, b"\x03")
        _until(lambda: "SIGINT" in says.read_text())
        process.send_signal(signal.SIGUSR1)  # it comes after what was passed on before
        _until(lambda: "SIGUSR1" in says.read_text())
        os.write(terminal, b"end\n")
        status = process.wait(30)
    os.close(terminal)

    assert says.read_text() == "ready\nSIGINT\nSIGUSR1\n"
    assert status == 3


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
