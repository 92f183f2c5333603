"""Measure the emulator and its peers, and write the tables into a page; exit 1 when anything was not measured."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.__main__ import positive
from benchmarks.figures import BenchmarkError
from benchmarks.load import has_wrk
from benchmarks.peers import crowds, jobs, lives, loads, page
from benchmarks.peers.catalogue import ALL
from benchmarks.peers.field import Field
from benchmarks.peers.recording import record
from benchmarks.peers.result import Result, as_json
from benchmarks.plan import Plan
from benchmarks.servers import ROOT

CACHE = ROOT / ".peers"
MEASUREMENTS: dict[str, Callable[[Field], Iterable[Result]]] = {
    "lives": lives.measure,
    "loads": loads.measure,
    "crowds": crowds.measure,
    "jobs": jobs.measure,
}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if not has_wrk():
        print("wrk is missing, which makes the load; apt-get install wrk", file=sys.stderr)
        return 2
    plan = Plan(rounds=options.rounds, seconds=options.seconds)
    missing = _missing()
    peers = {name: peer for name, peer in ALL.items() if name not in missing}
    field = Field(peers=peers, cache=CACHE, recording=record(), plan=plan)
    results: list[Result] = []
    for name in options.only or MEASUREMENTS:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        busy = os.getloadavg()[0]
        found = list(MEASUREMENTS[name](field))
        content = page.section(name, found, field, busy, missing)
        print(content)
        if options.page is not None:
            page.write(options.page, name, content)
        results += found
    if options.json is not None:
        options.json.write_text(as_json(results))
    return 1 if missing or any(result.problems for result in results) else 0


def _missing() -> dict[str, str]:
    missing = {}
    for name, peer in ALL.items():
        try:
            peer.install(CACHE)
        except BenchmarkError as error:
            print(f"{name}: {error}", file=sys.stderr)
            missing[name] = str(error)
    return missing


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=MEASUREMENTS, help="this measurement; repeatable"
    )
    parser.add_argument(
        "--rounds", type=positive, default=5, help="how often each thing is measured (5)"
    )
    parser.add_argument(
        "--seconds", type=positive, default=3, help="how long a round of load takes (3)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample there")
    parser.add_argument(
        "--page",
        type=Path,
        metavar="FILE",
        help="put the tables into this page, which has a block for each measurement",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
