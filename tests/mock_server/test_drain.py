"""A server that is to let open connections end: what they may still do after SIGTERM."""

import asyncio
import contextlib
import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import uvloop

from mock_server.connection import Connection
from mock_server.server import bind, serve
from mock_server.shutdown import QuickServer
from tests.listener import wait_for_refusal

LONG = 30.0  # seconds, of which none is waited for
SOON = 5.0  # what takes a tenth of a second, on a busy machine
HEADERS = [(b"content-length", b"5")]
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def hello(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b"hello"})


def terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def serve_to(client: Callable[[http.client.HTTPConnection], object], app, drain: float) -> float:
    """Serve *app* until a signal to one *client*; return how many seconds it took."""

    def talk(url: str) -> None:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=LONG)
        with contextlib.closing(connection):
            client(connection)

    def start(url: str) -> None:
        threading.Thread(target=talk, args=(url,)).start()

    begun = time.perf_counter()
    serve(app, bind("127.0.0.1", 0), on_ready=start, drain_seconds=drain)
    return time.perf_counter() - begun


def test_an_idle_connection_is_answered_once_more_and_told_that_it_ends():
    seen = []

    def client(connection):
        for _ in range(2):
            connection.request("GET", "/")
            with connection.getresponse() as response:
                seen.append((response.read(), response.getheader("connection")))
            terminate()
            wait_for_refusal(f"{connection.host}:{connection.port}")

    assert serve_to(client, hello, LONG) < LONG
    assert seen == [(b"hello", None), (b"hello", "close")]


def test_an_answer_under_way_ends():
    async def app(scope, receive, send):
        terminate()
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        for letter in b"hello":
            await asyncio.sleep(0.03)  # all of it takes longer than what no drain leaves
            more = {"body": bytes([letter]), "more_body": letter != ord("o")}
            await send({"type": "http.response.body", **more})

    def client(connection):
        connection.request("GET", "/")
        with connection.getresponse() as response:
            seen.append(response.read())

    seen: list[bytes] = []
    assert serve_to(client, app, LONG) < LONG
    assert seen == [b"hello"]


async def endless(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"data", "more_body": True})
    await asyncio.Event().wait()


def test_a_second_signal_cuts_what_goes_on():
    def client(connection):
        connection.request("GET", "/")
        with connection.getresponse() as response:
            response.read(4)
            while response.isclosed() is False:
                terminate()
                with contextlib.suppress(TimeoutError, http.client.HTTPException, OSError):
                    connection.sock.settimeout(0.05)
                    if not connection.sock.recv(1):
                        return

    assert serve_to(client, endless, LONG) < LONG


def test_what_goes_on_is_cut_after_the_time_for_it():
    def client(connection):
        connection.request("GET", "/")
        with connection.getresponse() as response:
            response.read(4)
            terminate()
            with contextlib.suppress(http.client.HTTPException, OSError):
                response.read()

    assert 0.2 <= serve_to(client, endless, 0.2) < 0.2 + SOON


def test_connections_that_wait_to_be_accepted_are_served():
    """They cannot be told from those that were: their clients have sent their requests."""

    async def main() -> None:
        sock = bind("127.0.0.1", 0)
        server = QuickServer(hello, drain_seconds=LONG)
        server.config.load()
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup(sockets=[sock])
        for _ in range(3):
            client = socket.create_connection(sock.getsockname(), timeout=LONG)
            client.sendall(GET)
            clients.append(client)
        await server.shutdown(sockets=[sock])

    clients: list[socket.socket] = []
    uvloop.run(main())
    answers = []
    for client in clients:
        with client, client.makefile("rb") as stream:
            answers.append(stream.read())

    assert len(answers) == 3
    for answer in answers:
        assert b"\r\nconnection: close\r\n" in answer
        assert answer.endswith(b"\r\n\r\nhello")


@pytest.mark.parametrize(("response_started", "keep_alive"), [(False, False), (True, True)])
def test_answer_that_has_not_begun_is_the_last_of_its_connection(response_started, keep_alive):
    cycle = SimpleNamespace(response_started=response_started, keep_alive=True)
    busy: Any = SimpleNamespace(cycle=cycle)
    idle: Any = SimpleNamespace(cycle=None)
    Connection.leave(busy)
    Connection.leave(idle)

    assert cycle.keep_alive is keep_alive
