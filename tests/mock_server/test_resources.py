"""What lies around every operation: the envelope, other protocols, and clients that leave."""

import pytest

from contracts.document import load
from mock_server.resources import Envelope


async def failing(scope, receive, send):
    raise RuntimeError("a defect")


def test_failure_of_the_emulator_itself_is_a_500_in_the_envelope(client_of, conforms, caplog):
    answer = client_of(Envelope(failing, load().api)).get("/livez")

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (500, "internal_error")
    assert answer.error["type"] == "server_error"
    assert answer.headers["x-request-id"] in answer.error["message"]
    assert answer.headers["x-request-id"] in caplog.text
    assert "a defect" in caplog.text


@pytest.fixture
def converse(client, runner):
    """Return a function that plays *received* to the emulator and returns what it sent."""

    def play(scope, received):
        sent, waiting = [], iter(received)

        async def receive():
            return next(waiting)

        async def send(message):
            sent.append(message)

        runner.run(client.app(scope, receive, send))
        return sent

    return play


def test_websocket_is_closed(converse):
    scope = {"type": "websocket", "path": "/v1/jobs", "headers": [], "query_string": b""}

    assert converse(scope, []) == [{"type": "websocket.close"}]


def test_lifespan_is_completed_though_not_needed(converse):
    received = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = converse({"type": "lifespan"}, received)

    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


def test_client_that_leaves_while_it_sends_gets_no_answer_and_no_job(client, converse):
    """Rule CREDIT: nothing is held for a request that never arrived."""
    headers = [(b"authorization", b"Bearer sk-empiriolabs-tests")]
    path = "/v1/videos/generations"
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": headers,
        "query_string": b"",
    }
    half = {"type": "http.request", "body": b'{"model":', "more_body": True}

    assert converse(scope, [half, {"type": "http.disconnect"}]) == []
    assert client.get("/v1/jobs").json["data"] == []
