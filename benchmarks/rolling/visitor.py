"""A client behind nginx: it submits, polls, cancels and downloads, and writes down all that it was told."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from benchmarks.soak.asks import Account, Answer, Ask, download
from benchmarks.soak.client import Client

BODY = {"model": "wan-2-6", "prompt": "sunrise over the ocean", "duration": 5, "seed": 1}
CANCELLED_OF_TEN, DOWNLOADED_OF_TEN = 3, 1
PAUSE_SECONDS = 0.02
ENDED = {"completed", "failed", "cancelled"}


class Seen(NamedTuple):
    """A request: what came of it, and from when to when it was under way, by the perf counter."""

    operation: str
    status: int
    is_wanted: bool
    began: float
    ended: float


@dataclass
class Told:
    """What the clients of one account were told."""

    name: str
    accepted: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    unanswered: int = 0
    """Submissions of which nobody knows whether they were accepted."""
    videos: list[str] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)


class Visitor:
    """One client of *told*'s account at *port*; *draws* decides what it does."""

    def __init__(self, port: int, told: Told, draws: Random) -> None:
        self._client = Client(port)
        self._account = Account(told.name)
        self._told = told
        self._draws = draws

    async def visit(self, goes_on: Callable[[], bool]) -> None:
        """Send one job after the other for as long as it *goes_on*."""
        while goes_on():
            await self._job()
            await asyncio.sleep(PAUSE_SECONDS)
        self._client.close()

    async def _job(self) -> None:
        answer = await self._ask(self._account.submit(BODY))
        if answer.status != 202:
            # 502 is nginx's word for an emulator that was cut off; all others are refusals.
            self._told.unanswered += answer.status <= 0 or answer.status == 502
            return
        job_id = answer.json["job_id"]
        self._told.accepted.append(job_id)
        chance = self._draws.randrange(10)
        await self._ask(self._account.poll(job_id))
        if chance < CANCELLED_OF_TEN:
            await self._cancel(job_id)
        elif chance < CANCELLED_OF_TEN + DOWNLOADED_OF_TEN:
            await self._fetch(job_id)

    async def _cancel(self, job_id: str) -> None:
        answer = await self._ask(self._account.cancel(job_id)._replace(operation="cancel"))
        if (
            answer.status == 200 and answer.json["status"] == "cancelled"
        ):  # it may have ended before
            self._told.cancelled.append(job_id)

    async def _fetch(self, job_id: str) -> None:
        while True:
            answer = await self._ask(self._account.poll(job_id))
            if answer.status != 200:
                return
            shown = answer.json
            if shown["status"] in ENDED:
                break
            await asyncio.sleep(PAUSE_SECONDS)
        url = shown["result"]["data"][0]["url"]
        await self._ask(download(url))
        self._told.videos.append(url)

    async def _ask(self, ask: Ask) -> Answer:
        began = time.perf_counter()
        answer = await self._client.ask(ask)
        ended = time.perf_counter()
        is_wanted = answer.status == ask.status
        self._told.seen.append(Seen(ask.operation, answer.status, is_wanted, began, ended))
        return answer
