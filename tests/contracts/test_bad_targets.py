"""What the command says where there is nothing to check: one line, and exit 2."""

import json
import socket
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from contracts.exchange import Answer, Exchange, Sent
from contracts.target import TargetError, assert_api
from contracts.watched import Watched
from mock_server.app import create_app
from mock_server.cli import main
from mock_server.server import ThreadServer
from mock_server.settings import Settings
from tests.contracts.conftest import CONTRACT, answer

SIGN = Sent(operation="probe", method="GET", target="/v1/models")


def complaint(capsys, *arguments):
    """Return the one line on standard error of ``wan-mock check`` with *arguments*, which exits with 2."""
    left: list[int] = []
    main(["check", *map(str, arguments)], leave=left.append)
    told = capsys.readouterr()
    assert left == [2], told
    assert told.err.count("\n") == 1, told.err
    assert "Traceback" not in told.err
    return told.err


def answering(status, body, **headers):
    """Return an application that answers everything the same."""

    async def app(scope, receive, send):
        pairs = [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ]
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": body})

    return app


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("127.0.0.1:8026", "is no URL of an API"),
        ("http://[::1", "is no URL"),
        ("ftp://127.0.0.1", "is no URL of an API"),
        ("http://127.0.0.1:1/?a=b", "the root of an API"),
        ("http://nowhere.invalid", "no such host"),
        ("http://127.0.0.1:1", "Connection refused; is it running"),
    ],
)
def test_url_that_leads_nowhere(capsys, url, expected):
    assert expected in complaint(capsys, url)


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        (answering(200, b"<html>", content_type="text/html"), "answered 200 with text/html"),
        (
            answering(200, b'{"data":1}', content_type="application/json"),
            "no list as the API has it",
        ),
        (answering(404, b"{}"), "answered 404 with no content type"),
        (answering(401, b"{}"), "answered 401; --api-key"),
        (answering(302, b"", location="/login"), "a redirect to /login, which is not followed"),
    ],
    ids=["a page", "other JSON", "404", "401", "a redirect"],
)
def test_server_that_is_no_api(capsys, app, expected):
    with ThreadServer(app) as server:
        assert expected in complaint(capsys, server.url)


def test_server_that_hangs_is_noticed_soon(capsys):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        told = complaint(capsys, f"http://127.0.0.1:{port}", "--time-limit", "0.1")
    assert "no answer within 1." in told


class Trickling(BaseHTTPRequestHandler):
    """Answers a byte at a time, for ever."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        with_pauses = threading.Event()
        try:
            while not with_pauses.wait(0.05):
                self.wfile.write(b" ")
        except OSError:
            self.close_connection = True

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def serving():
    """Return a function that serves by *handler*, with TLS by *context* if one is given, and returns the port."""
    servers = []

    def serve(handler, context=None):
        server = HTTPServer(("127.0.0.1", 0), handler)
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        servers.append(server)
        return server.server_port

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_server_that_never_ends_its_answer_is_noticed_soon(capsys, serving):
    port = serving(Trickling)
    assert "no answer within 1." in complaint(
        capsys, f"http://127.0.0.1:{port}", "--time-limit", "0.1"
    )


def test_certificate_that_nobody_vouches_for(capsys, serving, tool, tmp_path):
    tool("openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {certificate}"
    subprocess.run(made.split(), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    port = serving(Trickling, context)
    told = complaint(capsys, f"https://127.0.0.1:{port}")
    assert "CERTIFICATE_VERIFY_FAILED" in told
    assert "SSL_CERT_FILE=FILE" in told


def test_target_that_dies_in_the_middle_leaves_a_report(capsys, tmp_path):
    app, left = create_app(Settings()), iter(range(200))
    servers: list[ThreadServer] = []

    async def dying(scope, receive, send):
        if scope["type"] == "http" and next(left, None) is None and servers:
            threading.Thread(target=servers.pop().stop).start()
        await app(scope, receive, send)

    with ThreadServer(dying) as server:
        servers.append(server)
        told = complaint(capsys, server.url, "--profile", "smoke", "--report-dir", tmp_path)
    assert "nothing is answered any more" in told
    assert not json.loads((tmp_path / "report.json").read_text())["is_complete"]


class Silent:
    """A transport that answers what it was told to, and nothing else."""

    def __init__(self, **answers: Answer) -> None:
        self.answers = answers

    def send(self, sent: Sent) -> Exchange:
        found = self.answers.get(sent.target.rpartition("/")[2])
        return Exchange(sent=sent, answer=found, trouble=None if found else "ReadError: cut")


def test_one_lost_answer_is_no_death():
    watched = Watched(Silent(models=answer(200, {})), "http://x", [SIGN])
    assert watched.send(Sent(operation="job", method="GET", target="/v1/jobs/a")).answer is None


def test_api_that_answers_no_look_is_told():
    with pytest.raises(TargetError, match="http://x: ReadError: cut; is it running"):
        assert_api(Silent(), "http://x", CONTRACT)


def test_list_that_is_broken_does_not_make_it_another_api():
    assert_api(Silent(usage=answer(200, {"data": []})), "http://x", CONTRACT)


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        (["--rule", "JOB-X"], "'JOB-X' is not a rule of the contract"),
        (["--report-dir", "/dev/null/x"], "another --report-dir would do"),
        (["--record", "/dev/null/x"], "another --record would do"),
        (["--baseline", "/nowhere.json"], "No such file or directory"),
    ],
)
def test_option_that_cannot_be_meant(capsys, option, expected):
    assert expected in complaint(capsys, "http://127.0.0.1:1", *option)
