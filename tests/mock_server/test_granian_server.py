"""The emulator on granian: what it does as on uvicorn, and what becomes of faults that cut a connection."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from typing import NamedTuple

import pytest

from mock_server.foreground import server_named
from mock_server.signals import stopping

pytest.importorskip("granian", reason="pip install 'wan-mock[granian]' would do")

SOON = 1.0  # seconds; a stop takes a twentieth of it, but the machine may be busy
NAMES = count(1)

# In a process of its own: its threads, its logging and its signals stay there.
PROGRAM = """
import asyncio, os, sys
from mock_server.app import create_app
from mock_server.granian_server import serve_on_granian
from mock_server.server import bind, exit_at_once
from mock_server.settings import Settings

async def small(scope, receive, send):
    if scope["path"] == "/defect":
        raise LookupError("a defect")
    if scope["path"] == "/cancelled":
        raise asyncio.CancelledError
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"data", "more_body": True})
    while (await receive())["type"] != "http.disconnect":
        pass
    print("the client has left", flush=True)

sock = bind("127.0.0.1", 0)
held, lifeline = (None, None) if sys.argv[1] != "lifeline" else (os.pipe()[::-1])
app = create_app(Settings()) if sys.argv[1] == "emulator" else small
if sys.argv[1] == "closed":
    sock.close()
def ready(url):
    print(url, flush=True)
    if held is not None:
        os.close(held)
serve_on_granian(app, sock, on_ready=ready, lifeline=lifeline)
exit_at_once()
"""


class Running(NamedTuple):
    """A process that serves, and its port."""

    process: subprocess.Popen[str]
    port: int

    def said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Return its status, and what it wrote to standard error."""
        self.process.send_signal(number)
        errors = self.process.communicate(timeout=10)[1]
        return self.process.returncode, errors


@contextmanager
def served(app: str) -> Iterator[Running]:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, app],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            yield Running(process, int(url.rpartition(":")[2] or 0))
        finally:
            process.kill()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The emulator's port; nothing may have been written to standard error in the end."""
    with served("emulator") as running:
        yield running.port
        assert running.stop() == (0, "")


def call(port: int, method: str, path: str, key: str, body: object = None) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        head = {"x-api-key": key, "content-type": "application/json"}
        connection.request(method, path, json.dumps(body), head)
        answer = connection.getresponse()
        return answer.status, answer.read()


def listed(port: int, action: dict[str, object]) -> bytes:
    """Return what comes over the wire for GET /v1/jobs that *action* befalls, until the server ends it."""
    key = f"sk-empiriolabs-{next(NAMES)}"
    status, _ = call(
        port, "POST", "/_mock/faults", key, {"operation": "list", "times": 1, "action": action}
    )
    assert status == 201
    request = f"GET /v1/jobs HTTP/1.1\r\nHost: localhost\r\nx-api-key: {key}\r\n"
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(f"{request}Connection: close\r\n\r\n".encode())
        while piece := client.recv(65536):
            received += piece
    return received


BODY = b'{"object":"list","data":[]}'


def test_server_is_known_by_its_name():
    assert server_named("granian") is not server_named("uvicorn")


def test_emulator_answers_as_elsewhere(port: int):
    key = "sk-empiriolabs-granian"
    status, _ = call(
        port, "POST", "/v1/videos/generations", key, {"model": "wan-2-6", "prompt": "x"}
    )

    assert status == 202
    assert len(json.loads(call(port, "GET", "/v1/jobs", key)[1])["data"]) == 1


def test_late_slow_and_changed_answers_are_as_elsewhere(port: int):
    assert listed(port, {"delay_seconds": 0.01}).endswith(BODY)
    assert listed(port, {"drip_bytes_per_second": 1000}).endswith(BODY)
    assert listed(port, {"malformed": "body"}).endswith(b"\r\n\r\n" + BODY[:13])
    assert b'"code":"model_unavailable"' in listed(port, {"status": 503})


@pytest.mark.parametrize(
    ("action", "sent"),
    [
        ({"truncate_bytes": 9}, 9),
        ({"truncate_bytes": 9, "reset": "body"}, 9),
        ({"reset": "body"}, 13),
    ],
)
def test_cut_answer_ends_where_it_should_and_always_in_a_fin(port: int, action, sent):
    head, _, body = listed(port, action).partition(b"\r\n\r\n")

    assert b"content-length: 27" in head
    assert body == BODY[:sent]


@pytest.mark.parametrize("action", [{"reset": True}, {"drop": True}, {"malformed": True}])
def test_answer_that_should_not_begin_is_a_plain_500(port: int, action):
    head, _, body = listed(port, action).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 500 ")
    assert body == b"Internal server error"


def opened(running: Running) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", running.port), timeout=10)
    client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert client.recv(1000)
    return client


@pytest.mark.parametrize("number", sorted(stopping()))
def test_process_ends_at_once_and_says_nothing_while_an_answer_is_sent(number):
    with served("small") as running, opened(running):
        begun = time.perf_counter()

        assert running.stop(number) == (0, "")
        assert time.perf_counter() - begun < SOON


def test_application_hears_that_its_client_has_left():
    with served("small") as running:
        opened(running).close()

        assert running.said() == "the client has left\n"


def test_process_ends_with_its_lifeline():
    with served("lifeline") as running:
        assert running.process.wait(10) == 0


@pytest.mark.parametrize(("path", "error"), [("/defect", "LookupError"), ("/cancelled", "Cancel")])
def test_defect_of_the_application_is_told_on_standard_error(path: str, error: str):
    with served("small") as running:
        assert call(running.port, "GET", path, "any") == (500, b"Internal server error")
        status, errors = running.stop()

    assert status == 0
    assert error in errors


def test_what_keeps_it_from_serving_is_raised():
    with served("closed") as running:
        assert running.process.wait(10) == 1
        assert running.process.stderr is not None
        assert f"OSError: [Errno {9}] {os.strerror(9)}" in running.process.stderr.read()
