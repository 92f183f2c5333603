"""How the cost of the emulator grows with its jobs; the peers answer from constants, or know one job for all submissions."""

from collections.abc import Iterator

from benchmarks.load import press
from benchmarks.memory import finish_jobs
from benchmarks.peers.catalogue import OURS
from benchmarks.peers.field import Field
from benchmarks.peers.result import Result, Samples

FIRST = 100  # what these load is not theirs
COUNTS = (1_000, 10_000, 100_000, 1_000_000)
COLUMNS = (
    "memory, MB",
    "bytes a job",
    "CPU µs a job, submitted and polled once",
    "CPU µs a poll of one",
)


def measure(field: Field) -> Iterator[Result]:
    rows: dict[str, list[Samples]] = {}
    with field.peers[OURS].running(field.cache, field.recording) as server:
        poll = field.peers[OURS].targets(server, field.recording)["poll"]
        finish_jobs(server, FIRST)
        least, kept = server.resident_bytes, FIRST
        for count in COUNTS:
            used = server.cpu_seconds
            finish_jobs(server, count - kept)
            cost = (server.cpu_seconds - used) / (count - kept) * 1e6
            kept = count
            held = server.resident_bytes
            each = (held - least) / (count - FIRST)
            polls = [press(poll, seconds=field.plan.seconds) for _ in range(field.plan.rounds)]
            rows[f"{count:,}"] = [
                (held / 1e6,),
                (each,),
                (cost,),
                [load.cpu_micros for load in polls],
            ]
    yield Result(
        title="With many finished jobs, wan-mock alone",
        subject="jobs",
        columns=COLUMNS,
        rows=rows,
    )
