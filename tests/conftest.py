"""Emulators under test, and clients of them."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from jsonschema import Draft202012Validator
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.settings import MEMORY, Settings
from tests.applications import Application, open_application
from tests.client import Client, Time
from tests.contracts.faulty.moving import VARIABLE, moving_seed
from tests.redis_server import RedisServer

# The files of tutorial and how-to guides are run as a reader runs them, by tests/docs.
collect_ignore = ["examples/tutorial", "examples/how_to"]

hypothesis_settings.register_profile("default", deadline=None)
hypothesis_settings.load_profile("default")


def pytest_report_header() -> str:
    return f"seeded faults are tried from seed {moving_seed()}; {VARIABLE} sets it"


# Where the accounts of the emulators under test are kept: memory, sqlite or redis.
STATE = os.environ.get("WAN_MOCK_TESTS_STATE", MEMORY)

MakeClient = Callable[..., Client]
Conforms = Callable[[Any, str], None]


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def client_of(runner: asyncio.Runner) -> Callable[[ASGIApp], Client]:
    """Return a function that makes a client of any ASGI application."""
    return lambda app: Client(app, runner, Time(), None)


@pytest.fixture(scope="session")
def redis_server(
    tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RedisServer]:
    server = RedisServer(tool("redis-server"), tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture
def state_of(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Callable[[str], str]:
    """Return a function that returns a place for state of a kind (memory, sqlite, redis) that nobody has used."""

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:{tmp_path_factory.mktemp('state') / 'state.db'}"
        if kind == "redis":
            server: RedisServer = request.getfixturevalue("redis_server")
            return server.new_database()
        return MEMORY

    return make


@pytest.fixture
def make_client(runner: asyncio.Runner, state_of: Callable[[str], str]) -> Iterator[MakeClient]:
    """Return a function that makes an emulator with the given settings, and a client of it.

    Where processes share the state, there are two that do, and requests go to one and the other in turn.
    """
    opened: list[Application] = []

    def make(
        key: str | None = "sk-empiriolabs-tests", time: Time | None = None, **settings: Any
    ) -> Client:
        time = time or Time()
        chosen = Settings(**{"state": state_of(STATE), **settings})
        count = 1 if chosen.state == MEMORY else 2
        applications = [open_application(chosen, time) for _ in range(count)]
        opened.extend(applications)
        turns = cycle(applications)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await next(turns).app(scope, receive, send)

        return Client(app, runner, time, key)

    yield make
    for application in opened:
        runner.run(application.emulator.close())


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    """A client of an emulator with the default settings."""
    return make_client()


@pytest.fixture
def manual(make_client: MakeClient) -> Client:
    """A client of an emulator whose clock stands still until it is advanced."""
    return make_client(clock="manual")


@pytest.fixture
def conforms(client: Client) -> Conforms:
    """Return a function that compares a body with a schema of the document that the emulator publishes."""
    components = client.get("/openapi.json").json["components"]

    def check(body: Any, schema: str) -> None:
        reference = {"$ref": f"#/components/schemas/{schema}", "components": components}
        Draft202012Validator(reference).validate(body)

    return check


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """Return a function that finds a program; a test without it is skipped, which CI does not accept."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name} is not installed")
        return path

    return find
