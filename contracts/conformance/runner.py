"""The runner: sets a client to every case, several side by side, and judges what comes of each."""

import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from contracts.conformance import money
from contracts.conformance.adapter import Task, run
from contracts.conformance.case import Case
from contracts.conformance.emulator import Account, client_for
from contracts.conformance.result import Result, judged
from contracts.conformance.trial import Trial
from contracts.document import Contract
from contracts.sweep.fields import base

# Starts an emulator that nobody else works with, and ends it; gives its root.
Start = Callable[[], AbstractContextManager[str]]
PROMPT = "a lighthouse at dusk"
FRESH_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is run: the adapter, a command of *words*, with each of *cases*, *side_by_side* at once, in an environment of *surroundings*."""

    words: Sequence[str]
    cases: Sequence[Case]
    side_by_side: int
    surroundings: Mapping[str, str]


def results(plan: Plan, contract: Contract, start: Start) -> Iterator[Result]:
    """Yield what comes of each case of *plan*, as it comes, and at last what all of them cost.

    However it ends, no adapter runs any more and nothing is left on the disk.
    """
    found = []
    over = threading.Event()
    with start() as url, client_for() as client, tempfile.TemporaryDirectory() as folder:
        runner = _Runner(plan, contract, url, client, Path(folder), over)
        with ThreadPoolExecutor(plan.side_by_side) as pool:
            try:
                running = [pool.submit(runner.result, case) for case in _longest_first(plan.cases)]
                for done in as_completed(running):
                    found.append(done.result())
                    yield found[-1]
            finally:
                over.set()
                pool.shutdown(cancel_futures=True)
    if any(case is money.CASE for case in plan.cases):
        yield money.result(found)


def _longest_first(cases: Sequence[Case]) -> list[Case]:
    """Return *cases* without that of money; those that may take long come first, so that nobody waits for one at the end."""
    tried = [case for case in cases if case is not money.CASE]
    return sorted(tried, key=lambda case: case.setup.scenario != "stuck")


class _Runner:
    """Runs single cases on the emulator at *url*; *over* tells all of them to end."""

    def __init__(
        self,
        plan: Plan,
        contract: Contract,
        url: str,
        client: httpx.Client,
        folder: Path,
        over: threading.Event,
    ) -> None:
        self._plan = plan
        self._contract = contract
        self._url = url
        self._client = client
        self._folder = folder
        self._over = over
        self._run = secrets.token_hex(FRESH_BYTES)

    def result(self, case: Case) -> Result:
        """Return what comes of *case*."""
        account = self._account(case)
        request = self._request(case)
        account.prepare(case.setup, request)
        earlier = [job["job_id"] for job in account.jobs()]
        folder = self._folder / case.id
        folder.mkdir()
        task = Task(
            case=case.id,
            request=request,
            deadline=case.deadline,
            url=self._url,
            key=account.key,
            folder=folder,
        )
        began = account.now()
        ran = run(self._plan.words, task, self._plan.surroundings, is_over=self._over.is_set)
        jobs = account.jobs()
        trial = Trial(
            request=request,
            deadline=case.deadline,
            url=self._url,
            began=began,
            ran=ran,
            entries=tuple(account.entries()),
            jobs=[job for job in jobs if job["job_id"] not in earlier],
            video=_video(account, jobs),
        )
        shutil.rmtree(folder, ignore_errors=True)
        return judged(case, trial)

    def _account(self, case: Case) -> Account:
        name = f"client-{self._run}-{case.id}"
        key = f"{self._contract.api.key_prefix}{name}"
        return Account(self._client, self._url, name, key)

    def _request(self, case: Case) -> Mapping[str, Any]:
        model = next(iter(self._contract.models.values()))
        return {**base(model), "prompt": PROMPT, **case.fields}


def _video(account: Account, jobs: Sequence[Mapping[str, Any]]) -> bytes | None:
    return account.video(jobs[0]) if jobs else None
