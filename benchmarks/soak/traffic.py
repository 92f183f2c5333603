"""All clients together: visitors that share the jobs out, and listeners."""

import asyncio
import os
import sys
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks.servers import Server
from benchmarks.soak.listener import listen
from benchmarks.soak.samples import Sample, Sampler
from benchmarks.soak.tally import Tally
from benchmarks.soak.visitor import STAYING, Pace, Visitor

VISITORS = 32
LISTENERS = 3
# More than the emulator keeps in memory, so that all it keeps later is in place of others.
FIRST_VIDEOS = 200
FETCHERS = 4
WORDS = 10_000  # of what the server says on its standard error that are kept, in bytes
TELLING_SECONDS = 60.0
LEAVING_SECONDS = 3.0  # until the server has seen that its clients are gone


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long, how many jobs in all, and what decides what they are."""

    minutes: float
    jobs: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class Run:
    """What was seen: the server *before* the first client came, with clients, and *after* the last had left."""

    plan: Plan
    before: Sample
    samples: Sequence[Sample]
    after: Sample
    tally: Tally


async def run(server: Server, plan: Plan) -> Run:
    """Send the traffic of *plan* to *server*.

    Raises:
        BenchmarkError: the server has ended.
    """
    tally = Tally()
    before = Sampler(server, tally).sample()
    await asyncio.gather(*_fetching(server.port, tally, plan))
    sampler = Sampler(server, tally)
    try:
        async with asyncio.TaskGroup() as group:
            others = [sampler.watch(), _tell(tally), *_listening(server.port, tally, plan)]
            background = [group.create_task(other) for other in others]
            await asyncio.gather(*_visits(server.port, tally, plan))
            for task in background:
                task.cancel()
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from errors
    await asyncio.sleep(LEAVING_SECONDS)
    # Read without moving the place where the server writes, which is the same.
    said = os.pread(server.errors.fileno(), WORDS, 0).decode(errors="replace")
    if said:
        tally.wondered("words on the emulator's standard error", said)
    return Run(
        plan=plan, before=before, samples=sampler.samples, after=sampler.sample(), tally=tally
    )


def _fetching(port: int, tally: Tally, plan: Plan) -> Iterator[Coroutine[Any, Any, None]]:
    for number in range(FETCHERS):
        chance = Random(f"{plan.seed} fetcher {number}")
        visitor = Visitor(port, tally, name=f"soak-fetcher-{number}", chance=chance)
        yield visitor.fetch(FIRST_VIDEOS // FETCHERS)


def _visits(port: int, tally: Tally, plan: Plan) -> Iterator[Coroutine[Any, Any, None]]:
    """Share the jobs out, as evenly as they can be."""
    for number in range(VISITORS):
        jobs = plan.jobs // VISITORS + (number < plan.jobs % VISITORS)
        name, chance = f"soak-{number}", Random(f"{plan.seed} visitor {number}")
        visitor = Visitor(port, tally, name=name, chance=chance)
        yield visitor.come(Pace(jobs=jobs, seconds=plan.minutes * 60))


async def _tell(tally: Tally) -> None:
    """Tell whoever waits how far it is."""
    while True:
        await asyncio.sleep(TELLING_SECONDS)
        wrong = tally.unexpected.total()
        print(f"{tally.jobs:,} jobs, {wrong:,} unexpected answers …", file=sys.stderr, flush=True)


def _listening(port: int, tally: Tally, plan: Plan) -> Iterator[Coroutine[Any, Any, None]]:
    for number in range(LISTENERS):
        chance = Random(f"{plan.seed} listener {number}")
        yield listen(port, tally, account=STAYING, chance=chance)
