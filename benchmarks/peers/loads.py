"""Requests per second and processor time per request, for each question that is asked of the peers, and what that leaves in memory."""

from collections.abc import Iterator, Mapping

from benchmarks.figures import BenchmarkError
from benchmarks.load import CONNECTIONS, WARM_UP_SECONDS, Load
from benchmarks.peers.catalogue import OURS
from benchmarks.peers.field import FIRST_SECONDS, Field, Running, able, race, warm_up
from benchmarks.peers.result import Result, Samples, ratios

QUESTIONS = {
    "poll": ("Poll a finished job", CONNECTIONS),
    "submit": ("Submit a job, always with the same body", CONNECTIONS),
    "submit-each": ("Submit a job, each with its own prompt", CONNECTIONS),
    "models": ("List the models", CONNECTIONS),
    "download": ("Download a video of 1 MiB", 4),  # each takes its time
}
COLUMNS = ("requests/s", "of ours", "CPU µs each", "of ours")


def measure(field: Field) -> Iterator[Result]:
    with field.running() as (running, problems):
        before = _held(running)
        warm_up(running, problems)
        for question, (title, connections) in QUESTIONS.items():
            yield _asked(
                question, f"{title}, {connections} connections", running, field, connections
            )
        yield _memory(before, running, field, problems)


def _asked(question: str, title: str, running: Running, field: Field, connections: int) -> Result:
    outcomes = race(able(running, question, connections), field.plan)
    problems = {name: str(one) for name, one in outcomes.items() if isinstance(one, BenchmarkError)}
    loads = {name: one for name, one in outcomes.items() if not isinstance(one, BenchmarkError)}
    rows = {
        name: _row(loads[name], loads.get(OURS, [])) if name in loads else [()] * len(COLUMNS)
        for name in running
        if name not in problems
    }
    return Result(title=title, subject="server", columns=COLUMNS, rows=rows, problems=problems)


def _memory(
    before: Mapping[str, float], running: Running, field: Field, problems: Mapping[str, str]
) -> Result:
    after = _held(running)
    each = WARM_UP_SECONDS + field.plan.rounds * field.plan.seconds
    seconds = {name: float(FIRST_SECONDS + each * len(asks)) for name, asks in running.items()}
    return Result(
        title="Memory, when all that was asked for",
        subject="server",
        columns=("idle, MB", "afterwards, MB", "seconds of load"),
        rows={name: [(before[name],), (after[name],), (seconds[name],)] for name in running},
        problems=problems,
    )


def _held(running: Running) -> dict[str, float]:
    servers = {name: next(iter(targets.values())).server for name, targets in running.items()}
    return {name: server.resident_bytes / 1e6 for name, server in servers.items()}


def _row(loads: list[Load], ours: list[Load]) -> list[Samples]:
    speeds, costs = _samples(loads)
    if loads is ours:
        return [speeds, (1.0,), costs, (1.0,)]
    our_speeds, our_costs = _samples(ours)
    return [speeds, ratios(speeds, our_speeds), costs, ratios(costs, our_costs)]


def _samples(loads: list[Load]) -> tuple[Samples, Samples]:
    return [load.per_second for load in loads], [load.cpu_micros for load in loads]
