"""Soak the emulator in mixed traffic with faults; exit 1 when it does not stay flat."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from benchmarks.figures import BenchmarkError
from benchmarks.servers import ours, running
from benchmarks.soak import chart, report
from benchmarks.soak.traffic import Plan, Run, run
from benchmarks.soak.verdict import checks


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    plan = Plan(minutes=options.minutes, jobs=options.jobs, seed=options.seed)
    try:
        found = _soaked(plan)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped before its end, which alone can tell", file=sys.stderr)
        return 130
    verdict = checks(found)
    options.out.mkdir(parents=True, exist_ok=True)
    text = report.as_text(found, verdict)
    for name, content in (
        ("soak.svg", chart.as_svg(found, verdict)),
        ("soak.json", report.as_json(found, verdict)),
        ("soak.txt", text),
    ):
        (options.out / name).write_text(content, encoding="utf-8")
    print(text, end="")
    return 0 if all(check.is_met for check in verdict) else 1


def _soaked(plan: Plan) -> Run:
    with (
        running(ours(latency="instant")) as server,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        return runner.run(run(server, plan))


def _minutes(text: str) -> float:
    value = float(text)
    if not 0.2 <= value <= 10_000:
        raise argparse.ArgumentTypeError(f"{text} is not between 0.2 and 10,000")
    return value


def _jobs(text: str) -> int:
    value = int(text)
    if value < 100:
        raise argparse.ArgumentTypeError(f"{text} is less than 100")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=_minutes, default=30.0, help="how long (30)")
    parser.add_argument(
        "--jobs",
        type=_jobs,
        default=1_000_000,
        help="how many jobs in all; the pace follows (1000000)",
    )
    parser.add_argument("--seed", type=int, default=0, help="decides what is asked (0)")
    parser.add_argument(
        "--out", type=Path, default=Path("soak"), metavar="FOLDER",
        help="gets soak.svg, soak.json and soak.txt (soak)",
    )  # fmt: skip
    return parser


if __name__ == "__main__":
    sys.exit(main())
