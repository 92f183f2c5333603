"""GET a job that is under way, and one that has ended."""

from collections.abc import Iterator

from benchmarks import client
from benchmarks.figures import BenchmarkError, Figure
from benchmarks.load import Load, Target, in_turns
from benchmarks.plan import Plan
from benchmarks.servers import Server, bare, ours, running

RATIO = 0.8


def measure(plan: Plan) -> Iterator[Figure]:
    with (
        running(ours(latency="3600")) as slow,
        running(ours(latency="instant")) as instant,
        running(bare("poll")) as limit,
    ):
        targets = {
            "a job under way": _job_on(slow, ("queued", "processing")),
            "a finished job": _job_on(instant, ("completed",)),
            "bare": Target(server=limit, path="/v1/jobs/job_0123456789abcdef01234567"),
        }
        loads = in_turns(targets, rounds=plan.rounds, seconds=plan.seconds)
    limits = loads.pop("bare")
    for name, load in loads.items():
        yield from figures(f"poll {name}", load, limits, ratio=RATIO)


def figures(
    name: str, ours: list[Load], bare: list[Load], *, ratio: float | None
) -> Iterator[Figure]:
    """Compare requests per second, which has the target, and processor time per request."""
    yield Figure(
        name=name,
        unit="requests/s",
        ours=[load.per_second for load in ours],
        bare=[load.per_second for load in bare],
        ratio_at_least=ratio,
    )
    yield Figure(
        name=name,
        unit="µs CPU each",
        ours=[load.cpu_micros for load in ours],
        bare=[load.cpu_micros for load in bare],
    )


def _job_on(server: Server, expected: tuple[str, ...]) -> Target:
    job_id = client.submit(server.url)
    status = client.job(server.url, job_id)["status"]
    if status not in expected:
        raise BenchmarkError(f"a new job is {status}, not {' or '.join(expected)}")
    return Target(server=server, path=f"/v1/jobs/{job_id}")
