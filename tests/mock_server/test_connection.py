"""What goes on below the application: upgrades, garbage and pipelines, byte by byte."""

import json
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.app import create_app
from mock_server.connection import MOST_COPIED, Connection, unacknowledged
from mock_server.server import ThreadServer
from mock_server.settings import Settings
from mock_server.wire import FOLLOWED

BODY = b'{"model": "wan-2-6", "prompt": "x"}'
HEAD = b"Host: localhost\r\nx-api-key: sk-empiriolabs-%s\r\nContent-Type: application/json\r\n"
UPGRADE = (
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n"
)


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    with ThreadServer(create_app(Settings(clock="manual"))) as server:
        yield "127.0.0.1", int(server.url.rpartition(":")[2])


def whole(headers: list[tuple[bytes, bytes]], body: bytes) -> ASGIApp:
    """Return an application whose answer is all there at once."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        head = {"type": "http.response.start", "status": 200, "headers": headers}
        await send({**head, FOLLOWED: True})
        await send({"type": "http.response.body", "body": body})

    return app


def submission(account: bytes, more: bytes = b"", length: int = len(BODY)) -> bytes:
    head = HEAD % account + b"Content-Length: %d\r\n" % length + more
    return b"POST /v1/videos/generations HTTP/1.1\r\n" + head + b"\r\n"


def talk(address: tuple[str, int], *pieces: bytes, answers: int = 1) -> bytes:
    """Send *pieces* one after the other and return what comes until there are *answers*, or the end."""
    received = b""
    with socket.create_connection(address, timeout=10) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            client.sendall(piece)
        while len(statuses(received)) < answers or not received.endswith(b"}"):
            more = client.recv(65536)
            if not more:
                break
            received += more
    return received


def statuses(answers: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answers)]


def jobs(address: tuple[str, int], account: bytes) -> int:
    request = b"GET /v1/jobs HTTP/1.1\r\nConnection: close\r\n" + HEAD % account + b"\r\n"
    return len(json.loads(talk(address, request).partition(b"\r\n\r\n")[2])["data"])


@pytest.mark.parametrize("upgrade", [UPGRADE, b"Connection: upgrade\r\nUpgrade: websocket\r\n"])
def test_offered_upgrade_is_not_taken_and_the_body_is_read(address, capfd, upgrade):
    """As Java's client and curl --http2 offer it with every request."""
    assert statuses(talk(address, submission(b"up", upgrade) + BODY)) == [202]
    assert statuses(talk(address, submission(b"up", upgrade), BODY[:9], BODY[9:])) == [202]
    assert capfd.readouterr().err == ""


def test_requests_follow_one_that_offered_an_upgrade(address):
    one = submission(b"again", UPGRADE) + BODY

    assert statuses(talk(address, one + one, one, answers=3)) == [202, 202, 202]
    assert jobs(address, b"again") == 3


def test_connect_is_refused(address):
    answer = talk(address, b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n")

    assert statuses(answer) == [400]
    assert b"this is no proxy" in answer


@pytest.mark.parametrize("garbage", [b"}}}", b"GARBAGE\r\n\r\n"])
def test_job_that_was_accepted_is_answered_before_garbage_ends_the_connection(address, garbage):
    account = b"tail-%d" % len(garbage)

    assert statuses(talk(address, submission(account) + BODY + garbage, answers=2)) == [202]
    assert jobs(address, account) == 1


def test_pipelined_requests_before_garbage_are_answered_or_not_carried_out(address):
    one = submission(b"pipe") + BODY
    answered = statuses(talk(address, one * 3 + b"GARBAGE\r\n\r\n", answers=4))

    assert set(answered) == {202}
    assert jobs(address, b"pipe") == len(answered)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        submission(b"chunk", b"Transfer-Encoding: chunked\r\n").replace(
            b"Content-Length: 35\r\n", b""
        )
        + b"zz\r\n",
    ],
)
def test_what_is_not_http_is_refused_in_the_envelope(address, request_bytes):
    head, _, body = talk(address, request_bytes).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"x-request-id: " in head
    assert json.loads(body)["error"]["code"] == "invalid_request"


@pytest.mark.parametrize("size", [10, MOST_COPIED + 1])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_whole_answer_is_sent_as_any_other(method, size):
    body = b"x" * size if method == "GET" else b""
    with ThreadServer(whole([(b"content-length", b"%d" % size)], body)) as server:
        answers = [requests.request(method, server.url, timeout=10) for _ in range(2)]

    for answer in answers:
        assert (answer.status_code, answer.content) == (200, body)
        assert answer.headers["content-length"] == str(size)
        assert "date" in answer.headers


def test_body_that_was_to_be_whole_may_come_in_parts():
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def in_parts(message: Message) -> None:
            if message["type"] == "http.response.body":
                await send({**message, "more_body": True})
                message = {**message, "body": b"yz"}
            await send(message)

        await whole([(b"content-length", b"3")], b"x")(scope, receive, in_parts)

    with ThreadServer(app) as server:
        assert requests.get(server.url, timeout=10).content == b"xyz"


@pytest.mark.parametrize("headers", [[], [(b"Content-Length", b"3")]])
def test_whole_body_that_its_head_does_not_announce_is_framed_by_the_server(headers):
    """An application around the emulator may have changed either."""
    with ThreadServer(whole(headers, b"xyz")) as server, requests.Session() as session:
        answers = [session.get(server.url, timeout=10) for _ in range(2)]

    assert [answer.content for answer in answers] == [b"xyz", b"xyz"]


@pytest.mark.parametrize("value", [b"a\nb", b"a\rb", b"a\r\nb: c", b"a\0b"])
def test_value_of_a_header_cannot_end_its_line(value):
    app = whole([(b"content-length", b"1"), (b"a", value)], b"x")
    with ThreadServer(app) as server, pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=10)


def test_what_has_not_arrived_is_known_of_sockets_only():
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(listener.getsockname())
        server, _ = listener.accept()
        with server:
            server.setblocking(False)
            sent = server.send(bytes(1_000_000))

            assert 0 < unacknowledged(server.fileno()) <= sent
    with Path(os.devnull).open() as file:
        assert unacknowledged(file.fileno()) == 0


@pytest.mark.parametrize("is_sent", [True, False])
def test_idle_connection_is_not_closed_on_a_request_that_is_there(is_sent):
    with ThreadServer(create_app(Settings())) as server:
        address = "127.0.0.1", int(server.url.rpartition(":")[2])
        with socket.create_connection(address, timeout=10) as client:
            ask = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
            client.sendall(ask)
            client.recv(65536)

            def end_waiting() -> None:
                """Nothing is read meanwhile: it is the thread that reads."""
                if is_sent:
                    client.sendall(ask)
                assert server._running is not None
                (connection,) = server._running[0].server_state.connections
                assert isinstance(connection, Connection)
                connection.timeout_keep_alive_handler()

            server.call(end_waiting)
            assert client.recv(65536)[:12] == (b"HTTP/1.1 200" if is_sent else b"")


def test_idle_connection_that_is_being_closed_is_let_alone():
    """Its socket may have no descriptor any more when its time is up, and the news that it is lost still wait."""
    connection = object.__new__(Connection)
    closing: Any = SimpleNamespace(is_closing=lambda: True)
    connection.transport = closing

    connection.timeout_keep_alive_handler()
