"""Polls over few and over many connections."""

from collections.abc import Iterator

from benchmarks.figures import BenchmarkError
from benchmarks.peers.field import Field, Running, able, race, warm_up
from benchmarks.peers.result import Result, Samples

CROWDS = (1, 4, 16, 64)
UNITS = ("polls/s", "CPU µs")


def measure(field: Field) -> Iterator[Result]:
    with field.running() as (running, problems):
        warm_up(running, problems)
        yield _crowds(running, problems, field)


def _crowds(running: Running, problems: dict[str, str], field: Field) -> Result:
    rows: dict[str, list[Samples]] = {name: [] for name in able(running, "poll", 1)}
    for connections in CROWDS:
        for name, loads in race(able(running, "poll", connections), field.plan).items():
            if isinstance(loads, BenchmarkError):
                problems[name] = str(loads)
                continue
            rows[name].append([load.per_second for load in loads])
            rows[name].append([load.cpu_micros for load in loads])
    return Result(
        title="Poll over 1 to 64 connections",
        subject="server",
        columns=[f"{unit}, {connections}" for connections in CROWDS for unit in UNITS],
        rows={name: row for name, row in rows.items() if name not in problems},
        problems=problems,
    )
