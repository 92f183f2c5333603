"""Both transports tell what was answered, and what was not; keys go to their own origin and nowhere else."""

import contextlib
import socket
import threading

import pytest

from contracts.asgi import AsgiTransport
from contracts.exchange import Exchange, Sent
from contracts.keys import Keys
from contracts.wire import HttpTransport, client_for

KEYS = Keys({"main": "sk-empiriolabs-m"})
SENT = Sent(operation="job", method="GET", target="/v1/jobs/a?b=c")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nX-A: 2\r\nConnection: close\r\n\r\nok"


@pytest.fixture
def served():
    """Return how to serve raw *answers*, one a connection; the requests that came are in *heard*."""
    with contextlib.ExitStack() as stack:

        def serve(*answers, heard=None):
            server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

            def run():
                for answer in answers:
                    try:
                        connection, _ = server.accept()
                    except OSError:  # the test is over, and nobody came
                        return
                    with connection:
                        request = connection.recv(65536)
                        if heard is not None:
                            heard.append(request.decode().lower())
                        if answer is None:
                            connection.recv(1)  # hangs until the client leaves
                        connection.sendall(answer or b"")

            threading.Thread(target=run, daemon=True).start()
            return f"http://127.0.0.1:{server.getsockname()[1]}"

        yield serve


@pytest.fixture
def client():
    with client_for(timeout=0.3) as client:
        yield client


def test_request_is_sent_with_its_key_and_the_answer_is_whole(served, client):
    heard: list[str] = []
    transport = HttpTransport(client, served(OK, heard=heard), KEYS, control_token="t")
    answer = transport.send(SENT).answer
    assert answer is not None
    assert (answer.status, answer.body, answer.headers["x-a"]) == (200, b"ok", "1, 2")
    assert heard[0].startswith("get /v1/jobs/a?b=c ")
    assert "bearer sk-empiriolabs-m" in heard[0]
    assert "x-mock-token" not in heard[0]


def test_calls_of_the_control_interface_get_the_token(served, client):
    heard: list[str] = []
    transport = HttpTransport(client, f"{served(OK, heard=heard)}/", KEYS, control_token="t")
    transport.send(Sent(operation="control", method="POST", target="/_mock/clock", body=b"{}"))
    assert "x-mock-token: t" in heard[0]


def test_key_and_token_go_to_no_other_origin(served, client):
    heard: list[str] = []
    other = served(OK, heard=heard)
    transport = HttpTransport(client, served(OK), KEYS, control_token="t")
    transport.send(Sent(operation="control", method="GET", target=f"{other}/media/a.mp4"))
    assert "authorization" not in heard[0]
    assert "x-mock-token" not in heard[0]


def test_redirect_is_an_answer_and_is_not_followed(served, client):
    heard: list[str] = []
    moved = b"HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    answer = HttpTransport(client, served(moved, OK, heard=heard), KEYS).send(SENT).answer
    assert answer is not None
    assert answer.status == 302
    assert len(heard) == 1


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", b"nonsense\r\n\r\n", None],
    ids=["reset", "truncated", "nonsense", "hanging"],
)
def test_answer_that_does_not_come_whole_is_none(served, client, answer):
    exchange = HttpTransport(client, served(answer), KEYS).send(SENT)
    assert exchange.answer is None
    assert exchange.trouble


def test_answer_may_take_only_so_long_as_a_whole(served, client):
    url = served(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
    hurried = HttpTransport(client, url, KEYS, patience=lambda: 1e-9)
    assert "Timeout" in (hurried.send(SENT).trouble or "")
    patient = HttpTransport(client, served(OK), KEYS, patience=lambda: 30.0)
    assert patient.send(SENT).answer is not None


def test_nobody_there_is_no_answer(client):
    exchange = HttpTransport(client, "http://127.0.0.1:1", KEYS).send(SENT)
    assert str(exchange.trouble).startswith("ConnectError")


def asgi(app):
    transport = AsgiTransport(app, KEYS)
    try:
        return transport.send(SENT)
    finally:
        transport.close()


async def answering(scope, receive, send):
    request = await receive()
    headers = [(b"X-A", b"1"), (b"x-a", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    body = f"{scope['path']} {scope['query_string']!r} {request['body']!r}".encode()
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body"})


async def raising(scope, receive, send):
    raise RuntimeError("no")


async def silent(scope, receive, send):
    return


async def breaking_off(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"o", "more_body": True})


def test_application_is_asked_as_by_a_server():
    answer = asgi(answering).answer
    assert answer is not None
    assert answer.body == b"/v1/jobs/a b'b=c' b''"
    assert answer.headers == {"x-a": "1, 2"}


@pytest.mark.parametrize(
    ("app", "trouble"),
    [
        (raising, "the application raised RuntimeError"),
        (silent, "the application ended without a complete answer"),
        (breaking_off, "the application ended without a complete answer"),
    ],
)
def test_application_that_does_not_answer_gives_none(app, trouble):
    exchange = asgi(app)
    assert (exchange.answer, exchange.trouble) == (None, trouble)


async def echoing(scope, receive, send):
    said = dict(scope["headers"])[b"authorization"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-said", said)]})
    await send({"type": "http.response.body", "body": b"you said: " + said})


def test_key_that_is_echoed_is_hidden_in_process():
    answer = asgi(echoing).answer
    assert answer is not None
    assert answer.body == b"you said: Bearer ****************"
    assert answer.headers == {"x-said": "Bearer ****************"}


def test_key_that_is_echoed_is_hidden_over_http(served, client):
    said = b"Bearer sk-empiriolabs-m"
    head = b"HTTP/1.1 401 No\r\nX-Said: %b\r\nContent-Length: %d\r\n\r\n" % (said, len(said))
    answer = HttpTransport(client, served(head + said), KEYS).send(SENT).answer
    assert answer is not None
    assert answer.body == b"Bearer ****************"
    assert "sk-" not in answer.headers["x-said"]


def test_key_that_cannot_be_sent_is_not_told(served, client):
    keys = Keys({"main": "sk-empiriolabs-m\n"})
    exchange = HttpTransport(client, served(OK), keys).send(SENT)
    assert exchange.answer is None
    assert "sk-empiriolabs-m" not in str(exchange.trouble)


def test_key_that_another_begins_with_gives_neither_away():
    keys = Keys({"main": "sk-empiriolabs-m", "other": "sk-empiriolabs-m2"})
    exchange = Exchange(sent=SENT, answer=None, trouble="sk-empiriolabs-m2, sk-empiriolabs-m")
    assert keys.hidden(exchange).trouble == f"{'*' * 17}, {'*' * 16}"
