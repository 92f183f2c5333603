"""An emulator behind a real connection, and plain clients of it."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings


class Server:
    """An emulator with a client for each account; *ended* counts GETs of models whose handling has ended."""

    def __init__(self, url: str, ended: threading.Semaphore) -> None:
        self.url = url
        self.ended = ended

    def post(self, account: str, operation: str, times: int | None = 1, **action: Any) -> Any:
        """Add a fault and return what the control interface says of it."""
        body = {"operation": operation, "times": times, "action": action}
        answer = self.call(account, "POST", "/_mock/faults", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def call(self, account: str, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"x-api-key": f"sk-empiriolabs-{account}"}
        more = {"timeout": 10, **more}
        return requests.request(method, self.url + path, headers=headers, **more)

    def submit(self, account: str, prompt: str = "a", **more: Any) -> requests.Response:
        body = {"model": "wan-2-6", "prompt": prompt, "resolution": "720p"}
        return self.call(account, "POST", "/v1/videos/generations", json=body, **more)

    def video(self, account: str, scenario: str) -> str:
        """Return the URL of a finished video whose prompt names *scenario*."""
        path = self.submit(account, f"a @mock:{scenario}").json()["poll_url"]
        url: str = self.call(account, "GET", path).json()["result"]["data"][0]["url"]
        return url

    def talk(self, request: bytes, *, slowly: bool = False) -> tuple[bytes, str]:
        """Send *request* and return what comes, and how it ends: ``fin`` or ``reset``."""
        with self.connect(holds=32768 if slowly else None) as client:
            client.sendall(request)
            received = bytearray()
            while True:
                try:
                    piece = client.recv(1000 if slowly else 65536)
                except ConnectionResetError:
                    return bytes(received), "reset"
                if not piece:
                    return bytes(received), "fin"
                received += piece

    def connect(self, *, holds: int | None = None) -> socket.socket:
        """Return a connection; its system takes in about *holds* bytes that nobody has read."""
        client = socket.socket()
        client.settimeout(10)
        if holds is not None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, holds)
        name, port = self.url.removeprefix("http://").split(":")
        client.connect((name, int(port)))
        return client


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    inner = create_app(Settings(latency="instant"))
    ended = threading.Semaphore(0)

    async def app(scope, receive, send):
        try:
            await inner(scope, receive, send)
        finally:
            if scope["path"] == "/v1/models":
                ended.release()

    with ThreadServer(app) as running:
        yield Server(running.url, ended)
