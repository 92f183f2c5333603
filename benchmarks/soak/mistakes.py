"""Requests that are wrong, each in one way, with the status that tells so."""

from collections.abc import Callable
from typing import Any

from benchmarks.soak.asks import Account, Ask

Mistake = Callable[[Account, dict[str, Any]], Ask]

SUBMIT = "/v1/videos/generations"

OF: tuple[Mistake, ...] = (
    lambda account, body: account.ask("POST", SUBMIT, body | {"duration": 99}, status=400),
    lambda account, body: account.ask("POST", SUBMIT, body | {"prompt": ""}, status=400),
    lambda account, body: account.ask("POST", SUBMIT, body | {"model": "wan-1-0"}, status=404),
    lambda account, _: account.ask("POST", SUBMIT, b'{"model": ', status=400),
    lambda account, body: account.ask("POST", SUBMIT, body, status=415, kind="text/plain"),
    lambda account, _: account.ask("GET", "/v1/jobs/job_of_nobody", status=404),
    lambda account, _: account.ask("GET", "/v1/jobs?limit=many", status=400),
    lambda account, _: account.ask("GET", "/v1/nowhere", status=404),
    lambda account, _: account.ask("DELETE", "/v1/jobs", status=405),
    lambda account, _: account.ask("POST", "/_mock/faults", {"operation": "x"}, status=400),
    lambda _, body: Account("not a name").ask("POST", SUBMIT, body, status=401),
)
