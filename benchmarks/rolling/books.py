"""What the state says afterwards, beside what the clients were told: no job is lost, and none is paid for twice."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple

from benchmarks.figures import BenchmarkError
from benchmarks.rolling.fleet import BALANCE, LATENCY
from benchmarks.rolling.visitor import Told
from benchmarks.soak.asks import Account, Answer, download
from benchmarks.soak.client import Client

MICRO = 1_000_000


class Money(NamedTuple):
    """What an account has, holds and has spent, in micro-dollars."""

    balance: int
    held: int
    spent: int


class Books:
    """Reads accounts from the emulators at *ports*, without nginx."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._clients = [Client(port) for port in ports]

    async def problems(self, told: Told) -> AsyncIterator[str]:
        """Yield what is wrong with the account of *told*, in a line each.

        Raises:
            BenchmarkError: an emulator does not answer.
        """
        await asyncio.sleep(float(LATENCY))  # then nothing is held any more
        jobs = [await self._job(told, place, job) for place, job in enumerate(told.accepted)]
        lost = sum(job is None for job in jobs)
        if lost:
            yield f"{told.name}: {lost} accepted jobs are lost"
        found = {job["job_id"]: job for job in jobs if job is not None}
        ran_on = [one for one in told.cancelled if found.get(one, {}).get("status") != "cancelled"]
        if ran_on:
            yield f"{told.name}: {len(ran_on)} cancelled jobs are not: {ran_on[0]}"
        moneys = {await self._money(told, client) for client in self._clients}
        if len(moneys) > 1:
            yield f"{told.name}: the emulators do not agree: {moneys}"
        for money in moneys:
            for problem in owed(told, found.values(), money):
                yield f"{told.name}: {problem}"

    async def unreachable(self, url: str) -> AsyncIterator[str]:
        """Yield of each emulator that does not have the whole video at *url* what is wrong with it."""
        bodies = set()
        for place, client in enumerate(self._clients):
            answer = await client.ask(download(url))
            bodies.add(answer.body)
            if answer.status != 200 or answer.body[4:8] != b"ftyp":
                yield f"emulator {place} answers {answer.status} to a video's URL, {url}"
        if len(bodies) > 1:
            yield f"the emulators have different videos at {url}"

    def close(self) -> None:
        """End the connections."""
        for client in self._clients:
            client.close()

    async def _job(self, told: Told, place: int, job_id: str) -> dict[str, Any] | None:
        """Return all about the job, from one emulator or another."""
        client = self._clients[place % len(self._clients)]
        answer = await client.ask(Account(told.name).ask("GET", f"/_mock/jobs/{job_id}"))
        if answer.status == 404:
            return None
        job: dict[str, Any] = _good(answer).json
        return job

    async def _money(self, told: Told, client: Client) -> Money:
        shown = _good(await client.ask(Account(told.name).ask("GET", "/_mock/account"))).json
        amounts = (shown["balance"], shown["held"], shown["spent"])
        return Money(*(round(amount * MICRO) for amount in amounts))


def owed(told: Told, jobs: Any, money: Money) -> Sequence[str]:
    """Return what is wrong with the *money* of an account, of whose accepted jobs *jobs* are what is known."""
    prices = [(round(job["price"]["amount"] * MICRO), job["status"] != "cancelled") for job in jobs]
    known = sum(price for price, is_paid in prices if is_paid)
    most = max((price for price, _ in prices), default=0) * told.unanswered
    problems = []
    paid = money.held + money.spent
    if not known <= paid <= known + most:
        allowed = f", and at most {most} for submissions without an answer" if most else ""
        problems.append(f"{paid} micro-dollars are held or spent, and {known} are due{allowed}")
    if sum(money) != int(BALANCE) * MICRO:
        problems.append(f"{sum(money)} micro-dollars are left of what it had, {BALANCE} dollars")
    return problems


def _good(answer: Answer) -> Answer:
    if answer.status != 200:
        raise BenchmarkError(f"an emulator answers {answer.status}: {answer.body[:200]!r}")
    return answer
