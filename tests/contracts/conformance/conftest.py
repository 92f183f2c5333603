"""Trials made by hand, for oracles to judge, and an emulator for real ones."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest

from contracts.conformance import money
from contracts.conformance.case import Case
from contracts.conformance.cases.catalogue import cases
from contracts.conformance.entry import Entry
from contracts.conformance.result import Result
from contracts.conformance.runner import Plan, results
from contracts.conformance.said import Said
from contracts.conformance.trial import Ran, Trial
from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings
from tests.contracts.conftest import CONTRACT, MODEL

CASES = {case.id: case for case in (*cases(MODEL), money.CASE)}
# As it was before any test: pytest changes it, and threads read it.
SURROUNDINGS = dict(os.environ)
URL = "http://127.0.0.1:8026"
VIDEO = b"video" * 20
RAN = Ran(
    said=Said(outcome="completed", job_id="job_1"),
    trouble=None,
    seconds=2.0,
    is_killed=False,
    saved=VIDEO,
    glimpses=(),
)
JOB: dict[str, Any] = {"job_id": "job_1", "price": {"amount": 0.45}}
REQUEST = {"model": "wan-2-6", "prompt": "a lighthouse"}


def entry(operation: str | None = "poll", at: float = 0.0, **changes: Any) -> Entry:
    """A request of *operation* that came *at* a time and was answered at once."""
    paths = {"submit": "/v1/videos/generations", "download": "/media/job_1.mp4"}
    made = Entry(
        at=at,
        seconds=0.0,
        operation=operation,
        method="POST" if operation == "submit" else "GET",
        path=paths.get(str(operation), "/v1/jobs/job_1"),
        query="",
        status=200,
        headers={"host": "127.0.0.1:8026", "authorization": "Bearer [redacted]"},
        body=None,
        answer_headers={},
        answer_body=None,
        answer_bytes=0,
    )
    return replace(made, **changes)


def trial(*entries: Entry, **changes: Any) -> Trial:
    """A trial that went well, with *entries*; *changes* of what the adapter did are among them."""
    ran = {name: changes.pop(name) for name in [*changes] if name in Ran.__slots__}
    made = Trial(
        request=REQUEST,
        deadline=10.0,
        url=URL,
        began=0.0,
        ran=replace(RAN, **ran),
        entries=entries,
        jobs=[JOB],
        video=VIDEO,
    )
    return replace(made, **changes)


@pytest.fixture(scope="session")
def emulator() -> Iterator[str]:
    """The root of an emulator."""
    with ThreadServer(create_app(Settings())) as server:
        yield server.url


Run = Callable[..., list[Result]]


@pytest.fixture(scope="session")
def run(emulator: str) -> Run:
    """Return a function that sets the kit's own client of a name to cases, by their ids, and returns what comes of them."""

    def run(client: str, *ids: str, side_by_side: int = 16) -> list[Result]:
        chosen = [CASES[id_] for id_ in ids] if ids else [*CASES.values()]
        return graded(emulator, own(client), chosen, side_by_side=side_by_side)

    return run


def own(client: str) -> list[str]:
    """The command of the kit's own client."""
    return [sys.executable, "-m", "contracts.faulty.clients", client]


def graded(
    url: str, words: list[str], chosen: list[Case], *, side_by_side: int = 16, **more: str
) -> list[Result]:
    """Return what comes of the client behind *words* in the cases that are *chosen*."""
    plan = Plan(
        words=words, cases=chosen, side_by_side=side_by_side, surroundings={**SURROUNDINGS, **more}
    )
    return [*results(plan, CONTRACT, lambda: nullcontext(url))]
