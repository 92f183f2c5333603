"""Fetching from a server of this machine, which may do anything."""

import asyncio
import contextlib
import socket
import struct
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvloop
from hypothesis import given, settings, strategies as st

from mock_server.intake.fetching import FetchError, fetch
from mock_server.intake.locating import Loopback

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
GONE = 5  # seconds in which a client must have hung up
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\n\r\n"


@dataclass
class Server:
    """What a server under test was asked; it answers by target."""

    answers: Mapping[str, bytes | Behaviour]
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    connections: list[asyncio.Task[None]] = field(default_factory=list)

    def at(self, target="/"):
        return Loopback("127.0.0.1", self.port, target)

    def connected(self, reader, writer):
        self.connections.append(asyncio.create_task(self.serve(reader, writer)))

    async def serve(self, reader, writer):
        """Answer one request, and wait until the client hangs up."""
        with contextlib.suppress(ConnectionError):
            request = await reader.readuntil(b"\r\n\r\n")
            self.requests.append(request)
            self.asked.set()
            answer = self.answers.get(request.split()[1].decode(), NOT_FOUND)
            if isinstance(answer, bytes):
                writer.write(answer)
                writer.write_eof()
            else:
                await answer(reader, writer)
            await reader.read()
        writer.transport.abort()


@contextlib.asynccontextmanager
async def serving(answers: Mapping[str, bytes | Behaviour]) -> AsyncIterator[Server]:
    """Serve *answers*; at the end, nobody may be connected any more."""
    server = Server(answers)
    listening = await asyncio.start_server(server.connected, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        async with asyncio.timeout(GONE):
            await asyncio.gather(*server.connections)


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request):
    """Run a coroutine, on the loop of the standard library and on the one that the emulator uses."""
    with asyncio.Runner(loop_factory=request.param) as runner:
        yield runner.run


@pytest.fixture
def fetched(run, tmp_path):
    """Return what a server's answer becomes: the file's content, or the error; no file stays behind."""

    def fetched(answer, *, target="/", seconds=5.0, max_bytes=1_000_000, **others):
        async def ask():
            async with serving({target: answer, **others}) as server:
                return await fetch(
                    server.at(target), into, seconds=seconds, max_bytes=max_bytes
                ), server

        into = tmp_path / "fetched"
        try:
            written, server = run(ask())
        except FetchError as error:
            assert not into.exists()
            return error
        assert written == into.stat().st_size
        return into.read_bytes(), server

    return fetched


def answer(body=b"", *headers, status="200 OK", version="1.1"):
    lines = [f"HTTP/{version} {status}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def length(size):
    return f"Content-Length: {size}"


CHUNKED = "Transfer-Encoding: chunked"


async def until_gone(reader, seconds):
    """Return whether the client hangs up within *seconds*."""
    try:
        await asyncio.wait_for(reader.read(), seconds)
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize(
    ("sent", "content"),
    [
        (answer(b"abc", length(3)), b"abc"),
        (answer(b"", length(0)), b""),
        (answer(b"abc"), b"abc"),
        (answer(b""), b""),
        (answer(b"abc", version="1.0"), b"abc"),
        (answer(b"abc", length(3), version="1.0"), b"abc"),
        (answer(b"2\r\nab\r\n1;x=y\r\nc\r\n0\r\nA: b\r\n\r\n", CHUNKED), b"abc"),
        (answer(b"0\r\n\r\n", CHUNKED), b""),
        (answer(b"abc", length(3), "Content-Encoding: Identity"), b"abc"),
        (answer(b"abc", length(3), "Content-Type: text/html"), b"abc"),
        (answer(b"abcHTTP/1.1 200 OK\r\n\r\n", length(3)), b"abc"),
        (answer(status="100 Continue") + answer(b"abc", length(3)), b"abc"),
        (answer(status="103 Early Hints") * 5_000 + answer(b"abc", length(3)), b"abc"),
    ],
)
def test_body_becomes_the_file(fetched, sent, content):
    found, _ = fetched(sent)

    assert found == content


def test_large_body_is_streamed(fetched):
    content = bytes(range(256)) * 4_000
    found, _ = fetched(answer(content, length(len(content))), max_bytes=len(content))

    assert found == content


def test_chunks_of_one_byte_are_put_together(fetched):
    found, _ = fetched(answer(b"1\r\na\r\n" * 20_000 + b"0\r\n\r\n", CHUNKED))

    assert found == b"a" * 20_000


def test_others_have_their_turn_between_two_chunks(run, tmp_path):
    """Else a server that sends many small ones would hold up the whole emulator."""
    sent = answer(b"1\r\na\r\n" * 5_000 + b"0\r\n\r\n", CHUNKED)

    async def count_turns():
        async with serving({"/": sent}) as server:
            into = tmp_path / "fetched"
            fetching = asyncio.create_task(fetch(server.at(), into, seconds=5, max_bytes=5_000))
            turns = 0
            while not fetching.done():
                await asyncio.sleep(0)
                turns += 1
            return turns, await fetching

    turns, written = run(count_turns())

    assert turns >= written == 5_000


def test_request_asks_for_the_file_as_it_is_and_tells_nothing_else(fetched):
    _, server = fetched(answer(b"abc", length(3)), target="/a%20b?c")
    (request,) = server.requests
    line, *headers = request.decode().split("\r\n")

    assert line == "GET /a%20b?c HTTP/1.1"
    assert sorted(headers) == [
        "",
        "",
        "accept-encoding: identity",
        "accept: */*",
        "connection: close",
        f"host: 127.0.0.1:{server.port}",
        "user-agent: wan-mock",
    ]


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (answer(b"a", length(1), status="404 Not Found"), "answers 404; 200 would do"),
        (answer(b"a", length(1), status="206 Partial Content"), "answers 206; 200 would do"),
        (answer(status="204 No Content"), "answers 204; 200 would do"),
        (answer(status="304 Not Modified"), "answers 304; 200 would do"),
        (answer(status="999 ?"), "answers 999; 200 would do"),
        (
            answer(b"a", "Content-Encoding: gzip"),
            'answers in content-encoding "gzip", not as it is',
        ),
        (
            answer(b"a", "Content-Encoding: identity", "Content-Encoding: br"),
            'answers in content-encoding "br", not as it is',
        ),
        (answer(b"ab", length(3)), "ends its answer before it is complete"),
        (answer(b"3\r\nab", CHUNKED), "ends its answer before it is complete"),
        (answer(b"2\r\nab\r\n", CHUNKED), "ends its answer before it is complete"),
        (b"", "ends its answer before it is complete"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "ends its answer before it is complete"),
        (b"abc", "ends its answer before it is complete"),
        (answer(b"x\r\nab\r\n", CHUNKED), "does not keep to HTTP/1.1"),
        (answer(b"1\r\nabc\r\n", CHUNKED), "does not keep to HTTP/1.1"),
        (answer(b"ab", "Transfer-Encoding: gzip, chunked"), "does not keep to HTTP/1.1"),
        (answer(b"ab", length("two")), "does not keep to HTTP/1.1"),
        (answer(b"ab", length(-2)), "does not keep to HTTP/1.1"),
        (answer(b"ab", length(2), length(3)), "does not keep to HTTP/1.1"),
        (answer(b"ab", "a b: c"), "does not keep to HTTP/1.1"),
        (answer(b"ab", status="0200 OK"), "does not keep to HTTP/1.1"),
        (answer(status="101 Switching Protocols"), "does not keep to HTTP/1.1"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "does not keep to HTTP/1.1"),
        (b"\x16\x03\x01\x00\xa5", "does not keep to HTTP/1.1"),
        (b"<html>\r\n\r\n", "does not keep to HTTP/1.1"),
        (answer(b"", "A: " + "a" * 100_000), "sends headers without end"),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 20_000, "sends headers without end"),
        (answer(b"0\r\n" + b"a: b\r\n" * 20_000, CHUNKED), "sends headers without end"),
    ],
)
def test_other_answers_are_told(fetched, sent, reason):
    error = fetched(sent)

    assert str(error) == error.reason == f"the server {reason}"
    assert not error.is_size


@pytest.mark.parametrize("size", [4, 10_000_000_000, 99_999_999_999_999_999_999])
def test_announced_size_is_refused_before_the_body(fetched, size):
    error = fetched(answer(b"abc", length(size)), max_bytes=3)

    assert error.reason == f"the server sends {size} bytes; up to 3 bytes would do"
    assert error.is_size


async def endless(reader, writer):
    writer.write(answer())
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(bytes(65_536))
            await writer.drain()


@pytest.mark.parametrize(
    "sent",
    [
        answer(b"abcd"),
        answer(b"3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", CHUNKED),
        answer(b"FFFFFFFF\r\nabcd", CHUNKED),
        endless,
    ],
)
def test_unannounced_size_is_refused_as_soon_as_it_is_seen(fetched, sent):
    error = fetched(sent, max_bytes=3)

    assert error.reason == "the server sends more; up to 3 bytes would do"
    assert error.is_size


def test_file_of_the_largest_size_is_taken(fetched):
    assert fetched(answer(b"abc"), max_bytes=3)[0] == b"abc"


async def silent(reader, writer):
    await reader.read()


def dripping(head):
    """Send a byte now and then, for as long as anybody listens."""

    async def drip(reader, writer):
        writer.write(head)
        while not await until_gone(reader, 0.01):
            writer.write(b"a")

    return drip


@pytest.mark.parametrize(
    "behaviour",
    [
        silent,
        dripping(b""),
        dripping(b"HTTP/1.1 200 OK\r\nA: "),
        dripping(answer(b"", length(1_000_000))),
        dripping(answer()),
    ],
)
def test_slow_server_is_cut_off(fetched, behaviour):
    error = fetched(behaviour, seconds=0.1)

    assert error.reason == "the server takes longer than 0.1 s"
    assert not error.is_size


def test_redirects_do_not_begin_the_time_anew(fetched):
    error = fetched(redirect("/slow"), seconds=0.1, **{"/slow": silent})

    assert error.reason == "the server takes longer than 0.1 s"


async def resetting(reader, writer):
    writer.write(answer(b"abc", length(10)))
    await writer.drain()
    at_once = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    writer.transport.abort()


def test_reset_connection_is_told(fetched):
    assert fetched(resetting).reason == "the connection breaks: Connection reset by peer"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        return unused.getsockname()[1]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_port_where_nobody_listens_is_told(run, tmp_path, host):
    place = Loopback(host, free_port(), "/")
    with pytest.raises(FetchError) as raised:
        run(fetch(place, tmp_path / "fetched", seconds=5, max_bytes=1))

    assert raised.value.reason == f"no server answers at {place.authority}: Connection refused"
    assert not [*tmp_path.iterdir()]


def test_place_off_loopback_is_never_connected_to(run, tmp_path):
    """No other module makes such a place; this is the last line."""
    with pytest.raises(AssertionError):
        run(fetch(Loopback("192.0.2.1", 80, "/"), tmp_path / "fetched", seconds=5, max_bytes=1))


def test_localhost_is_this_machine_without_a_resolver(run, tmp_path):
    async def ask():
        async with serving({"/": answer(b"abc")}) as server:
            place = Loopback("localhost", server.port, "/")
            return await fetch(place, tmp_path / "fetched", seconds=5, max_bytes=3)

    assert run(ask()) == 3


def redirect(location, *, status="302 Found"):
    return answer(b"", length(0), f"Location: {location}", status=status)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_followed(fetched, status):
    found, server = fetched(redirect("/b", status=f"{status} ?"), **{"/b": answer(b"abc")})

    assert found == b"abc"
    assert [request.split()[1] for request in server.requests] == [b"/", b"/b"]


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("c", "/a/c"),
        ("../c?d#e", "/c?d"),
        ("?d", "/a/b?d"),
        ("//127.0.0.1:{port}/c", "/c"),
        ("http://localhost:{port}/c", "/c"),
        ("http://127.0.0.1:{port}", "/"),
        ("/b c", "/b%20c"),
        ("/b\xc3\xa4r", "/b%C3%A4r"),
        ("/\xff", "/%EF%BF%BD"),
        ("/\\example.com/", "/%5Cexample.com/"),
        ("http:\\\\example.com/", "/a/%5C%5Cexample.com/"),
    ],
)
def test_redirect_on_loopback_is_followed(fetched, location, target):
    async def lead(reader, writer):
        port = writer.get_extra_info("sockname")[1]
        writer.write(redirect(location.format(port=port)))

    found, _ = fetched(lead, target="/a/b", **{target: answer(b"abc")})

    assert found == b"abc"


@pytest.mark.parametrize(
    "location",
    [
        "http://192.0.2.1/",
        "http://example.com/",
        "//example.com/",
        "https://127.0.0.1/",
        "http://2130706433/",
        "http://127.0.0.1@example.com/",
        "http://127.0.0.1\\@example.com/",
        "http://127.0.0.1:0/",
        "http://[::1",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "data:,abc",
        "bunny://a",
    ],
)
def test_redirect_off_loopback_is_not_followed(fetched, location):
    error = fetched(redirect(location))

    shown = location.replace("\\", "\\\\")
    assert error.reason == (
        f'the server redirects to "{shown}"; only redirects on loopback are followed'
    )


def test_redirect_to_nowhere_is_told(fetched):
    error = fetched(answer(b"", length(0), status="302 Found"))

    assert error.reason == "the server answers 302 without a Location"


def test_three_redirects_are_followed_and_no_more(fetched):
    chain = {f"/{step}": redirect(f"/{step + 1}") for step in range(1, 9)}
    found, server = fetched(redirect("/6"), **{**chain, "/8": answer(b"abc")})
    error = fetched(redirect("/5"), **{**chain, "/8": answer(b"abc")})

    assert (found, len(server.requests)) == (b"abc", 4)
    assert error.reason == "the server redirects more than 3 times"


def test_redirect_loop_ends(fetched):
    assert fetched(redirect("/")).reason == "the server redirects more than 3 times"


def test_who_no_longer_waits_leaves_neither_connection_nor_file(run, tmp_path):
    async def leave():
        async with serving({"/": dripping(answer())}) as server:
            into = tmp_path / "fetched"
            fetching = asyncio.create_task(fetch(server.at(), into, seconds=60, max_bytes=1_000))
            await server.asked.wait()
            assert into.exists()
            fetching.cancel()
            with pytest.raises(asyncio.CancelledError):
                await fetching
            assert not into.exists()

    run(leave())


def test_folder_that_is_gone_is_not_blamed_on_the_server(run, tmp_path):
    async def ask():
        async with serving({"/": answer(b"abc")}) as server:
            await fetch(server.at(), tmp_path / "gone" / "a", seconds=5, max_bytes=3)

    with pytest.raises(FileNotFoundError):
        run(ask())


WELL_FORMED = (
    answer(b"abc", length(3)),
    answer(b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", CHUNKED),
    redirect("http://127.0.0.1:1/"),
)


@settings(max_examples=150)
@given(
    st.sampled_from(WELL_FORMED),
    st.integers(0, 80),
    st.integers(0, 4),
    st.one_of(st.binary(max_size=5), st.sampled_from([b"\r\n", b"\r\n\r\n", b":", b" ", b"0"])),
)
def test_no_answer_does_more_than_fail(well_formed, at, cut, put):
    sent = well_formed[:at] + put + well_formed[at + cut :]

    async def ask(into):
        async with serving({"/": sent}) as server:
            return await fetch(server.at(), into, seconds=5, max_bytes=100)

    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder, "fetched")
        try:
            assert asyncio.run(ask(into)) == into.stat().st_size
        except FetchError:
            assert not into.exists()
