"""What a client at the other end of a real connection sees of each fault."""

import contextlib
import http.client
import json
import re
import socket
import time
from typing import Any

import pytest
import requests

from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings

SOON = 1.0  # seconds; what is meant takes a tenth of it, but the machine may be busy
MODELS = b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nx-api-key: sk-empiriolabs-%s\r\n\r\n"
LAST = MODELS.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")


def parts(answer: bytes) -> tuple[int, int, bytes]:
    """Return the status, the announced length and the body of the last of the answers."""
    head, _, body = answer.rpartition(b"\r\n\r\n")
    status = re.findall(rb"HTTP/1.1 (\d+) ", head)[-1]
    length = re.findall(rb"content-length: (\d+)", head)[-1]
    return int(status), int(length), body


def test_reset_is_a_reset_before_a_byte(server):
    server.post("reset", "models", reset=True)

    assert server.talk(MODELS % b"reset") == (b"", "reset")
    server.post("reset", "models", reset=True)
    with pytest.raises(requests.ConnectionError, match="Connection reset by peer"):
        server.call("reset", "GET", "/v1/models")
    assert server.call("reset", "GET", "/v1/models").status_code == 200


@pytest.mark.parametrize("slowly", [False, True])
@pytest.mark.parametrize("size", [10, 400_000])
def test_reset_in_the_body_comes_after_what_was_sent_has_arrived(server, size, slowly):
    account = f"mid-{size}-{slowly}"
    server.post(account, "models", body="x" * 2 * size, reset="body")
    answer, ending = server.talk(MODELS % account.encode(), slowly=slowly)

    assert parts(answer) == (200, 2 * size, b"x" * size)
    assert ending == "reset"


def test_reset_comes_after_so_many_bytes(server):
    server.post("bytes", "models", reset="body", truncate_bytes=7, body="0123456789")
    answer, ending = server.talk(MODELS % b"bytes")

    assert (parts(answer), ending) == ((200, 10, b"0123456"), "reset")


def test_drop_is_an_end_without_an_answer(server):
    server.post("drop", "models", drop=True)

    assert server.talk(MODELS % b"drop") == (b"", "fin")
    server.post("drop", "models", drop=True)
    with pytest.raises(requests.ConnectionError, match="closed connection without response"):
        server.call("drop", "GET", "/v1/models")


def test_truncated_body_is_shorter_than_its_length(server):
    server.post("cut", "models", truncate_bytes=7, body="0123456789")
    answer, ending = server.talk(MODELS % b"cut")

    assert (parts(answer), ending) == ((200, 10, b"0123456"), "fin")
    server.post("cut", "models", truncate_bytes=0)
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="0 bytes read"):
        server.call("cut", "GET", "/v1/models")


def test_body_that_is_short_enough_is_whole_and_the_connection_goes_on(server):
    server.post("whole", "models", truncate_bytes=10, body="0123456789")
    answer, ending = server.talk(MODELS % b"whole" + LAST % b"whole")

    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert b"0123456789HTTP/1.1" in answer
    assert ending == "fin"


def test_malformed_answer_is_no_http(server):
    server.post("garbage", "models", malformed=True)
    with contextlib.closing(http.client.HTTPConnection(server.url[7:])) as connection:
        connection.request("GET", "/v1/models", headers={"x-api-key": "sk-empiriolabs-garbage"})
        with pytest.raises(http.client.BadStatusLine):
            connection.getresponse()


def test_malformed_body_is_no_json_though_its_length_is_right(server):
    server.post("half", "models", malformed="body")
    answer = server.call("half", "GET", "/v1/models")

    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_status_body_and_headers_are_those_of_the_fault(server):
    headers = {"Content-Type": "text/plain", "X-Proxy": "one"}
    server.post("page", "usage", status=504, body="late", headers=headers)
    answer = server.call("page", "GET", "/v1/account/usage")

    assert (answer.status_code, answer.text) == (504, "late")
    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers["x-proxy"] == "one"


def test_drip_is_as_slow_as_it_says(server):
    server.post("drip", "models", drip_bytes_per_second=1000, body="x" * 200)
    begun = time.perf_counter()
    answer = server.call("drip", "GET", "/v1/models")

    assert len(answer.content) == 200
    assert 0.2 <= time.perf_counter() - begun < SOON


def test_answer_is_late(server):
    server.post("late", "models", delay_seconds=0.1)
    begun = time.perf_counter()

    assert server.call("late", "GET", "/v1/models").json()["data"]
    assert 0.1 <= time.perf_counter() - begun < SOON
    server.post("late", "models", delay_seconds=3600)
    with pytest.raises(requests.ReadTimeout):
        requests.get(
            f"{server.url}/v1/models", headers={"x-api-key": "sk-empiriolabs-late"}, timeout=0.05
        )


def test_client_that_leaves_what_is_under_way_ends_it_at_once(server):
    """A reset waits for what was sent to arrive, but not for a client that is gone."""
    server.post("under-way", "models", body="x" * 1_000_000, reset="body")
    while server.ended.acquire(blocking=False):
        pass
    with server.connect(holds=4096) as client:
        client.sendall(MODELS % b"under-way")
        assert client.recv(100)

    assert server.ended.acquire(timeout=SOON)


@pytest.mark.parametrize("action", [{"delay_seconds": 3600}, {"drip_bytes_per_second": 1}])
@pytest.mark.parametrize("more", [b"", MODELS % b"leave" * 3])
def test_client_that_leaves_ends_it_at_once(server, action, more):
    """Also when it has asked for more already."""
    server.post("leave", "models", times=None, **action)
    while server.ended.acquire(blocking=False):
        pass
    with server.connect() as client:
        client.sendall(MODELS % b"leave" + more)
        if "delay_seconds" not in action:
            assert client.recv(100)
        else:
            # So that the request is being handled when the client leaves.
            server.call("leave", "GET", "/_mock/faults")
    server.call("leave", "DELETE", "/_mock/faults")

    assert server.ended.acquire(timeout=SOON)


@pytest.mark.parametrize("action", [{"delay_seconds": 3600}, {"drip_bytes_per_second": 1}])
def test_server_stops_at_once_in_the_midst_of_it(caplog, action):
    with ThreadServer(create_app(Settings())) as running:
        faults = f"{running.url}/_mock/faults?account=stop"
        requests.post(faults, json={"operation": "models", "action": action}, timeout=10)
        name, port = running.url.removeprefix("http://").split(":")
        with socket.create_connection((name, int(port)), timeout=10) as client:
            client.sendall(MODELS % b"stop")
            while requests.get(faults, timeout=10).json()["data"][0]["struck"] == 0:
                pass
            begun = time.perf_counter()
            running.stop()
            took = time.perf_counter() - begun

    assert took < SOON
    assert caplog.records == []


@pytest.mark.parametrize(
    ("action", "ending"),
    [({"reset": True}, "reset"), ({"drop": True}, "fin"), ({"truncate_bytes": 3}, "fin")],
)
def test_pipelined_requests_are_answered_until_the_connection_is_cut(server, action, ending):
    account = "pipe-" + "-".join(action)
    body = {"operation": "models", "after": 2, "times": 1, "action": action}
    server.call(account, "POST", "/_mock/faults", json=body)
    answer, end = server.talk(MODELS % account.encode() * 3)
    whole = answer.count(b"HTTP/1.1 200 OK")

    assert end == ending
    assert whole == (3 if "truncate_bytes" in action else 2)
    assert server.call(account, "GET", "/_mock/faults").json()["data"][0]["seen"] == 3


@pytest.mark.parametrize("action", [{"reset": True}, {"drop": True}, {"truncate_bytes": 3}])
def test_nothing_is_carried_out_behind_a_cut(server, action):
    """A request that was sent with the one that is struck is not answered, so it must not make a job."""
    account = "behind-" + "-".join(action)
    server.post(account, "models", **action)
    body = b'{"model": "wan-2-6", "prompt": "a"}'
    head = (
        b"POST /v1/videos/generations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"x-api-key: sk-empiriolabs-%s\r\nContent-Length: %d\r\n\r\n"
        % (account.encode(), len(body))
    )
    server.talk(MODELS % account.encode() + head + body)

    assert server.call(account, "GET", "/v1/jobs").json()["data"] == []


def test_head_is_struck_without_a_body(server):
    url = server.video("head", "poll-503")
    server.post("head", "download", times=None, truncate_bytes=5, drip_bytes_per_second=1)
    answer = requests.head(url, timeout=SOON)

    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 1000
    head = f"HEAD {url.removeprefix(server.url)} HTTP/1.1\r\nHost: localhost\r\n"
    received, _ = server.talk(f"{head}\r\n{head}Connection: close\r\n\r\n".encode())
    assert received.count(b"HTTP/1.1 200 OK") == 2


def test_answer_that_the_client_did_not_wait_for_is_none_in_the_journal(server):
    """A client that gives up too early pays twice; whoever looks wants to see that it got no answer."""
    server.post("impatient", "list", delay_seconds=30)
    with pytest.raises(requests.ReadTimeout):
        server.call("impatient", "GET", "/v1/jobs", timeout=0.1)

    entries: list[Any] = []
    while not entries:
        entries = server.call("impatient", "GET", "/_mock/requests").json()["data"]
    (entry,) = entries
    assert (entry["status"], entry["answer"]["body"], entry["fault"]) == (None, None, "fault_1")
