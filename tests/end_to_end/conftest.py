"""One suite for every way to the emulator: in this process, as a server, in the built image; and for the live API.

The image that E2E_IMAGE names is run by deploy/image. The live API is asked only with EMPIRIOLABS_API_KEY and
E2E_LIVE_MAX_COST, the US dollars that may be spent, and only by tests marked `live_safe`.
"""

import asyncio
import itertools
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from contracts.document import load
from mock_server.app import create_app
from mock_server.settings import Settings

ROOT = Path(__file__).parents[2]
SETTINGS = ("--clock", "skip")
ENDED = {"completed", "succeeded", "failed", "cancelled"}
SECONDS_TO_STOP = 30
# A client that only polls sees the end of an emulator's job at the 12th poll; scenarios strike three.
POLLS = 20
LIVE_POLLS, LIVE_SECONDS_BETWEEN = 240, 10.0
LIVE_TIMEOUT = 60.0


class InProcess(httpx.BaseTransport):
    """Hands requests to an application of this process, for a client that waits for them."""

    def __init__(self, app: ASGIApp, runner: asyncio.Runner) -> None:
        self._asgi = httpx.ASGITransport(app)
        self._runner = runner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._runner.run(self._answer(request))
        except ConnectionError as error:
            # How the emulator cuts a connection that is not its own server's.
            raise httpx.ReadError(str(error), request=request) from error

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._asgi.handle_async_request(request)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)


@dataclass(frozen=True)
class Target:
    """Somebody who speaks the contract; *pause* is what is done between two polls, of which there are at most *polls*."""

    url: str
    transport: httpx.BaseTransport
    polls: int = POLLS
    pause: Callable[[], None] = lambda: None
    left: Decimal | None = None
    is_live: bool = False


class Api:
    """A client of the API with a key of its own."""

    def __init__(self, target: Target, key: str | None) -> None:
        self._target = target
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        self.http = httpx.Client(
            base_url=target.url, transport=target.transport, headers=headers, timeout=LIVE_TIMEOUT
        )

    def get(self, url: str, **more: Any) -> httpx.Response:
        return self.http.get(url, **more)

    def post(self, url: str, **more: Any) -> httpx.Response:
        return self.http.post(url, **more)

    def submit(self, **fields: Any) -> httpx.Response:
        """Submit a generation, by default the published example."""
        example = {"model": "wan-2-6", "prompt": "sunrise over the ocean", "duration": 6}
        return self.post("/v1/videos/generations", json=example | fields)

    def job(self, submitted: httpx.Response) -> Any:
        """Poll what was *submitted* until it has ended."""
        assert submitted.status_code in {200, 202}, submitted.text
        job = None
        for _ in range(self._target.polls):
            job = self.get(submitted.json()["poll_url"]).raise_for_status().json()
            if job["status"] in ENDED:
                return job
            self._target.pause()
        raise AssertionError(f"the job does not end: {job}")

    def finished(self, **fields: Any) -> Any:
        """Submit a generation and return its job once it has ended."""
        return self.job(self.submit(**fields))


@contextmanager
def started(*command: str | Path, **settings: str) -> Iterator[str]:
    """Run *command* and give the first line that it says, its URL in it; SIGTERM must end it, and well.

    *settings* are the WAN_MOCK_ variables that it gets, and the only ones.
    """
    chosen = {f"WAN_MOCK_{name.upper()}": value for name, value in settings.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WAN_MOCK_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=kept | chosen) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline()
            process.terminate()
            assert process.wait(SECONDS_TO_STOP) == 0
        finally:
            process.kill()


@contextmanager
def served(*command: str | Path) -> Iterator[Target]:
    with started(*command) as said, httpx.HTTPTransport() as transport:
        found = re.search(r"http://\S+", said)
        assert found, f"{command} says {said!r} in place of its URL"
        yield Target(url=found[0], transport=transport)


@contextmanager
def in_process(runner: asyncio.Runner) -> Iterator[Target]:
    transport = InProcess(create_app(Settings(clock="skip")), runner)
    yield Target(url="http://127.0.0.1:8026", transport=transport)


@contextmanager
def server(_: asyncio.Runner) -> Iterator[Target]:
    command = (sys.executable, "-m", "mock_server", "serve", "--port", "0", *SETTINGS)
    with served(*command) as target:
        yield target


@contextmanager
def image(_: asyncio.Runner) -> Iterator[Target]:
    if not (tag := os.environ.get("E2E_IMAGE")):
        pytest.skip("E2E_IMAGE names no image to test: make image-test builds one and does")
    here = ("--host", "127.0.0.1", "--port", "0")
    with served(ROOT / "deploy" / "image", "run", tag, "serve", *here, *SETTINGS) as target:
        yield target


@contextmanager
def live(_: asyncio.Runner) -> Iterator[Target]:
    most = os.environ.get("E2E_LIVE_MAX_COST")
    if not (most and os.environ.get("EMPIRIOLABS_API_KEY")):
        pytest.skip("the live API needs EMPIRIOLABS_API_KEY and E2E_LIVE_MAX_COST, in US dollars")
    url = os.environ.get("EMPIRIOLABS_BASE_URL", load().api.base_url)
    with httpx.HTTPTransport() as transport:
        yield Target(
            url=url,
            transport=transport,
            polls=LIVE_POLLS,
            pause=lambda: time.sleep(LIVE_SECONDS_BETWEEN),
            left=Decimal(most),
            is_live=True,
        )


WAYS = {
    "in-process": pytest.param(in_process, id="in-process"),
    "server": pytest.param(server, id="server"),
    "image": pytest.param(image, id="image", marks=pytest.mark.image),
    "live": pytest.param(live, id="live", marks=pytest.mark.live),
}
NEEDED = {"image": ("E2E_IMAGE",), "live": ("EMPIRIOLABS_API_KEY", "E2E_LIVE_MAX_COST")}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let every test go every way that is open to it; those marked `every_way` say why another is not."""
    if "target" not in metafunc.fixturenames:
        return
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    ways = [
        way
        for way in WAYS
        if ("every_way" in marks or all(map(os.environ.get, NEEDED.get(way, ()))))
        and (way != "live" or "live_safe" in marks)
    ]
    metafunc.parametrize("target", [WAYS[way] for way in ways], indirect=True, scope="session")


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest, runner: asyncio.Runner) -> Iterator[Target]:
    with request.param(runner) as target:
        yield target


@pytest.fixture(scope="session")
def spent() -> list[Decimal]:
    """The most that each test has cost so far, in US dollars."""
    return []


ACCOUNTS = itertools.count(1)

ApiOf = Callable[[str | None], Api]


@pytest.fixture
def api_of(request: pytest.FixtureRequest, target: Target, spent: list[Decimal]) -> ApiOf:
    """Return a function that makes a client with the given key, or with none."""
    if target.is_live:
        cost = Decimal(request.node.get_closest_marker("live_safe").kwargs.get("usd", 0))
        if sum(spent) + cost > (target.left or 0):
            pytest.skip(f"costs up to US$ {cost}, and of E2E_LIVE_MAX_COST less is left")
        spent.append(cost)
    return lambda key: Api(target, key)


@pytest.fixture
def api(target: Target, api_of: ApiOf) -> Api:
    """A client with an account of its own, or with the key of the live API."""
    if target.is_live:
        return api_of(os.environ["EMPIRIOLABS_API_KEY"])
    return api_of(f"sk-empiriolabs-e2e{next(ACCOUNTS)}")


@pytest.fixture
def running() -> Callable[..., AbstractContextManager[str]]:
    """Return a function that runs a command while a block runs; see `started`."""
    return started
