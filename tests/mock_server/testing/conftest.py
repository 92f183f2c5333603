"""An emulator whose clocks stand still, an account of it, and a client with the key of that."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_server import MockAccount, WanMock

REQUEST = {"model": "wan-2-6", "prompt": "sunrise over the ocean", "duration": 6}


@pytest.fixture(scope="session")
def mock() -> Iterator[WanMock]:
    with WanMock(clock="manual") as mock:
        yield mock


@pytest.fixture
def account(mock: WanMock) -> MockAccount:
    return mock.account()


@pytest.fixture
def http(account: MockAccount) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {account.api_key}"}
    with httpx.Client(base_url=account.base_url, headers=headers) as client:
        yield client


class Api:
    """A client of the API."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def submit(self, **fields: Any) -> httpx.Response:
        return self.http.post("/videos/generations", json=REQUEST | fields)

    def job_id(self, **fields: Any) -> str:
        """Submit a generation, and return the id of its job."""
        job_id: str = self.submit(**fields).raise_for_status().json()["job_id"]
        return job_id

    def poll(self, job_id: str) -> httpx.Response:
        return self.http.get(f"/jobs/{job_id}")


@pytest.fixture
def api(http: httpx.Client) -> Api:
    return Api(http)
