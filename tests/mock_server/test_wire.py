"""Answers that go wrong on their way, to a client that is in the same process."""

import asyncio
import time

import pytest
from starlette.types import Message

from mock_server.answers import Answer
from mock_server.wire import CONNECTION, ConnectionCutError, Ending, Wire

ANSWER = Answer(200, b"0123456789")
LATE = 3600
SOON = 1.0


class Line:
    """A connection that only notes what is done to it."""

    def __init__(self):
        self.done = []

    async def reset(self):
        self.done.append("reset")

    def drop(self):
        self.done.append("drop")

    def write(self, data):
        self.done.append(data)


async def stays():
    await asyncio.Event().wait()


async def leaves():
    return {"type": "http.disconnect"}


def send(runner, wire, *, with_body=True, into=None):
    """Send the answer over *wire*; return the messages, or add them to *into*."""
    messages = [] if into is None else into

    async def take(message):
        messages.append(message)

    answer = ANSWER._replace(wire=wire)
    runner.run(answer.send(take, request_id="req_1", with_body=with_body))
    return messages


def bodies(messages):
    return [(bytes(message["body"]), message.get("more_body", False)) for message in messages[1:]]


def test_whole_answer_that_is_late_is_whole(runner):
    assert bodies(send(runner, Wire(delay_seconds=0.001))) == [(b"0123456789", True), (b"", False)]


def test_body_drips(runner):
    begun = time.perf_counter()
    messages = send(runner, Wire(bytes_per_second=100).for_call({}, stays))

    assert bodies(messages) == [(b"01234", True), (b"56789", True), (b"", False)]
    assert 0.09 < time.perf_counter() - begun < SOON


def test_slowest_drip_is_a_byte_at_a_time(runner):
    wire = Wire(bytes_per_second=19, sent_bytes=2)
    messages = send(runner, wire.for_call({CONNECTION: Line()}, stays))

    assert bodies(messages)[:2] == [(b"0", True), (b"1", True)]


@pytest.mark.parametrize("wire", [Wire(delay_seconds=LATE), Wire(bytes_per_second=0.001)])
def test_client_that_leaves_ends_it_at_once(runner, wire):
    begun = time.perf_counter()
    messages = send(runner, wire.for_call({}, leaves))

    assert bodies(messages) == []
    assert time.perf_counter() - begun < SOON


def test_cut_comes_after_what_was_sent(runner):
    line = Line()
    messages: list[Message] = []
    for wire in (
        Wire(ending=Ending.RESET, is_silent=True),
        Wire(ending=Ending.DROP, is_silent=True),
        Wire(ending=Ending.DROP, is_garbage=True),
        Wire(sent_bytes=4),
        Wire(sent_bytes=4, ending=Ending.RESET),
    ):
        send(runner, wire.for_call({CONNECTION: line}, stays), into=messages)

    assert line.done[:2] == ["reset", "drop"]
    assert b"not HTTP" in line.done[2]
    assert line.done[3:] == ["drop", "drop", "reset"]
    assert [message.get("body") for message in messages] == [None, b"0123", None, b"0123"]


def test_nothing_is_cut_of_what_is_short_enough(runner):
    assert bodies(send(runner, Wire(sent_bytes=10))) == [(b"0123456789", True), (b"", False)]


def test_head_has_no_body_that_could_be_cut(runner):
    assert bodies(send(runner, Wire(sent_bytes=4), with_body=False)) == [(b"", True), (b"", False)]


@pytest.mark.parametrize("scope", [None, {}])
@pytest.mark.parametrize("ending", [Ending.RESET, Ending.DROP])
def test_without_a_connection_the_application_raises_after_what_was_sent(runner, scope, ending):
    """As in-process and under another server."""
    wire = Wire(sent_bytes=4, ending=ending)
    messages: list[Message] = []
    if scope is not None:
        wire = wire.for_call(scope, stays)
    with pytest.raises(ConnectionCutError, match=f"was to end in a {ending}") as caught:
        send(runner, wire, into=messages)

    assert isinstance(caught.value, ConnectionError)
    assert bodies(messages) == [(b"0123", True)]
