"""/_mock/events: everything that happens in an account, as it happens."""

import asyncio
import contextlib
import http.client
import json
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any

import pytest

from mock_server.app import create_app
from mock_server.calls import Call
from mock_server.clock import system_now
from mock_server.event_stream import PING, EventStream
from mock_server.events import GAP_SECONDS, MOST_WAITING, Listener
from mock_server.server import ThreadServer
from mock_server.settings import Settings

EVENTS = "/_mock/events"
KEY = "sk-empiriolabs-tests"
SECONDS = 5.0  # until something that does not come is missed


@dataclass
class Stream:
    """A client that listens in-process; *heard* has kind and data of each event."""

    messages: list[Any]
    gone: asyncio.Event
    task: asyncio.Task[None]

    @property
    def heard(self):
        body = b"".join(message.get("body", b"") for message in self.messages)
        blocks = [block.split(b"\n") for block in body.split(b"\n\n") if b"data: " in block]
        return [
            (block[-2].decode().removeprefix("event: "), json.loads(block[-1][6:]))
            for block in blocks
        ]

    @property
    def kinds(self):
        return [kind for kind, _ in self.heard]

    def of(self, kind):
        return [data for found, data in self.heard if found == kind]

    async def until(self, kind, count=1):
        """Return once *count* events of *kind* were heard."""
        async with asyncio.timeout(SECONDS):
            while self.kinds.count(kind) < count:  # noqa: ASYNC110 - the emulator does not tell tests
                await asyncio.sleep(0)

    async def leave(self):
        self.gone.set()
        async with asyncio.timeout(SECONDS):
            await self.task


async def listening(client, account="tests"):
    """Return a stream that has said hello."""
    messages, gone = [], asyncio.Event()

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        messages.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": EVENTS,
        "query_string": f"account={account}".encode(),
        "headers": [(b"host", b"127.0.0.1")],
    }
    task = asyncio.ensure_future(client.app(scope, receive, send))
    stream = Stream(messages, gone, task)
    await stream.until("hello")
    return stream


async def ask(client, method, target, fields=None):
    body = b"" if fields is None else json.dumps(fields).encode()
    return await client._send(method, target, body, {})


async def submitted(client, **fields):
    fields = {"model": "wan-2-6", "prompt": "a", **fields}
    return (await ask(client, "POST", "/v1/videos/generations", fields)).json["job_id"]


@pytest.fixture
def play(runner):
    """Return a function that lets a scene with one listener run to its end."""

    def run(client, scene):
        async def go():
            stream = await listening(client)
            try:
                await scene(stream)
            finally:
                await stream.leave()
            return stream

        return runner.run(go())

    return run


def test_stream_begins_with_hello(play, client):
    async def scene(stream):
        pass

    stream = play(client, scene)
    head = stream.messages[0]
    headers = dict(head["headers"])
    clock = {"emulator": "wan-mock", "mode": "real", "now": "2026-11-22T18:00:00.000Z"}
    assert head["status"] == 200
    assert headers[b"content-type"] == b"text/event-stream; charset=utf-8"
    assert headers[b"cache-control"] == b"no-store"
    assert b"content-length" not in headers
    assert stream.heard == [
        ("hello", {"account": "tests", "clock": clock, "now": "2026-11-22T18:00:00.000Z"})
    ]
    assert stream.messages[1]["body"].startswith(b"retry: 1000\nid: 1\nevent: hello\n")


def test_submission_is_told_as_request_job_and_account(play, client):
    async def scene(stream):
        await submitted(client)
        await stream.until("account")

    stream = play(client, scene)
    assert stream.kinds == ["hello", "request", "job", "account"]
    request, job, account = (data for _, data in stream.heard[1:])
    assert (request["operation"], request["status"]) == ("submit", 202)
    assert "headers" not in request
    assert "request" not in request
    assert job == client.get(f"/_mock/jobs/{request['job_id']}").json
    assert account == client.get("/_mock/account").json
    assert account["held"] > 0


def test_every_visible_change_of_a_job_on_a_skipping_clock(play, make_client):
    client = make_client(clock="skip", latency=3600)

    async def scene(stream):
        job_id = await submitted(client)
        for _ in range(12):
            await ask(client, "GET", f"/v1/jobs/{job_id}")
        await stream.until("job", 12)

    stream = play(client, scene)
    jobs = stream.of("job")
    assert [job["status"] for job in jobs] == ["queued", *["processing"] * 10, "completed"]
    assert [int(job["progress"] * 10) for job in jobs] == [0, *range(10), 10]
    assert jobs[-1]["url"].startswith("http://127.0.0.1:8026/media/")
    assert stream.of("account")[-1]["spent"] > 0
    assert len(stream.of("clock")) == 11


def test_advanced_clock_is_told_with_what_it_moves(play, manual):
    async def scene(stream):
        await submitted(manual)
        await submitted(manual)
        await ask(manual, "POST", "/_mock/clock/advance", {"seconds": 300})
        await stream.until("clock")

    stream = play(manual, scene)
    assert [job["status"] for job in stream.of("job")] == ["queued"] * 2 + ["completed"] * 2
    assert stream.of("clock")[0]["now"] == "2026-11-22T18:05:00.000Z"


def test_clock_that_is_set_is_told(play, client):
    async def scene(stream):
        await ask(client, "PUT", "/_mock/clock", {"mode": "manual"})
        await ask(client, "PUT", "/_mock/clock", {"mode": "manual"})
        await stream.until("clock")

    stream = play(client, scene)
    assert [clock["mode"] for clock in stream.of("clock")] == ["manual"]


def test_cancelled_and_failed_jobs_are_told(play, manual):
    async def scene(stream):
        one, two = await submitted(manual), await submitted(manual)
        await ask(manual, "POST", f"/v1/jobs/{one}/cancel")
        await ask(manual, "POST", f"/_mock/jobs/{two}/fail")
        await stream.until("job", 4)

    stream = play(manual, scene)
    assert [job["status"] for job in stream.of("job")[2:]] == ["cancelled", "failed"]


def test_patched_account_is_told(play, client):
    async def scene(stream):
        await ask(client, "PATCH", "/_mock/account", {"balance": 5})
        await stream.until("account")

    assert play(client, scene).of("account")[0]["balance"] == 5


def test_time_that_passes_is_told_though_nobody_asks(play, make_client):
    client = make_client(latency=300)

    async def scene(stream):
        await submitted(client)
        await stream.until("job")
        client.time.pass_seconds(300)
        # The next look is due at the start of the job; a call of the control interface looks at once.
        await ask(client, "GET", "/_mock/clock")
        await stream.until("job", 2)

    assert [job["status"] for job in play(client, scene).of("job")] == ["queued", "completed"]


def test_jobs_go_on_by_themselves_on_a_real_clock(play, make_client):
    """With the machine's own time: nobody asks, and every change is told."""
    client = make_client(time=system_now, latency=0.5)

    async def scene(stream):
        await submitted(client)
        await stream.until("account", 2)

    jobs = play(client, scene).of("job")
    assert [job["status"] for job in jobs] == ["queued", *["processing"] * 10, "completed"]


def test_stuck_jobs_are_waited_for_in_vain(play, make_client):
    client = make_client(clock="manual")

    async def scene(stream):
        await submitted(client, prompt="@mock:stuck")
        await ask(client, "POST", "/_mock/clock/advance", {"seconds": 100_000})
        await ask(client, "PUT", "/_mock/clock", {"mode": "real"})
        await stream.until("clock", 2)

    jobs = play(client, scene).of("job")
    assert [(job["status"], job["progress"]) for job in jobs] == [
        ("queued", 0),
        ("processing", 0.5),
    ]


def test_forgotten_account_is_reset_and_the_stream_goes_on(play, client):
    async def scene(stream):
        await submitted(client)
        await ask(client, "DELETE", "/_mock/account")
        await stream.until("reset")
        await submitted(client)
        await stream.until("account", 2)

    stream = play(client, scene)
    after = stream.kinds[stream.kinds.index("reset") :]
    assert after == ["reset", "request", "job", "clock", "account"]
    assert stream.of("reset") == [{"account": "tests"}]


def test_request_that_was_under_way_when_its_account_was_forgotten_is_told(play, client):
    async def scene(stream):
        path, headers = "/v1/videos/generations", {"content-type": "text/plain"}
        await client._send("POST", path, b"{}", headers, ("DELETE", "/_mock/account"))
        await stream.until("request")

    stream = play(client, scene)
    assert stream.kinds == ["hello", "reset", "request"]
    assert stream.of("request")[0]["status"] == 415


def test_job_that_ends_at_once_is_told_once(play, make_client):
    client = make_client(latency="instant")

    async def scene(stream):
        job_id = await submitted(client)
        await ask(client, "GET", f"/v1/jobs/{job_id}")
        await stream.until("request", 2)

    assert [job["status"] for job in play(client, scene).of("job")] == ["completed"]


def test_listener_who_comes_while_the_account_is_forgotten_hears_hello(play, client):
    async def scene(stream):
        await ask(client, "DELETE", "/_mock/account")
        await stream.until("reset")
        second = await listening(client)
        await second.leave()
        assert second.kinds[0] == "hello"

    play(client, scene)


def test_numbers_count_up_and_listeners_hear_the_same(play, client):
    seconds = []

    async def scene(stream):
        second = await listening(client)
        await submitted(client)
        await stream.until("account")
        await second.leave()
        seconds.append(second)

    stream = play(client, scene)
    assert stream.kinds == ["hello", "request", "job", "account"]
    assert seconds[0].heard[1:] == stream.heard[1:]
    body = b"".join(message.get("body", b"") for message in stream.messages[1:])
    numbers = [int(line[4:]) for line in body.split(b"\n") if line.startswith(b"id: ")]
    assert numbers == sorted(set(numbers))


def test_other_accounts_hear_nothing(play, client):
    async def scene(stream):
        await ask(client.as_("sk-empiriolabs-other"), "GET", "/v1/jobs")
        await ask(client, "GET", "/v1/jobs")
        await stream.until("request")

    assert len(play(client, scene).of("request")) == 1


def test_keys_are_told_to_nobody(play, client):
    async def scene(stream):
        await submitted(client, prompt="my key is sk-empiriolabs-tests.hidden")
        await ask(
            client, "GET", "/v1/jobs/sk-empiriolabs-tests.hidden?a=sk-empiriolabs-tests.hidden"
        )
        await stream.until("request", 2)

    stream = play(client, scene)
    assert stream.of("job")[0]["prompt"] == "my key is sk-empiriolabs-[redacted]"
    assert not any(b"hidden" in message.get("body", b"") for message in stream.messages)


def test_quiet_stream_says_that_it_is_still_there(runner, client):
    """So that proxies leave the connection open, and browsers find out that it is gone."""
    events, account = client.app._observer._events, client.app._observer._emulator.account("tests")
    sent, two = [], asyncio.Event()

    async def send(message):
        sent.append(message.get("body"))
        if sent.count(PING) == 2:
            two.set()

    async def receive():
        await two.wait()
        return {"type": "http.disconnect"}

    async def go():
        call = Call({"type": "http"}, receive, account)
        answer = await EventStream(events, ping_seconds=0.01).listen(call)
        async with asyncio.timeout(SECONDS):
            await answer.send(send, request_id="req_1", with_body=True)

    runner.run(go())
    assert sent[-1] == PING


def test_stream_that_cannot_be_sent_ends_with_what_the_server_says(runner, client):
    account = client.app._observer._emulator.account("tests")

    async def send(message):
        raise OSError("gone")

    async def receive():
        await asyncio.Event().wait()

    async def go():
        call = Call({"type": "http"}, receive, account)
        answer = await EventStream(client.app._observer._events).listen(call)
        await answer.send(send, request_id="req_1", with_body=True)

    with pytest.raises(OSError, match="gone"):
        runner.run(go())
    assert not client.app._observer._events.are_heard


def test_reader_who_does_not_keep_up_is_let_go_on_any_server(runner, client):
    stuck = asyncio.Event()
    events, account = client.app._observer._events, client.app._observer._emulator.account("tests")

    async def send(message):
        if message["type"] == "http.response.body":
            await stuck.wait()

    async def receive():
        await stuck.wait()

    async def go():
        call = Call({"type": "http"}, receive, account)
        answer = await EventStream(events).listen(call)
        task = asyncio.ensure_future(answer.send(send, request_id="req_1", with_body=True))
        async with asyncio.timeout(4 * SECONDS):
            while not task.done():
                await ask(client, "GET", "/v1/jobs")
                await asyncio.sleep(0)
        await task

    runner.run(go())
    assert not events.are_heard


def test_request_answered_by_another_event_loop_is_told_too(runner, client):
    """As when a test calls the application from threads of its own."""

    def elsewhere():
        asyncio.run(ask(client, "GET", "/v1/jobs"))

    async def go():
        stream = await listening(client)
        await asyncio.to_thread(elsewhere)
        await stream.until("request")
        await stream.leave()
        return stream

    assert runner.run(go()).of("request")[0]["operation"] == "list"


def test_listeners_in_two_event_loops_hear_the_same(runner, client):
    def elsewhere(ready, done, heard):
        async def go():
            stream = await listening(client)
            ready.set()
            await stream.until("request")
            heard.extend(stream.kinds)
            await stream.leave()

        asyncio.run(go())
        done.set()

    async def go():
        stream = await listening(client)
        ready, done, heard = threading.Event(), threading.Event(), list[str]()
        thread = threading.Thread(target=elsewhere, args=(ready, done, heard))
        thread.start()
        await asyncio.to_thread(ready.wait, SECONDS)
        await ask(client, "GET", "/v1/jobs")
        await stream.until("request")
        await asyncio.to_thread(done.wait, SECONDS)
        thread.join()
        await stream.leave()
        return heard

    assert "request" in runner.run(go())
    assert not client.app._observer._events.are_heard


def test_listener_far_behind_is_given_up():
    listener = Listener()
    for number in range(MOST_WAITING):
        listener.put(b"%d" % number)
    assert not listener.overtaken.is_set()

    listener.put(b"one too many")
    listener.put(b"and another")

    assert listener.overtaken.is_set()
    assert listener.take() == b""


def test_nothing_is_computed_where_nobody_listens(client, runner):
    """The account is not even looked at."""
    client.submit()
    resource = client.app._observer._events
    assert not resource.are_heard

    async def go():
        stream = await listening(client)
        assert resource.are_heard
        await stream.leave()

    runner.run(go())
    assert not resource.are_heard


# Over a real socket


@pytest.fixture
def server():
    with ThreadServer(create_app(Settings(clock="manual"))) as server:
        yield server


def connect(server, path=EVENTS, timeout=SECONDS):
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=timeout)
    connection.request("GET", path, headers={"authorization": f"Bearer {KEY}"})
    return connection, connection.getresponse()


def call(server, method, path, fields=None):
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=SECONDS)
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    with contextlib.closing(connection):
        connection.request(method, path, body=fields and json.dumps(fields), headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        return json.loads(body) if body else None


def lines_until(answer, text):
    lines: list[str] = []
    while text not in (lines or [""])[-1]:
        line = answer.readline().decode()
        assert line, lines
        lines.append(line.rstrip("\n"))
    return lines


def test_browser_hears_events_as_they_happen(server):
    connection, answer = connect(server)
    with contextlib.closing(connection):
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert lines_until(answer, "data: ")[:3] == ["retry: 1000", "id: 1", "event: hello"]

        job = call(server, "POST", "/v1/videos/generations", {"model": "wan-2-6", "prompt": "a"})[
            "job_id"
        ]
        assert job in lines_until(answer, '"status":"queued"')[-1]
        call(server, "POST", "/_mock/clock/advance", {"seconds": 60})
        assert job in lines_until(answer, '"status":"completed"')[-1]


def test_server_stops_at_once_though_somebody_listens():
    with ThreadServer(create_app(Settings())) as server:
        connections = [connect(server) for _ in range(5)]
        for _, answer in connections:
            lines_until(answer, "data: ")
        began = time.perf_counter()
    took = time.perf_counter() - began

    for connection, answer in connections:
        with contextlib.suppress(OSError, http.client.HTTPException):
            assert answer.read() == b"\n"
        connection.close()
    assert took < 0.1


def test_client_that_leaves_is_forgotten(server):
    connection, answer = connect(server)
    lines_until(answer, "data: ")
    connection.sock.shutdown(socket.SHUT_RDWR)
    answer.close()
    connection.close()

    deadline, tick = time.monotonic() + SECONDS, threading.Event()
    while server._app._observer._events.are_heard:
        assert time.monotonic() < deadline
        tick.wait(0.001)


def test_reader_who_does_not_keep_up_is_cut_off(server):
    """And can come again; nobody else is held up, and memory stays bounded."""
    connection, answer = connect(server)
    with contextlib.closing(connection):
        lines_until(answer, "data: ")
        app = server._app
        busy = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=SECONDS)
        headers = {"authorization": f"Bearer {KEY}", "x-much": "x"}
        path = "/v1/jobs?" + "x" * 8000
        deadline = time.monotonic() + 4 * SECONDS
        with contextlib.closing(busy):
            while app._observer._events.are_heard:
                busy.request("GET", path, headers=headers)
                busy.getresponse().read()
                assert time.monotonic() < deadline
        with contextlib.suppress(http.client.IncompleteRead):
            answer.read()


def test_hundred_listeners_and_jobs_do_not_spin_the_processor():
    with ThreadServer(create_app(Settings(latency=30))) as server:
        connections = [connect(server) for _ in range(100)]
        for _ in range(100):
            call(server, "POST", "/v1/videos/generations", {"model": "wan-2-6", "prompt": "a"})
        used = time.process_time()
        threading.Event().wait(1)
        used = time.process_time() - used
        for connection, answer in connections:
            answer.close()
            connection.close()

    assert used < 0.5
    assert GAP_SECONDS >= 0.01
