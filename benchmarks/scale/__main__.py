"""Measure requests per second and processor time with each state; exit 1 when what is aimed at is missed."""

import argparse
import contextlib
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.__main__ import positive
from benchmarks.figures import BenchmarkError
from benchmarks.load import WARM_UP_SECONDS, has_wrk
from benchmarks.peers.page import write
from benchmarks.peers.result import Result, as_markdown, ratios
from benchmarks.plan import Plan
from benchmarks.scale.sizing import needed
from benchmarks.scale.subject import ACCOUNTS, QUESTIONS, SUBJECTS, Asked, Group, grouped
from benchmarks.scale.targets import Aim, Found, Rounds, aims

COLUMNS = ("requests/s", "of memory", "CPU µs each", "of memory", "CPU µs each, Redis")
BLOCK = "scale"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if not has_wrk():
        print("wrk is missing, which makes the load; apt-get install wrk", file=sys.stderr)
        return 2
    plan = Plan(rounds=options.rounds, seconds=options.seconds)
    busy = os.getloadavg()[0]
    try:
        found = measured(plan)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    aimed = aims(found["poll"], found["submit"])
    content = _content(plan, busy, found, aimed)
    print(content)
    if options.page is not None:
        write(options.page, BLOCK, content)
    return 0 if all(aim.is_met for aim in aimed) else 1


def measured(plan: Plan) -> dict[str, Found]:
    """Ask all subjects in turns, in an order that turns round; return the rounds by question and subject.

    Raises:
        BenchmarkError: an emulator or Redis does not start, or what is asked is not answered.
    """
    with contextlib.ExitStack() as stack:
        groups = {one.name: stack.enter_context(grouped(one)) for one in SUBJECTS}
        return {question: _in_turns(groups, question, plan) for question in QUESTIONS}


def _in_turns(groups: dict[str, Group], question: str, plan: Plan) -> Found:
    for group in groups.values():
        group.press(question, WARM_UP_SECONDS)
    found: dict[str, list[Asked]] = {name: [] for name in groups}
    order = list(groups)
    for _ in range(plan.rounds):
        for name in order:
            found[name].append(groups[name].press(question, plan.seconds))
        order.reverse()
    return found


def _content(plan: Plan, busy: float, found: dict[str, Found], aimed: Sequence[Aim]) -> str:
    options = f"--rounds {plan.rounds} --seconds {plan.seconds}"
    said = (
        f"`python -m benchmarks.scale {options}`, {ACCOUNTS} accounts, on {os.cpu_count()} cores"
        f" under Python {platform.python_version()}, at a load average of {busy:.0f} before it began."
    )
    results = [_result(title, found[question]) for question, title in QUESTIONS.items()]
    return "\n\n".join(
        [said, as_markdown([*results, needed(found["poll"], found["submit"]), _aims(aimed)])]
    )


def _result(title: str, found: Found) -> Result:
    memory = found["memory"]
    return Result(
        title=title,
        subject="state",
        columns=COLUMNS,
        rows={name: _row(rounds, memory) for name, rounds in found.items()},
    )


def _row(rounds: Rounds, memory: Rounds) -> list[Sequence[float]]:
    speeds, theirs = ([one.load.per_second for one in each] for each in (rounds, memory))
    costs, their_costs = ([one.load.cpu_micros for one in each] for each in (rounds, memory))
    redis = [one.redis_micros for one in rounds]
    return [
        speeds,
        ratios(speeds, theirs),
        costs,
        ratios(costs, their_costs),
        redis if any(redis) else (),
    ]


def _aims(aimed: Sequence[Aim]) -> Result:
    return Result(
        title="What is aimed at",
        subject="ratio",
        columns=("measured", "at least", "missed by"),
        rows={
            aim.name: [aim.ratios, (aim.least,), () if aim.is_met else _missed(aim)]
            for aim in aimed
        },
    )


def _missed(aim: Aim) -> Sequence[float]:
    return [aim.least - statistics.median(aim.ratios)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument(
        "--rounds", type=positive, default=5, help="how often each thing is measured (5)"
    )
    parser.add_argument(
        "--seconds", type=positive, default=3, help="how long a round of load takes (3)"
    )
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="put the tables into this page's block"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
