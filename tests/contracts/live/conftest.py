"""A stand-in for the live API: the emulator, which nobody controls, in a time that passes when somebody sleeps."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.asgi import AsgiTransport
from contracts.events import RuleBroken, RunFinished
from contracts.exchange import Exchange, Sent
from contracts.faulty.catalogue import faults
from contracts.faulty.wrapping import wrapped
from contracts.keys import Keys
from contracts.live.opening import live_events
from contracts.passing import RealTime
from contracts.run import PROFILES
from contracts.wishes import Wishes
from mock_server.app import create_app
from mock_server.settings import Settings
from tests.contracts.conftest import CONTRACT

BUDGET = 2_250_000
START = 1_800_000_000
KEYS = {"main": "sk-empiriolabs-a", "other": "sk-empiriolabs-b"}
FAULTS = {fault.id: fault for fault in faults(CONTRACT)}


class Time(RealTime):
    """The time of run and target: it stands still while nobody sleeps. *most* is how often anybody may."""

    def __init__(self) -> None:
        super().__init__(sleep=self._pass, clock=lambda: self.seconds)
        self.seconds = float(START)
        self.sleeps: list[float] = []
        self.most: int | None = None

    def _pass(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        if self.most is not None and len(self.sleeps) > self.most:
            self.most = None
            raise KeyboardInterrupt
        self.seconds += seconds

    def micros(self) -> int:
        return int(self.seconds * 1_000_000)


class KilledError(BaseException):
    """The process is gone: nothing else is done."""


class StandIn:
    """Be the live API, and see all that reaches it; *lost* tells which answers get lost on their way,
    *fate* what becomes of the run before it sends anything more."""

    def __init__(self, folder: Path, *, fault: str | None = None, **settings) -> None:
        self.time = Time()
        chosen = {"control": False, "balance": 100, "rpm": 50, "latency": "realistic", **settings}
        app = create_app(Settings(**chosen), time=self.time.micros)
        if fault is not None:
            app = wrapped(app, CONTRACT.api, FAULTS[fault])
        self.inner = AsgiTransport(app, Keys(KEYS))
        self.exchanges: list[Exchange] = []
        self.ledger = folder / "ledger.jsonl"
        self.lost: Callable[[Sent], bool] = lambda _: False
        self.fate: Callable[[StandIn], BaseException | None] = lambda _: None

    def send(self, sent: Sent):
        end = self.fate(self)
        if end is not None:
            raise end
        exchange = self.inner.send(sent)
        self.exchanges.append(replace(exchange, at=self.time.seconds))
        if self.lost(sent):
            return replace(exchange, answer=None, trouble="reset")
        return exchange

    def wishes(self, max_cost=BUDGET, **changes) -> Wishes:
        made = Wishes(
            url="http://127.0.0.1:8026",
            api_key=KEYS["main"],
            other_api_key=KEYS["other"],
            profile=PROFILES["smoke"],
            max_cost=max_cost,
            ledger=self.ledger,
        )
        return replace(made, **changes)

    def events(self, max_cost=BUDGET, **changes):
        return live_events(self.wishes(max_cost, **changes), CONTRACT, lambda _: self, self.time)

    def run(self, max_cost=BUDGET, **changes) -> tuple[list[RuleBroken], RunFinished]:
        *events, finished = self.events(max_cost, **changes)
        return [event for event in events if isinstance(event, RuleBroken)], finished

    def spent(self) -> int:
        """What the account has really paid and pays for what runs, in micro-dollars."""
        sent = Sent(operation="usage", method="GET", target="/v1/account/usage")
        left: float = self._read(sent)["balance"]["amount"]
        return 100_000_000 - round(left * 1_000_000)

    def running(self) -> list[str]:
        """Ids of the jobs that have not ended."""
        sent = Sent(operation="list", method="GET", target="/v1/jobs?limit=100")
        return [
            job["job_id"]
            for job in self._read(sent)["data"]
            if job["status"] in {"queued", "processing"}
        ]

    def _read(self, sent: Sent) -> Any:
        self.time.seconds += 61  # beyond the window of the rate
        answer = self.inner.send(sent).answer
        assert answer is not None
        return answer.json

    def submissions(self):
        return [one for one in self.exchanges if one.sent.operation == "submit"]


@pytest.fixture
def stand_in(tmp_path):
    made = []
    numbers = itertools.count()

    def stand_in(**chosen) -> StandIn:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        made.append(StandIn(folder, **chosen))
        return made[-1]

    yield stand_in
    for one in made:
        one.inner.close()
