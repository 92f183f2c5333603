"""End and start again, in turn and under load, emulators that share a state behind nginx; exit 1 when anything is lost."""

import argparse
import asyncio
import signal
import sys
from collections import Counter
from collections.abc import Iterable, Sequence

import uvloop

from benchmarks.__main__ import positive
from benchmarks.figures import BenchmarkError
from benchmarks.rolling.fleet import Fleet
from benchmarks.rolling.trial import Outcome, Plan, carry_out, elapsed
from benchmarks.servers import nginx_before_all, running
from benchmarks.states import opened
from benchmarks.table import spread

KINDS = ("sqlite", "redis")
SIGNALS = {"term": signal.SIGTERM, "kill": signal.SIGKILL}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    is_good = True
    for kind in options.state or KINDS:
        for name in options.signal or SIGNALS:
            plan = Plan(
                kind=kind,
                number=SIGNALS[name],
                emulators=options.emulators,
                clients=options.clients,
                rounds=options.rounds,
                seed=options.seed,
            )
            try:
                outcome = rolled(plan)
            except BenchmarkError as error:
                print(f"{plan.title}: {error}", file=sys.stderr)
                return 1
            print("\n".join(as_lines(outcome)), flush=True)
            is_good = is_good and not outcome.problems
    return 0 if is_good else 1


def rolled(plan: Plan) -> Outcome:
    """Return what comes of *plan* with a new state.

    Raises:
        BenchmarkError: a program is missing, or a server does not start, answer or end.
    """
    with (
        opened(plan.kind) as state,
        Fleet(state.place, plan.emulators) as fleet,
        running(nginx_before_all(fleet.addresses)) as nginx,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        return runner.run(carry_out(plan, fleet, nginx.port))


def as_lines(outcome: Outcome) -> Iterable[str]:
    """Return the report of one pass."""
    yield outcome.plan.title
    counts = Counter(one.operation for one in outcome.seen)
    yield "  " + ", ".join(f"{count} {operation}" for operation, count in counts.items())
    accepted = sum(len(told.accepted) for told in outcome.tolds)
    unanswered = sum(told.unanswered for told in outcome.tolds)
    yield f"  {accepted} jobs accepted; {unanswered} submissions without an answer"
    yield f"  {len(outcome.stops)} emulators ended, in s: {spread(elapsed(outcome.stops))}"
    yield f"  {len(outcome.cut)} requests cut that were under way in a killed emulator"
    yield f"  {outcome.videos} videos asked for at each emulator"
    yield from (f"  WRONG: {problem}" for problem in outcome.problems)
    yield "  wrong" if outcome.problems else "  ok"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rolling", description=__doc__)
    parser.add_argument("--state", action="append", choices=KINDS, help="only this; repeatable")
    parser.add_argument("--signal", action="append", choices=SIGNALS, help="only this; repeatable")
    parser.add_argument("--emulators", type=positive, default=4, help="how many there are (4)")
    parser.add_argument("--clients", type=positive, default=12, help="how many ask at once (12)")
    parser.add_argument("--rounds", type=positive, default=1, help="how often each is ended (1)")
    parser.add_argument("--seed", type=int, default=0, help="decides what clients do (0)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
