"""Measure the emulator; exit 1 when a target is missed."""

import argparse
import http.client
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks import (
    check,
    download,
    in_process,
    media,
    memory,
    plugin,
    poll,
    readers,
    start,
    stop,
    submit,
    table,
)
from benchmarks.figures import BenchmarkError, Figure
from benchmarks.load import has_wrk
from benchmarks.plan import Plan

MEASUREMENTS: dict[str, Callable[[Plan], Iterable[Figure]]] = {
    "poll": poll.measure,
    "submit": submit.measure,
    "start": start.measure,
    "stop": stop.measure,
    "memory": memory.measure,
    "media": media.measure,
    "download": download.measure,
    "readers": readers.measure,
    "check": check.measure,
    "in-process": in_process.measure,
    "plugin": plugin.measure,
}
UNDER_LOAD = {"poll", "submit", "download", "readers"}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    names = options.names or list(MEASUREMENTS)
    trouble = _trouble(names)
    if trouble:
        print(trouble, file=sys.stderr)
        return 2
    plan = Plan(rounds=options.rounds, seconds=options.seconds)
    figures: list[Figure] = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        figures += _measured(name, plan)
    print(table.as_text(figures))
    if options.json is not None:
        options.json.write_text(table.as_json(figures))
    return 1 if any(figure.verdict in {"MISSED", "FAILED"} for figure in figures) else 0


def _measured(name: str, plan: Plan) -> list[Figure]:
    try:
        return list(MEASUREMENTS[name](plan))
    except (BenchmarkError, OSError, http.client.HTTPException) as error:
        return [Figure(name=name, unit="", problem=str(error) or repr(error))]


def _trouble(names: Sequence[str]) -> str | None:
    if UNDER_LOAD.intersection(names) and not has_wrk():
        return "wrk is missing, which makes the load; install it with: apt-get install wrk"
    if not Path("/proc/self/stat").exists():
        return "memory and processor time are read from /proc, which only Linux has"
    return None


def _known(name: str) -> str:
    if name not in MEASUREMENTS:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(MEASUREMENTS)}")
    return name


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is less than 1")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    # `choices` would refuse the empty list.
    parser.add_argument(
        "names", nargs="*", metavar="NAME", type=_known, help=", ".join(MEASUREMENTS)
    )
    parser.add_argument(
        "--rounds", type=positive, default=5, help="how often each thing is measured (5)"
    )
    parser.add_argument(
        "--seconds", type=positive, default=3, help="how long a round of load takes (3)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
