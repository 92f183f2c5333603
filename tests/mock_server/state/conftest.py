"""Logs of both kinds, any number of which share what they have, as those of several processes do."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mock_server.settings import SQLITE
from mock_server.state.log import Bounds, Log
from mock_server.state.redis_log import RedisLog
from mock_server.state.sqlite_log import SqliteLog
from tests.redis_server import RedisServer

BOUNDS = Bounds(entries=4, bytes=100)
SETTINGS = '{"rpm": 0, "seed": 0}'

# How much longer than usual what is drawn is tried.
ROUNDS = int(os.environ.get("WAN_MOCK_TESTS_ROUNDS", "1"))

OpenLog = Callable[..., Log]


@pytest.fixture
def run(runner: asyncio.Runner) -> Callable[[Awaitable[Any]], Any]:
    """Return a function that waits for something."""

    async def awaited(asked: Awaitable[Any]) -> Any:
        return await asked

    return lambda asked: runner.run(awaited(asked))


@pytest.fixture
def own_server(tool: Callable[[str], str], tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis for one test alone, which it may stop."""
    server = RedisServer(tool("redis-server"), tmp_path)
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "redis"])
def place(request: pytest.FixtureRequest, state_of: Callable[[str], str]) -> str:
    """Where nobody has kept anything yet."""
    return state_of(request.param)


@pytest.fixture
def open_log(runner: asyncio.Runner) -> Iterator[OpenLog]:
    """Return a function that opens the log at a place, each time as another process would."""
    numbers = count(1)
    opened: list[Log] = []

    def open_(place: str, settings: str = SETTINGS, bounds: Bounds = BOUNDS, **more: bool) -> Log:
        mark = next(numbers).to_bytes(8)
        log: Log
        if place.startswith(SQLITE):
            log = SqliteLog(Path(place.removeprefix(SQLITE)), settings, mark, bounds, **more)
        else:
            log = RedisLog(place, settings, mark, bounds)
        opened.append(log)
        return log

    yield open_
    for log in opened:
        runner.run(log.close())
