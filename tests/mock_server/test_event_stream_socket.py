"""GET /_mock/events over a real connection: it flows, ends with its client, its slowness and its server."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from mock_server.app import create_app
from mock_server.events import MOST_WAITING
from mock_server.server import ThreadServer
from mock_server.settings import Settings
from tests.client import Client, Time

KEY = "sk-empiriolabs-tests"
HEADERS = {"x-api-key": KEY}
ASK = f"GET /_mock/events HTTP/1.1\r\nHost: 127.0.0.1\r\nx-api-key: {KEY}\r\n\r\n".encode()
SOON = 1.0  # seconds; a stop takes a fiftieth of it, but the machine may be busy
LONG = "x" * 8000


class Server:
    """An emulator behind a socket; *ended* counts the streams that have come to their end."""

    def __init__(self) -> None:
        self.app = create_app(Settings(clock="manual"))
        self.ended = threading.Semaphore(0)
        self.running = ThreadServer(self.answer)

    async def answer(self, scope, receive, send):
        try:
            await self.app(scope, receive, send)
        finally:
            if scope["path"] == "/_mock/events":
                self.ended.release()

    def get(self, path: str) -> requests.Response:
        return requests.get(self.running.url + path, headers=HEADERS, timeout=10)

    def listen(self, *, holds: int | None = None) -> socket.socket:
        """Return a connection that has asked; its system takes in about *holds* bytes that nobody has read."""
        client = socket.socket()
        client.settimeout(10)
        if holds is not None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, holds)
        client.connect(("127.0.0.1", int(self.running.url.rpartition(":")[2])))
        client.sendall(ASK)
        return client


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    with server.running:
        yield server


def until(client: socket.socket, mark: bytes) -> bytes:
    """Return what comes until *mark*, or until the end."""
    received = b""
    while mark not in received:
        piece = client.recv(65536)
        if not piece:
            break
        received += piece
    return received


def test_events_flow_as_they_happen(server):
    with server.listen() as client:
        head = until(client, b"event: hello")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"\r\ncontent-type: text/event-stream; charset=utf-8\r\n" in head
        assert b"\r\ncache-control: no-store\r\n" in head

        assert server.get("/v1/models").status_code == 200
        assert b'"operation":"models"' in until(client, b"event: request\ndata: {")


def test_stream_ends_when_its_client_leaves(server):
    with server.listen() as client:
        until(client, b"event: hello")

    assert server.ended.acquire(timeout=10)
    assert server.get("/v1/models").status_code == 200


def test_server_with_a_listener_stops_within_a_second(server):
    with server.listen() as client:
        until(client, b"event: hello")
        begun = time.perf_counter()
        server.running.stop()

        assert time.perf_counter() - begun < SOON
        assert server.ended.acquire(blocking=False)
        with contextlib.suppress(ConnectionResetError):
            until(client, b"never")


def test_reader_who_takes_nothing_is_dropped(server):
    with server.listen(holds=32768) as client, asyncio.Runner() as runner:
        assert b"event: hello" in until(client, b"event: hello")
        elsewhere = Client(server.app, runner, Time(), KEY)
        sent = 0
        while not server.ended.acquire(blocking=False):
            elsewhere.get(f"/v1/models?{LONG}")
            sent += 1
            if sent % 50 == 0:
                assert server.get("/health").ok  # the server has had the time to send what it can
            assert sent < 20 * MOST_WAITING
        received = until(client, b"never")  # up to the end of the connection

    assert sent > MOST_WAITING
    assert 0 < received.count(b"event: request") < sent
