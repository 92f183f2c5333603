"""POST the published example; the bare route reads the JSON that it is sent, another does not even look."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.load import Target, in_turns
from benchmarks.plan import Plan
from benchmarks.poll import figures
from benchmarks.servers import Server, bare, ours, running

RATIO = 0.5
SCRIPT = Path(__file__).with_suffix(".lua")
SCRIPT_OF_EACH = SCRIPT.with_stem("submit_each")  # no body comes twice


def measure(plan: Plan) -> Iterator[Figure]:
    with (
        running(ours(latency="quick")) as emulator,
        running(bare("submit")) as limit,
        running(bare("submit-json")) as reader,
    ):
        targets = {"ours": _on(emulator), "bare": _on(limit), "reader": _on(reader)}
        loads = in_turns(targets, rounds=plan.rounds, seconds=plan.seconds)
    yield from figures("submit", loads["ours"], loads["reader"], ratio=RATIO)
    yield from figures("submit, bare ignores the body", loads["ours"], loads["bare"], ratio=None)


def _on(server: Server) -> Target:
    return Target(server=server, path="/v1/videos/generations", script=SCRIPT)
