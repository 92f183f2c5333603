"""Looks over a socket, at servers that answer all sorts of things."""

import asyncio
import contextlib
import json
import socket
from typing import Any

import pytest

from contracts.drift.errors import LookError
from contracts.drift.looking import MOST_BYTES, MOST_LEVELS, look
from contracts.site import UrlError, site_at
from mock_server.server import ThreadServer

SOON = 0.3  # seconds that a look may take where it will take them all


@pytest.fixture
def served():
    """Return a function that serves an application, and looks at it."""
    with contextlib.ExitStack() as stack:

        def serve(app, *, api_key=None, timeout=10.0):
            server = ThreadServer(app)
            server.start()
            stack.callback(server.stop)
            return site_at(server.url, api_key=api_key, timeout=timeout)

        yield serve


class Remembering:
    """An application with the requests that it was *asked*."""

    def __init__(self, app, asked):
        self._app = app
        self.asked = asked

    async def __call__(self, scope, receive, send):
        await self._app(scope, receive, send)


def answering(body, status=200, **headers):
    """Return an application that answers with *body*, and remembers what it was asked."""
    asked: list[Any] = []

    async def app(scope, receive, send):
        asked.append(scope)
        named = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": named})
        await send({"type": "http.response.body", "body": body})

    return Remembering(app, asked)


async def hangs(scope, receive, send):
    await asyncio.Event().wait()


async def drips(scope, receive, send):
    """Answer for ever, with a byte at a time, each of which comes soon enough."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": b" ", "more_body": True})
        await asyncio.sleep(0.01)


async def floods(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(MOST_BYTES // 1_000_000 + 1):
        await send({"type": "http.response.body", "body": b" " * 1_000_000, "more_body": True})
    await send({"type": "http.response.body"})


def test_json_is_found(served):
    app = answering(b'{"a": [1]}')

    assert look(served(app), "/v1/models") == {"a": [1]}
    assert (app.asked[0]["method"], app.asked[0]["path"]) == ("GET", "/v1/models")
    assert b"authorization" not in dict(app.asked[0]["headers"])


def test_key_is_sent(served):
    app = answering(b"{}")

    look(served(app, api_key="sk-empiriolabs-me"), "/")
    assert dict(app.asked[0]["headers"])[b"authorization"] == b"Bearer sk-empiriolabs-me"


def test_key_is_not_shown(served):
    assert "sk-empiriolabs-me" not in repr(served(answering(b"{}"), api_key="sk-empiriolabs-me"))


@pytest.mark.parametrize(
    ("app", "said", "status"),
    [
        (answering(b"<html>", **{"content-type": "text/html"}), "no JSON (it says text/html)", 200),
        (answering(b"\xff"), "no JSON (it says nothing)", 200),
        (answering(b"NaN"), "no JSON", 200),
        (answering(b"[" * 200_000), "no JSON", 200),
        (answering(b"[" * MOST_LEVELS + b'{"a": 1}' + b"]" * MOST_LEVELS), "nests more than", 200),
        (answering(b"{}", 401), "answers 401; does it want another --api-key?", 401),
        (answering(b"{}", 404), "answers 404", 404),
        (answering(b"", 204), "answers 204", 204),
        (answering(b"{}", 500), "answers 500", 500),
        (answering(b"", 302, location="https://example.org/x\xa0"), "redirects to https://example.org/x\\xa0", 302),
        (answering(b"", 304), "answers 304", 304),
        (floods, f"more than {MOST_BYTES} bytes", 200),
    ],
)  # fmt: skip
def test_answer_that_is_not_what_was_looked_for(served, app, said, status):
    with pytest.raises(LookError) as caught:
        look(served(app), "/")

    assert said in str(caught.value)
    assert caught.value.status == status


@pytest.mark.parametrize("app", [hangs, drips])
def test_server_that_does_not_come_to_an_end(served, app):
    with pytest.raises(LookError, match=f"does not answer within {SOON:g} s"):
        look(served(app, timeout=SOON), "/")


def test_deepest_nesting_that_is_read(served):
    body = b"[" * MOST_LEVELS + b"1" + b"]" * MOST_LEVELS

    assert look(served(answering(body)), "/") == json.loads(body)


def test_nobody_listens():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        site = site_at(f"http://127.0.0.1:{taken.getsockname()[1]}", api_key=None, timeout=10)

        with pytest.raises(LookError, match="cannot be reached"):
            look(site, "/")


def test_server_that_speaks_no_tls(served):
    url = served(answering(b"{}")).url.replace("http:", "https:")

    with pytest.raises(LookError, match="cannot be reached"):
        look(site_at(url, api_key=None, timeout=10), "/")


def test_path_of_the_root_is_kept(served):
    app = answering(json.dumps({"a": 1}).encode())
    root = served(app).url

    look(site_at(f"{root}/gateway/", api_key=None, timeout=10), "/v1/models")
    assert app.asked[0]["path"] == "/gateway/v1/models"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "no URL of an API"),
        ("", "no URL of an API"),
        ("ftp://127.0.0.1", "no URL of an API"),
        ("http://", "no URL of an API"),
        ("http://[::1", "is no URL"),
        ("http://127.0.0.1:99999", "is no URL"),
        ("http://127.0.0.1/\x00", "is no URL"),
        ("http://me:secret@127.0.0.1", "with a name or a password"),
        ("http://127.0.0.1/?a=1", "a host and at most a path"),
        ("http://127.0.0.1/#a", "a host and at most a path"),
        ("http://no-such-host.invalid", "no such host"),
        ("http://a..b", "no such host: not the name of a host"),
    ],
)
def test_url_of_nothing(url, said):
    with pytest.raises(UrlError, match=said) as caught:
        site_at(url, api_key=None, timeout=10)

    assert "secret" not in str(caught.value)


def test_key_that_no_header_can_carry():
    with pytest.raises(UrlError, match="no header can carry"):
        site_at("http://127.0.0.1", api_key="sk-\n", timeout=10)
