"""The emulator that clients are tried on, by its control interface."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from contracts.conformance.case import Setup
from contracts.conformance.entry import Entry, entry_of
from contracts.errors import ContractError
from contracts.passing import ACCOUNT, CLOCK

TIMEOUT_SECONDS = 30.0
KEPT_SECONDS = 2.0
MOST_ENTRIES = 1000
FAULTS, REQUESTS, JOBS = "/_mock/faults", "/_mock/requests", "/_mock/jobs"
SUBMIT_PATH = "/v1/videos/generations"
# A file that still is struck comes whole in the end.
MOST_DOWNLOADS = 4


class EmulatorError(ContractError):
    """The emulator did not do what it was told; the message tells what that was."""


class Account:
    """One account of the emulator at *url*; *key* is the key of it."""

    def __init__(self, client: httpx.Client, url: str, name: str, key: str) -> None:
        """Work by *client*; nothing is sent yet."""
        self.url = url
        self.key = key
        self._name = name
        self._client = client

    def prepare(self, setup: Setup, request: Mapping[str, Any]) -> None:
        """Set the account up as *setup* says; a job that is there before is one of *request*.

        Raises:
            EmulatorError: it cannot be.
        """
        terms = {"latency": setup.latency, "scenario": setup.scenario, **setup.account}
        self._control("PATCH", ACCOUNT, terms)
        faults = json.dumps(setup.faults)
        port = urlsplit(self.url).port
        faults = faults.replace("{url}", self.url).replace("{port}", str(port))
        if "{job}" in faults:
            faults = faults.replace("{job}", self._submitted(request))
        for fault in json.loads(faults):
            self._control("POST", FAULTS, fault)
        self._control("DELETE", REQUESTS)

    def now(self) -> float:
        """Return the present on the account's clock, in seconds since the epoch."""
        return datetime.fromisoformat(self._control("GET", CLOCK)["now"]).timestamp()

    def entries(self) -> list[Entry]:
        """Return what the client has sent, in order."""
        told = self._control("GET", f"{REQUESTS}?limit={MOST_ENTRIES}")["data"]
        return sorted(map(entry_of, told), key=lambda entry: entry.at)

    def jobs(self) -> list[dict[str, Any]]:
        """Return the jobs of the account, oldest first."""
        jobs: list[dict[str, Any]] = self._control("GET", f"{JOBS}?limit={MOST_ENTRIES}")["data"]
        return jobs[::-1]

    def video(self, job: Mapping[str, Any]) -> bytes | None:
        """Return the video of *job* as it is, None where there is none."""
        if not job.get("url"):
            return None
        self._control("DELETE", FAULTS)
        for _ in range(MOST_DOWNLOADS):
            try:
                answer = self._client.get(str(job["url"]))
            except httpx.HTTPError:
                continue
            if answer.status_code == 200:
                return answer.content
        return None

    def _submitted(self, request: Mapping[str, Any]) -> str:
        headers = {"authorization": f"Bearer {self.key}"}
        answer = self._asked("POST", self.url + SUBMIT_PATH, request, headers)
        return str(answer.json()["job_id"])

    def _control(self, method: str, path: str, fields: object = None) -> Any:
        query = "&" if "?" in path else "?"
        url = f"{self.url}{path}{query}account={self._name}"
        answer = self._asked(method, url, fields)
        return answer.json() if answer.content else None

    def _asked(
        self, method: str, url: str, fields: object, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        try:
            answer = self._client.request(method, url, json=fields, headers=headers)
        except httpx.HTTPError as error:
            raise EmulatorError(f"{method} {url}: the emulator does not answer: {error}") from None
        if answer.is_error:
            raise EmulatorError(f"{method} {url}: the emulator says {answer.text}")
        return answer


def client_for() -> httpx.Client:
    """Return a client that knows no proxy, for many threads."""
    # Servers let go of idle connections after some 5 s; one that both sides use up to then fails now and then.
    limits = httpx.Limits(keepalive_expiry=KEPT_SECONDS)
    return httpx.Client(
        timeout=TIMEOUT_SECONDS, limits=limits, trust_env=False, follow_redirects=True
    )
