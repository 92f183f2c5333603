"""Try the contract suite, and plain Schemathesis, on every seeded fault; exit 1 when one is not found.

A fault counts as detected when a failure names one of its rules. Those that the sweep finds are found from any seed;
the others must be found from 19 of 20.
"""

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from benchmarks.matrix import SUITE_HEADINGS, Entry, Plain, as_markdown, as_text, is_detected, rows
from benchmarks.plain_schemathesis import Complaint, false_alarms, plain_schemathesis
from benchmarks.trial import Trials
from contracts.document import load
from contracts.faulty.catalogue import faults, sample
from contracts.faulty.fault import Fault
from contracts.faulty.wrapping import wrapped
from contracts.run import SWEEP
from mock_server.app import create_app
from mock_server.settings import Settings

SEEDS = 20
PLAIN_SEED = 1
PAGE = """# The kill matrix

What does the contract suite find? `contracts/faulty/` has {count} seeded faults: servers that are sound but for one thing, such as a bound that is off by one, a job that goes back
to an earlier status, or a cancelled job that is charged. Each is put in front of the emulator, in one process, and `wan-mock check` with its default profile is let loose on it.

A fault is **detected** when a failure names one of the rules that it breaks; *other rule only* was told as something else. It is **not reached** when no request met it, so that no
answer could show it. The sweep does not depend on a seed: what it finds, it finds always. What only the state machine or Schemathesis finds must be found from 19 of {seeds} seeds.
Calls and creates, which are jobs accepted, are those until the first such failure: median, and the most in brackets.

{suite}

## Plain Schemathesis

The same for Schemathesis with its defaults and its own checks, from the OpenAPI document that the emulator serves, with one seed. Here a fault is detected when anything is complained of
that is not complained of in the sound emulator, too. {sampled}

{plain}

Measured on {date} by `make faults{arguments}`. The faults were written by those who wrote the suite, and where the suite missed one, the suite was mended: the numbers say that it has
these eyes, not that it sees everything. Of 50 faults that somebody wrote from the contract alone, having seen neither the suite nor these faults, it found 21; the suite was then mended for
the others as far as a rule of the contract names them.
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """A fault by its *id*, and whether plain Schemathesis gets its turn, too."""

    id: str
    seeds: int
    is_plain: bool


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    names = {*options.only}
    chosen = [
        fault
        for fault in faults(load())
        if not names or not names.isdisjoint((fault.id, fault.family))
    ]
    if not chosen:
        print(f"no fault and no family is called {', '.join(names)}", file=sys.stderr)
        return 2
    plain = {fault.id for fault in _sampled(chosen, options.plain)}
    tasks = [Task(fault.id, options.seeds, fault.id in plain) for fault in chosen]
    entries = []
    with nullcontext() if options.json is None else options.json.open("w") as lines:
        for entry in _entries(tasks, options.jobs):
            entries.append(entry)
            _tell(entry, len(entries), len(tasks))
            if lines is not None:
                lines.write(json.dumps(dataclasses.asdict(entry)) + "\n")
                lines.flush()
    print(as_text(rows(entries, SWEEP)))
    if options.page is not None:
        options.page.write_text(page(entries, datetime.now(UTC).date(), options.plain))
    return 0 if all(is_detected(entry.suite) for entry in entries) else 1


def _sampled(chosen: Sequence[Fault], most: int | None) -> Sequence[Fault]:
    """Return those of *chosen* that plain Schemathesis is let loose on: *most* of each family, all for None."""
    if most is None:
        return chosen
    families = dict.fromkeys(fault.family for fault in chosen)
    return [
        fault
        for family in families
        for fault in sample([one for one in chosen if one.family == family], most, PLAIN_SEED)
    ]


def _entries(tasks: Sequence[Task], jobs: int) -> Iterator[Entry]:
    if jobs == 1:
        yield from map(_entry, tasks)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_entry, tasks)


def _entry(task: Task) -> Entry:
    trials, known = _trials()
    fault = known[task.id]
    return Entry(
        suite=trials.full(fault, task.seeds), plain=_plain(fault) if task.is_plain else None
    )


@cache
def _trials() -> tuple[Trials, Mapping[str, Fault]]:
    contract = load()
    return Trials(contract), {fault.id: fault for fault in faults(contract)}


@cache
def _known() -> frozenset[Complaint]:
    return false_alarms(create_app(Settings()), load(), PLAIN_SEED)


def _plain(fault: Fault) -> Plain:
    contract = load()
    front = wrapped(create_app(Settings()), contract.api, fault)
    found = plain_schemathesis(front, contract, PLAIN_SEED, known=_known())
    checks = (f"{complaint.check} on {complaint.operation}" for complaint in found.complaints)
    return Plain(
        checks=(*sorted(checks),),
        calls=found.calls,
        creates=found.creates,
        is_reached=front.has_struck,
        is_complete=found.is_complete,
        seconds=found.seconds,
    )


def _tell(entry: Entry, number: int, count: int) -> None:
    """Print how it stands, and each fault that is not found."""
    if not is_detected(entry.suite):
        result = entry.suite
        told = f"told: {', '.join(result.named)}" if result.named else "nothing told"
        print(f"{result.fault}: {result.found} of {result.seeds}; {told}", flush=True)
    print(f"{number}/{count} {entry.suite.fault}", end="\r", file=sys.stderr, flush=True)


def page(entries: Sequence[Entry], day: date, most: int | None) -> str:
    """Return the page of the kill matrix; *most* faults of each family were tried on plain Schemathesis, all for None."""
    table = rows(entries, SWEEP)
    here, of_suite = len(SUITE_HEADINGS), [row[: len(SUITE_HEADINGS)] for row in table]
    of_plain = [(row[0], *row[here:]) for row in table]
    return PAGE.format(
        count=len(entries),
        seeds=SEEDS,
        suite=as_markdown(of_suite),
        plain=as_markdown(of_plain),
        sampled=""
        if most is None
        else f"It was tried on {most} faults of each family, drawn by lot.",
        date=day.isoformat(),
        arguments=" FAULTS='--page docs/kill-matrix.md'"
        if most is None
        else f" FAULTS='--plain {most} --page docs/kill-matrix.md'",
    )


def _natural(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{value} is less than 0")
    return value


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is less than 1")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="a family, or a fault (all)"
    )
    parser.add_argument(
        "--jobs", type=_positive, default=1, metavar="N", help="how many processes try them (1)"
    )
    parser.add_argument(
        "--seeds",
        type=_positive,
        default=SEEDS,
        metavar="N",
        help=f"runs of what no sweep finds ({SEEDS})",
    )
    parser.add_argument(
        "--plain",
        type=_natural,
        metavar="N",
        help="try plain Schemathesis on so many faults of each family, 0 for none (all)",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write a line for each fault there, as it goes"
    )
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="write the page of the site there"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
