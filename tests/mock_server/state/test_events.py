"""Whoever listens to an account at one process hears of what others do in it."""

import asyncio
import contextlib

import pytest

from contracts.document import load
from mock_server.control import account_page, clock_page
from mock_server.events import Events, Views
from mock_server.exchange import Exchange
from mock_server.journal_page import JournalPage
from mock_server.problems import Problem
from mock_server.redaction import Redaction
from mock_server.settings import Settings
from mock_server.state.log import Bounds
from mock_server.state.shared import SharedEmulator
from mock_server.storage import Storage
from tests.applications import open_application
from tests.client import Client, Time

VIEWS = Views(job=lambda job, _: {"id": job.id}, account=account_page, clock=clock_page)
PATIENCE_SECONDS = 30
LOOK_SECONDS = 0.2


class Flaky(SharedEmulator):
    """An emulator whose state is away at first."""

    asked = 0

    async def news(self, name, after):
        self.asked += 1
        if self.asked == 1:
            raise Problem("model_unavailable", "it is away")
        return await super().news(name, after)


@pytest.fixture
def emulator(place, open_log, tmp_path):
    settings, storage = Settings(state=place), Storage(tmp_path)
    log = open_log(place, bounds=Bounds(entries=10, bytes=100_000))
    return Flaky(load(), settings, Time(), storage, log, keeps_journals=True)


async def heard(listener, wanted, ask):
    """Return what *listener* hears until *wanted* is among it, while *ask* is done again and again."""
    text = b""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while wanted not in text:
            await ask()
            with contextlib.suppress(TimeoutError):  # what came before the first look is no news
                await asyncio.wait_for(listener.arrived.wait(), LOOK_SECONDS)
            text += listener.take()
    return text


def test_what_other_processes_do_is_told_though_the_state_was_away(emulator, runner):
    events = Events(emulator, VIEWS, JournalPage(Redaction("sk-empiriolabs-", None)))

    async def add_an_entry():
        exchange = Exchange("req_1", 0)
        exchange.operation = "models"
        scope = {"headers": [], "method": "GET", "path": "/v1/models", "query_string": b""}
        exchange.keep(scope, b"", 0)
        await emulator.write(await emulator.present("me"), exchange, is_counted=True)
        events.happened("me", exchange)  # which tells nothing: all is told from what is written

    async def listen():
        listener = events.listen(await emulator.present("me"))
        text = await heard(listener, b'"operation":"models"', add_an_entry)
        events.leave("me", listener)
        return text

    text = runner.run(listen())
    assert b"event: hello" in text
    assert b"event: request" in text
    assert emulator.asked > 1


def test_job_that_another_process_took_is_told(state_of, runner):
    state = Settings(state=state_of("sqlite"))
    one, other = (open_application(state, Time()) for _ in range(2))
    client = Client(other.app, runner, Time(), "sk-empiriolabs-me")
    events = Events(one.emulator, VIEWS, JournalPage(Redaction("sk-empiriolabs-", None)))

    async def listen():
        listener = events.listen(await one.emulator.present("me"))
        body = b'{"model": "wan-2-6", "prompt": "a kite"}'

        async def submit():
            await client._send("POST", "/v1/videos/generations", body, {})

        text = await heard(listener, b"event: job", submit)
        events.leave("me", listener)
        return text

    assert b"event: account" in runner.run(listen())
