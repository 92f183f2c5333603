"""The emulator in the foreground as several processes, started as users start it."""

import http.client
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from mock_server.foreground import server_named, server_of
from mock_server.server import serve
from mock_server.settings import Settings, SettingsError
from tests.listener import wait_for_refusal


@contextmanager
def served(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "mock_server", "serve", "--port", "0", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def url_of(process: subprocess.Popen[str]) -> str:
    """Return where it answers, once it says so."""
    assert process.stdout is not None
    return process.stdout.readline().split()[3]


def children(pid: int) -> list[int]:
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:
        return []  # it has ended
    return [int(child) for child in told.split()]


@pytest.fixture
def shared(tmp_path: Path) -> list[str]:
    """Two workers, as options."""
    return ["--workers", "2", "--state", f"sqlite:{tmp_path / 'wan.db'}"]


def asked(url: str, body: object = None) -> Any:
    """Ask over a connection of its own, which any worker may get."""
    request = urllib.request.Request(
        url,
        None if body is None else json.dumps(body).encode(),
        {"x-api-key": "sk-empiriolabs-me", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_workers_answer_as_one_and_end_with_status_0(shared: list[str]):
    with served(*shared) as process:
        url = url_of(process)
        job = asked(f"{url}/v1/videos/generations", {"model": "wan-2-6", "prompt": "x"})
        polled = [asked(f"{url}{job['poll_url']}")["job_id"] for _ in range(8)]
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)

    assert polled == [job["job_id"]] * 8
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize("has_workers", [False, True])
def test_open_connections_end_by_themselves_where_there_is_time(
    shared: list[str], has_workers: bool
):
    with served(*(shared if has_workers else []), "--drain", "60") as process:
        place = url_of(process).removeprefix("http://")
        with closing(http.client.HTTPConnection(place, timeout=10)) as connection:
            last_word(connection)
            process.send_signal(signal.SIGTERM)
            answers = [last_word(connection)]
            while answers[-1] != "close":
                answers.append(last_word(connection))
        _, errors = process.communicate(timeout=20)

    assert (process.returncode, errors) == (0, "")


OPTIONS = {
    "one": (),
    "workers": ("--workers", "2", "--state", "sqlite:{}/wan.db"),
    "granian": ("--server", "granian"),
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("is_ignored", [False, True])
def test_terminal_that_goes_stops_all_unless_they_are_to_outlive_it(tmp_path, options, is_ignored):
    if "granian" in options:
        pytest.importorskip("granian", reason="an extra")
    command = [sys.executable, "-m", "mock_server", "serve", "--port", "0"]
    command += [option.format(tmp_path) for option in options]
    trap = f"trap '{'' if is_ignored else '-'}' HUP; exec \"$@\""
    with subprocess.Popen(
        ["bash", "-c", trap, "serve", *command], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[3].decode()
        os.killpg(process.pid, signal.SIGHUP)  # as the system does
        if is_ignored:
            assert asked(f"{url}/livez") == {"status": "ok"}
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.parametrize("has_workers", [False, True])
def test_second_signal_cuts_what_goes_on(shared: list[str], has_workers: bool):
    with served(*(shared if has_workers else []), "--drain", "60") as process:
        place = url_of(process).removeprefix("http://")
        with closing(http.client.HTTPConnection(place, timeout=10)) as connection:
            connection.request("GET", "/_mock/events", headers={"x-api-key": "sk-empiriolabs-me"})
            with connection.getresponse():
                process.send_signal(signal.SIGTERM)
                wait_for_refusal(place)
                process.send_signal(signal.SIGTERM)
                _, errors = process.communicate(timeout=20)

    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_to_the_whole_group_stops_workers_once(shared: list[str], number: signal.Signals):
    """It is sent to all of them, and by the parent: no second signal, which would cut what goes on."""
    command = [sys.executable, "-m", "mock_server", "serve", "--port", "0", *shared]
    with subprocess.Popen(
        [*command, "--drain", "60"], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        place = url_of(process).removeprefix("http://")
        with closing(http.client.HTTPConnection(place, timeout=10)) as connection:
            last_word(connection)
            os.killpg(process.pid, number)
            wait_for_refusal(place)
            assert last_word(connection) == "close"
        assert process.wait(20) == 0


def last_word(connection: http.client.HTTPConnection) -> str | None:
    """Ask on *connection*, and return whether the answer is to be the last one."""
    connection.request("GET", "/livez")
    with connection.getresponse() as answer:
        answer.read()
        return answer.getheader("connection")


def test_what_no_worker_can_start_with_is_one_line_and_status_2(shared: list[str]):
    with served(*shared, "--policy", "nope=1") as process:
        said, errors = process.communicate(timeout=20)

    assert (process.returncode, said, errors.count("\n")) == (2, "", 1)
    assert errors.startswith("wan-mock: unknown policy 'nope'")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells the children")
def test_workers_that_die_whenever_they_start_are_one_line_and_status_1(shared: list[str]):
    with served(*shared) as process:
        while process.poll() is None:
            for child in children(process.pid):
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        _, errors = process.communicate(timeout=10)

    assert process.returncode == 1
    assert errors.splitlines()[-1].startswith("wan-mock: worker ")


def test_server_that_is_not_installed_is_named_with_what_installs_it():
    with pytest.raises(SettingsError) as caught:
        server_named("granian", is_installed=lambda _: None)

    assert (
        str(caught.value)
        == "server='granian' is not installed; pip install 'wan-mock[granian]' would do"
    )


def test_granian_is_refused_with_a_drain():
    with pytest.raises(
        SettingsError, match=r"^drain=5 is for the server uvicorn, which alone lets"
    ):
        server_of(Settings(server="granian", drain=5))


def test_usual_server_asks_for_nothing():
    assert server_named("uvicorn", is_installed=lambda _: None) is serve
