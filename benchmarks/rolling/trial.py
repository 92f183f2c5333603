"""One pass: load, each emulator ended in turn, and what came of it."""

import asyncio
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.rolling.books import Books
from benchmarks.rolling.fleet import Fleet, Stop
from benchmarks.rolling.visitor import Seen, Told, Visitor

WARM_UP_SECONDS = 1.0
BETWEEN_SECONDS = 0.5
ACCOUNTS = 4


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A pass: *emulators* are ended *rounds* times each with the signal *number*, while *clients* ask."""

    kind: str
    number: int
    emulators: int = 4
    clients: int = 12
    rounds: int = 1
    seed: int = 0

    @property
    def title(self) -> str:
        """What it is called in reports."""
        name = signal.Signals(self.number).name
        return f"{self.kind}, {self.emulators} emulators, {self.clients} clients, {name}"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a pass."""

    plan: Plan
    tolds: Sequence[Told]
    stops: Sequence[Stop]
    videos: int
    """How many videos each emulator was asked for afterwards."""
    problems: Sequence[str]

    @property
    def seen(self) -> Sequence[Seen]:
        """All requests."""
        return [one for told in self.tolds for one in told.seen]

    @property
    def cut(self) -> Sequence[Seen]:
        """The requests that failed, and may have: they were under way in an emulator that was killed."""
        return [one for one in self.seen if not one.is_wanted and was_cut(one, self.stops)]


def was_cut(seen: Seen, stops: Sequence[Stop]) -> bool:
    """Tell whether a request that failed was under way when an emulator was killed; 502 is nginx's word for that."""
    return seen.status in {0, 502} and any(
        stop.is_killed and seen.began <= stop.ended and stop.begun <= seen.ended for stop in stops
    )


def refused(seen: Sequence[Seen], stops: Sequence[Stop]) -> Sequence[str]:
    """Return a line for each kind of answer that nobody should have had."""
    wrong = Counter(
        (one.operation, one.status) for one in seen if not one.is_wanted and not was_cut(one, stops)
    )
    return [
        f"{operation} was answered with {status or 'a cut connection'} {count} times"
        for (operation, status), count in wrong.items()
    ]


async def carry_out(plan: Plan, fleet: Fleet, port: int) -> Outcome:
    """Carry out *plan* on *fleet*, behind nginx at *port*.

    Raises:
        BenchmarkError: an emulator does not end, start or answer.
    """
    tolds = [Told(f"rolling-{number}") for number in range(ACCOUNTS)]
    ends = asyncio.Event()
    stops = []
    async with asyncio.TaskGroup() as group:
        for number in range(plan.clients):
            draws = Random(plan.seed * 1000 + number)
            visitor = Visitor(port, tolds[number % ACCOUNTS], draws)
            group.create_task(visitor.visit(lambda: not ends.is_set()))
        await asyncio.sleep(WARM_UP_SECONDS)
        for place in [*range(plan.emulators)] * plan.rounds:
            stops.append(await fleet.restart(place, plan.number))
            await asyncio.sleep(BETWEEN_SECONDS)
        ends.set()
    videos = [told.videos[-1] for told in tolds if told.videos]
    problems = [*refused([one for told in tolds for one in told.seen], stops)]
    problems += await _checked(Books(fleet.ports), tolds, videos)
    return Outcome(plan=plan, tolds=tolds, stops=stops, videos=len(videos), problems=problems)


async def _checked(books: Books, tolds: Sequence[Told], videos: Sequence[str]) -> Sequence[str]:
    problems: list[str] = []
    for told in tolds:
        problems += [problem async for problem in books.problems(told)]
    for url in videos:
        problems += [problem async for problem in books.unreachable(url)]
    if not videos:
        problems.append("no video was downloaded")
    books.close()
    return problems


def elapsed(stops: Sequence[Stop]) -> Sequence[float]:
    """Return how many seconds each took to end."""
    return [stop.ended - stop.begun for stop in stops]
