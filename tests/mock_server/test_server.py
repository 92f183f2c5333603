import asyncio
import contextlib
import http.client
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mock_server.server import (
    BindError,
    ThreadServer,
    bind,
    exit_at_once,
    serve,
    signals_restored,
    stop_by_signal,
)
from mock_server.shutdown import QuickServer
from mock_server.signals import stopping

SOON = 1.0  # seconds; a stop takes a fiftieth of it, but the machine may be busy
FDS = Path("/proc/self/fd")

PROGRAM = """
import asyncio, time
from mock_server.server import bind, exit_at_once, serve

async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if scope["path"] == "/thread":
        await send({"type": "http.response.body", "body": b"data", "more_body": True})
        await asyncio.to_thread(time.sleep, 60)
    while scope["path"] == "/endless":
        await send({"type": "http.response.body", "body": b"data", "more_body": True})
        await asyncio.sleep(0.01)
    await send({"type": "http.response.body"})

serve(app, bind("127.0.0.1", 0), on_ready=lambda url: print(url, flush=True))
exit_at_once()
"""


async def hello(scope, receive, send):
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]}
    )
    await send({"type": "http.response.body", "body": b"hello"})


async def endless(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"data", "more_body": True})
    await asyncio.Event().wait()


@contextlib.contextmanager
def asked(url, path="/"):
    """Ask for *path*; the connection stays open for as long as the block runs."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", path)
        with connection.getresponse() as response:
            yield response


@contextlib.contextmanager
def at_most(seconds):
    begun = time.perf_counter()
    yield
    assert time.perf_counter() - begun < seconds


@pytest.fixture
def spare_fds(request):
    """So many file descriptors can be opened, and no more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + request.param, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


# bind


def test_a_bound_socket_listens():
    with bind("127.0.0.1", 0) as sock, socket.create_connection(sock.getsockname()) as client:
        assert client.getpeername() == sock.getsockname()


def test_a_name_with_several_addresses_means_the_ipv4_one():
    with bind("localhost", 0) as sock:
        assert sock.family == socket.AF_INET


def test_a_taken_port_is_named_with_the_option_that_helps():
    with bind("127.0.0.1", 0) as sock:
        port = sock.getsockname()[1]

        with pytest.raises(BindError) as caught:
            bind("127.0.0.1", port)

    assert (
        str(caught.value)
        == f"127.0.0.1:{port} is taken; choose another with --port, or 0 for any free one"
    )


def test_the_address_of_another_machine_is_refused():
    with pytest.raises(
        BindError, match=r"^cannot listen on 203\.0\.113\.9: not an address of this machine$"
    ):
        bind("203.0.113.9", 0)


@pytest.mark.parametrize("host", ["", "a..b", "ä..b", "::zz"])
def test_an_unknown_host_is_refused(host):
    with pytest.raises(BindError, match=r"^cannot listen on '.*': unknown host$"):
        bind(host, 0)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_out_of_range_is_refused(port):
    with pytest.raises(
        BindError, match=f"^port {port} is out of range; choose one of 1 to 65535, or 0"
    ):
        bind("127.0.0.1", port)


@pytest.mark.parametrize("spare_fds", [0], indirect=True)
def test_any_other_trouble_is_told_in_the_system_s_words(spare_fds):
    with pytest.raises(BindError, match=r"^cannot listen on 127\.0\.0\.1:0: Too many open files$"):
        bind("127.0.0.1", 0)


# serve


@pytest.mark.parametrize("number", sorted(stopping()))
def test_a_signal_ends_the_foreground_server(number):
    before = [signal.getsignal(number) for number in stopping()]
    seen = []

    def client(url):
        with asked(url) as response:
            seen.append((response.status, response.read()))
            os.kill(os.getpid(), number)

    def start_client(url):
        threading.Thread(target=client, args=(url,)).start()

    serve(hello, bind("127.0.0.1", 0), on_ready=start_client)

    assert seen == [(200, b"hello")]
    assert [signal.getsignal(number) for number in stopping()] == before


def test_an_answer_that_is_nearly_out_is_still_sent():
    async def app(scope, receive, send):
        signal.raise_signal(signal.SIGTERM)
        for _ in range(3):
            await asyncio.sleep(0)
        await hello(scope, receive, send)

    def client(url):
        with asked(url) as response:
            seen.append(response.read())

    def start_client(url):
        threading.Thread(target=client, args=(url,)).start()

    seen: list[bytes] = []
    serve(app, bind("127.0.0.1", 0), on_ready=start_client)

    assert seen == [b"hello"]


def test_a_failing_on_ready_closes_the_server():
    def fail(url):
        raise LookupError(url)

    sock = bind("127.0.0.1", 0)

    with pytest.raises(LookupError, match=r"^http://127\.0\.0\.1:\d+$"):
        serve(hello, sock, on_ready=fail)

    assert sock.fileno() == -1


def test_a_signal_during_the_start_is_not_lost():
    serve(hello, bind("127.0.0.1", 0), on_ready=lambda _: signal.raise_signal(signal.SIGTERM))


@pytest.mark.parametrize("number", sorted(stopping()))
@pytest.mark.parametrize("path", ["/", "/endless", "/thread"])
def test_the_process_ends_at_once_and_says_nothing(number, path):
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        with asked(process.stdout.readline().strip(), path) as response:
            assert response.read(4) == (b"" if path == "/" else b"data")

            with at_most(SOON):
                process.send_signal(number)
                output, errors = process.communicate(timeout=10)

    assert (process.returncode, output, errors) == (0, "", "")


def test_exit_at_once_gives_the_status_after_the_output_is_out(capfd):
    class LeftError(Exception):
        pass

    def leave(status):
        raise LeftError(status, capfd.readouterr().out)

    sys.stdout.write("last words")

    with pytest.raises(LeftError) as caught:
        exit_at_once(status=3, leave=leave)

    assert caught.value.args == (3, "last words")


def test_exit_at_once_does_without_output_that_was_closed():
    class LeftError(Exception):
        pass

    def leave(status):
        raise LeftError(status)

    with contextlib.redirect_stdout(None), pytest.raises(LeftError):
        exit_at_once(status=3, leave=leave)


# ThreadServer


def test_a_thread_server_answers_at_its_url():
    with ThreadServer(hello) as server, asked(server.url) as response:
        assert (response.status, response.read()) == (200, b"hello")
        assert response.headers["Date"]
        assert response.headers["Server"] is None


def test_several_servers_run_at_once():
    with (
        ThreadServer(hello) as one,
        ThreadServer(endless) as other,
        asked(one.url) as first,
        asked(other.url) as second,
    ):
        assert (first.read(4), second.read(4)) == (b"hell", b"data")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "::1"])
def test_the_url_of_any_host_reaches_the_server(host):
    server = ThreadServer(hello, host=host)
    try:
        server.start()
    except BindError as error:
        pytest.skip(f"no IPv6 here: {error}")

    with contextlib.closing(contextlib.ExitStack()) as stack:
        stack.callback(server.stop)
        assert server.url.startswith("http://127.0.0.1:" if host == "0.0.0.0" else "http://[::1]:")
        assert stack.enter_context(asked(server.url)).read() == b"hello"


def test_a_server_starts_where_an_event_loop_runs():
    async def main():
        with ThreadServer(hello) as server:
            return server.url

    assert asyncio.run(main()).startswith("http://127.0.0.1:")


def test_nothing_is_left_behind_by_twenty_cycles():
    def cycle():
        with ThreadServer(endless) as server, asked(server.url) as response:
            response.read(4)
            with at_most(SOON):
                server.stop()

    cycle()
    threads = threading.active_count()
    fds = len(list(FDS.iterdir())) if FDS.exists() else 0
    for _ in range(20):
        cycle()

    assert threading.active_count() == threads
    assert (len(list(FDS.iterdir())) if FDS.exists() else 0) == fds


def test_a_stopped_server_frees_its_port_and_can_start_again():
    server = ThreadServer(hello)
    server.start()
    url = server.url
    server.stop()

    with (
        ThreadServer(hello, port=int(url.rpartition(":")[2])) as other,
        asked(other.url) as response,
    ):
        server.start()
        assert (other.url, response.read()) == (url, b"hello")
        assert server.url != url
        server.stop()


def test_a_running_server_cannot_be_started():
    with (
        ThreadServer(hello) as server,
        pytest.raises(RuntimeError, match=f"already running on {server.url}"),
    ):
        server.start()


def test_a_stopped_server_has_no_url_and_can_be_stopped():
    server = ThreadServer(hello)
    server.stop()

    with pytest.raises(RuntimeError, match="call start"):
        _ = server.url


def test_start_tells_that_the_port_is_taken():
    with ThreadServer(hello) as server, pytest.raises(BindError, match="is taken"):
        ThreadServer(hello, port=int(server.url.rpartition(":")[2])).start()


@pytest.mark.parametrize("spare_fds", [1], indirect=True)
def test_start_tells_what_ended_its_thread(spare_fds):
    threads = threading.active_count()

    with pytest.raises(OSError, match=r"(?i)too many open files"):
        ThreadServer(hello).start()

    assert threading.active_count() == threads


def test_signals_stay_as_they_are():
    before = [signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)]

    with ThreadServer(hello):
        assert [signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)] == before


def test_the_logging_of_another_uvicorn_stays_as_it_is():
    loggers = [
        logging.getLogger(name) for name in ("", "uvicorn", "uvicorn.access", "uvicorn.error")
    ]
    handler = logging.NullHandler()
    loggers[2].addHandler(handler)
    before = [(logger.level, logger.propagate, list(logger.handlers)) for logger in loggers]

    with ThreadServer(hello):
        after = [(logger.level, logger.propagate, list(logger.handlers)) for logger in loggers]

    loggers[2].removeHandler(handler)
    assert after == before


def test_requests_are_not_logged(caplog):
    caplog.set_level(logging.INFO)

    with ThreadServer(hello) as server, asked(server.url) as response:
        assert response.read() == b"hello"

    assert caplog.messages == []


def test_a_request_that_a_stop_cancels_is_not_logged(caplog):
    cancelled = threading.Event()

    async def app(scope, receive, send):
        try:
            await endless(scope, receive, send)
        finally:
            cancelled.set()

    with ThreadServer(app) as server, asked(server.url) as response:
        assert response.read(4) == b"data"
        server.stop()

    assert cancelled.is_set()
    assert caplog.messages == []


def test_a_request_that_cancels_itself_is_logged(caplog):
    async def app(scope, receive, send):
        raise asyncio.CancelledError

    with ThreadServer(app) as server, asked(server.url) as response:
        assert response.status == 500

    assert caplog.messages == ["Exception in ASGI application\n"]


def test_an_application_that_listens_hears_of_the_stop():
    heard = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"data", "more_body": True})
        await receive()
        heard.append(await receive())

    with ThreadServer(app) as server, asked(server.url) as response:
        response.read(4)
        server.stop()

    assert heard == [{"type": "http.disconnect"}]


def test_work_in_a_thread_does_not_hold_up_a_stop():
    begun, done = threading.Event(), threading.Event()

    def work():
        begun.set()
        done.wait(10)

    async def app(scope, receive, send):
        await asyncio.to_thread(work)

    with ThreadServer(app) as server, socket.create_connection(address_of(server)) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert begun.wait(10)
        with at_most(SOON):
            server.stop()
        done.set()


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HT", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf"]
)
def test_a_silent_client_does_not_hold_up_a_stop(sent):
    async def app(scope, receive, send):
        while (await receive())["type"] == "http.request":
            pass

    with ThreadServer(app) as server, socket.create_connection(address_of(server)) as client:
        client.sendall(sent)
        with at_most(SOON):
            server.stop()
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(100) == b""


def test_a_task_of_the_application_is_cancelled_at_the_stop():
    cancelled = threading.Event()
    tasks = set()

    async def linger():
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async def app(scope, receive, send):
        tasks.add(asyncio.create_task(linger()))
        await hello(scope, receive, send)

    with ThreadServer(app) as server, asked(server.url) as response:
        response.read()

    assert cancelled.is_set()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_application_that_ends_the_thread_leaves_nothing_behind():
    async def app(scope, receive, send):
        asyncio.get_running_loop().call_soon(sys.exit)
        await asyncio.Event().wait()

    server = ThreadServer(app)
    server.start()
    with socket.create_connection(address_of(server)) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert client.recv(100) == b""
    server.stop()


def test_stop_is_without_effect_before_the_start_and_after_the_end():
    server = QuickServer(hello)
    server.stop()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(server.run_on(bind("127.0.0.1", 0), str))
    loop.close()

    server.stop()

    assert server.should_exit


def address_of(server):
    return ("127.0.0.1", int(server.url.rpartition(":")[2]))


# call


def test_function_is_called_in_the_thread_that_serves():
    with ThreadServer(hello) as server:
        assert server.call(lambda: threading.current_thread().name) == "wan-mock"


def test_function_is_called_here_where_nobody_serves():
    server = ThreadServer(hello)
    assert server.call(threading.current_thread) is threading.current_thread()

    with server:
        pass

    assert server.call(threading.current_thread) is threading.current_thread()


def test_what_a_called_function_raises_is_raised_here():
    with ThreadServer(hello) as server, pytest.raises(ZeroDivisionError):
        server.call(lambda: 1 // 0)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_function_is_called_here_when_the_application_has_ended_the_thread():
    async def app(scope, receive, send):
        asyncio.get_running_loop().call_soon(sys.exit)
        await asyncio.Event().wait()

    before = threading.enumerate()
    with ThreadServer(app) as server:
        (thread,) = (thread for thread in threading.enumerate() if thread not in before)
        with socket.create_connection(address_of(server)) as client:
            client.sendall(b"GET / HTTP/1.1\r\n\r\n")
            client.recv(100)
        thread.join()

        assert server.call(threading.current_thread) is threading.current_thread()


def test_worker_is_asked_once_by_any_number_of_signals_and_again_by_the_end_of_its_lifeline():
    reading, writing = os.pipe()
    asked: list[None] = []

    async def hear():
        loop, heard, ended = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

        def stop():
            asked.append(None)
            ended.set()

        stop_by_signal(stop, reading)
        loop.add_signal_handler(
            signal.SIGUSR1, heard.set
        )  # behind the others, which are handled in order
        for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGUSR1):
            os.kill(os.getpid(), number)
        await heard.wait()
        by_signals = len(asked)
        ended.clear()
        os.close(writing)
        await ended.wait()
        return by_signals

    with signals_restored():
        assert asyncio.run(hear()) == 1
    os.close(reading)
    assert len(asked) > 1
