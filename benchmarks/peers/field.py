"""The peers that take part, and what is known to all measurements."""

import contextlib
import http.client
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.figures import BenchmarkError
from benchmarks.load import WARM_UP_SECONDS, Load, Target, press
from benchmarks.peers.peer import Peer, Targets
from benchmarks.peers.recording import Recording
from benchmarks.plan import Plan

# Java's compiler works while the server runs: it needs many requests to see what matters.
FIRST_SECONDS = 10

Running = Mapping[str, Targets]
"""What to ask the peers that run, by their names."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """Peers by name, all installed below *cache*."""

    peers: Mapping[str, Peer]
    cache: Path
    recording: Recording
    plan: Plan

    @contextlib.contextmanager
    def running(self) -> Iterator[tuple[dict[str, Targets], dict[str, str]]]:
        """Run all at once; yield what to ask each for, and why others did not start."""
        targets: dict[str, Targets] = {}
        problems: dict[str, str] = {}
        with contextlib.ExitStack() as stack:
            for name, peer in self.peers.items():
                try:
                    server = stack.enter_context(peer.running(self.cache, self.recording))
                    targets[name] = peer.targets(server, self.recording)
                except (BenchmarkError, OSError, http.client.HTTPException) as error:
                    problems[name] = str(error) or repr(error)
            yield targets, problems


def able(running: Running, question: str, connections: int) -> dict[str, Target]:
    """Return what to ask those who can answer *question*."""
    return {
        name: replace(targets[question], connections=connections)
        for name, targets in running.items()
        if question in targets
    }


def warm_up(running: dict[str, Targets], problems: dict[str, str]) -> None:
    """Press each of *running* for the first time, out of the count; who stumbles goes to *problems*."""
    for name, targets in [*running.items()]:
        try:
            press(next(iter(targets.values())), seconds=FIRST_SECONDS)
        except BenchmarkError as error:
            problems[name] = str(error)
            del running[name]


def race(targets: Mapping[str, Target], plan: Plan) -> dict[str, list[Load] | BenchmarkError]:
    """Press each of *targets* in every round, in an order that turns round; who stumbles is out, and it is told why."""
    outcomes: dict[str, list[Load] | BenchmarkError] = {name: [] for name in targets}
    order = list(targets)
    for number in range(-1, plan.rounds):
        for name in order:
            loads = outcomes[name]
            if isinstance(loads, BenchmarkError):
                continue
            try:
                load = press(
                    targets[name], seconds=plan.seconds if number >= 0 else WARM_UP_SECONDS
                )
            except BenchmarkError as error:
                outcomes[name] = error
                continue
            if number >= 0:
                loads.append(load)
        order.reverse()
    return outcomes
