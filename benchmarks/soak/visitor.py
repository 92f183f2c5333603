"""A client that comes again and again: its accounts, its pace, and what it comes for."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count, islice
from random import Random
from time import perf_counter
from typing import Any

from benchmarks.soak.asks import Account, Answer, Ask
from benchmarks.soak.client import Client
from benchmarks.soak.errands import Errand, downloaded, drawn, harmless
from benchmarks.soak.tally import Tally

# An account has seen more requests then than its journal holds, so that it is as large as accounts get;
# but each visitor has at least so many accounts, one after the other, that the first ends in the warm-up.
JOBS_OF_ACCOUNT = 300
ACCOUNTS = 8
STAYING = Account("soak-stays")
STAYING_SHARE = 0.02
# How accounts differ: in most, jobs end at the first look.
TERMS: tuple[tuple[dict[str, Any] | None, str | None], ...] = (
    (None, None),
    (None, None),
    ({"latency": "quick"}, None),
    ({"latency": 30}, "skip"),
)


@dataclass(frozen=True, kw_only=True)
class Pace:
    """When each job is due: *jobs* of them, evenly over *seconds*; who is late catches up."""

    jobs: int
    seconds: float

    def due(self) -> Iterator[float]:
        """Yield how many seconds after the beginning each job is due."""
        return (self.seconds * number / self.jobs for number in range(self.jobs))


class Visitor:
    """One client with a connection of its own, and an account that it forgets after a while for a new one."""

    def __init__(self, port: int, tally: Tally, *, name: str, chance: Random) -> None:
        """Ask the server at *port*, as *chance* has it; accounts get *name* and a number."""
        self._client = Client(port)
        self._tally = tally
        self._name = name
        self._chance = chance

    async def come(self, pace: Pace) -> None:
        """Run an errand for each job of *pace*."""
        begun, dues = perf_counter(), pace.due()
        most = max(1, min(JOBS_OF_ACCOUNT, pace.jobs // ACCOUNTS))
        # The first account ends at any time, so that not all visitors forget theirs together.
        lot = [*islice(dues, self._chance.randint(1, most))]
        with closing(self._client):
            for number in count(1):
                account = Account(f"{self._name}-{number}")
                await self._open(account)
                kept = 0
                for due in lot:
                    await asyncio.sleep(begun + due - perf_counter())
                    kept += await self._errand(account)
                await self._ask(account.forget())
                self._tally.kept -= kept
                lot = [*islice(dues, most)]
                if not lot:
                    return

    async def fetch(self, videos: int) -> None:
        """Fetch so many new *videos*; they count as no jobs, and their account is forgotten at once."""
        account = Account(f"{self._name}-first")
        with closing(self._client):
            for _ in range(videos):
                await self._run(downloaded(self._chance, account))
            await self._ask(account.forget())

    async def _open(self, account: Account) -> None:
        terms, clock = self._chance.choice(TERMS)
        if terms is not None:
            await self._ask(account.ask("PATCH", "/_mock/account", terms))
        if clock is not None:
            await self._ask(account.ask("PUT", "/_mock/clock", {"mode": clock}))

    async def _errand(self, account: Account) -> bool:
        """Run an errand; tell whether its job was one of *account*."""
        stays = self._chance.random() < STAYING_SHARE
        await self._run(harmless(self._chance, STAYING) if stays else drawn(self._chance, account))
        self._tally.jobs += 1
        self._tally.kept += 1
        return not stays

    async def _run(self, errand: Errand) -> None:
        """Play *errand*, up to its end or to an answer that it cannot go on with."""
        ask = next(errand)
        try:
            while (answer := await self._ask(ask)).status == ask.status:
                ask = errand.send(answer)
        except StopIteration:
            return
        except (LookupError, TypeError, ValueError) as error:  # the answer is not what it should be
            self._tally.wondered(
                f"{ask.operation}: {type(error).__name__} in its answer", str(error)
            )
        errand.close()

    async def _ask(self, ask: Ask) -> Answer:
        begun = perf_counter()
        answer = await self._client.ask(ask)
        self._tally.saw(ask, answer, perf_counter() - begun)
        return answer
