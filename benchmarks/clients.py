"""Grade clients of which it is known what they are: each faulty one is found by its own case, and nothing is found in the good ones.

The good ones are those of the kit, with the differences that do no harm, and the examples. Exit 1 where it is otherwise.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

from contracts.conformance import money
from contracts.conformance.cases.catalogue import cases
from contracts.conformance.result import Result, State
from contracts.conformance.runner import Plan, results
from contracts.document import load
from contracts.faulty.clients.catalogue import FAULTY
from contracts.faulty.clients.harmless import HARMLESS
from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings

EXAMPLES = Path(__file__).parent.parent / "examples"
KIT = (sys.executable, "-m", "contracts.faulty.clients")
JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
SIDE_BY_SIDE = 8
SPIN = "while True: pass"

Grade = Callable[[Sequence[str], set[str], int], list[Result]]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clients", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="how often the good ones are graded")
    parser.add_argument(
        "--stress", action="store_true", help="with as many busy loops as there are cores"
    )
    parser.add_argument(
        "--at-once", type=int, default=1, help="how many good ones are graded side by side"
    )
    parser.add_argument(
        "--client",
        action="append",
        metavar="NAME",
        help="grade this good one alone, and none of the faulty (may be given several times)",
    )
    options = parser.parse_args(arguments)
    contract = load()
    chosen = (*cases(next(iter(contract.models.values()))), money.CASE)
    with ThreadServer(create_app(Settings())) as server, tempfile.TemporaryDirectory() as folder:

        def graded(words: Sequence[str], ids: set[str], side_by_side: int) -> list[Result]:
            plan = Plan(
                words=words,
                cases=[case for case in chosen if not ids or case.id in ids],
                side_by_side=side_by_side,
                surroundings={**os.environ, "WAN_POLL_SECONDS": "1"},
            )
            return [*results(plan, contract, lambda: nullcontext(server.url))]

        missed = [] if options.client else _missed(graded)
        good = {
            name: words
            for name, words in _good(Path(folder))
            if not options.client or name in options.client
        }
        with (
            stressed() if options.stress else nullcontext(),
            ThreadPoolExecutor(options.at_once) as pool,
        ):
            graders = [
                pool.submit(_graded, number, name, words, graded)
                for number in range(options.rounds)
                for name, words in good.items()
            ]
            wrong = sum(grader.result() for grader in graders)
    return 1 if missed or wrong else 0


def _missed(grade: Grade) -> list[str]:
    """Tell how many faulty clients are found by their own case; return the names of the others."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        runs = [pool.submit(grade, (*KIT, one.name), {one.case}, 1) for one in FAULTY]
        missed = [
            fault.name
            for fault, run in zip(FAULTY, runs, strict=True)
            if run.result()[0].state is not State.FAILED
        ]
    print(f"{len(FAULTY) - len(missed)} of {len(FAULTY)} faulty clients found by their own case")
    for name in missed:
        print(f"  not found: {name}")
    return missed


def _graded(number: int, name: str, words: Sequence[str], grade: Grade) -> int:
    """Tell what was found in the good client *name*, which is nothing; return how many cases failed."""
    began = time.monotonic()
    found = grade(words, set(), SIDE_BY_SIDE)
    failed = [one for one in found if one.state is State.FAILED]
    skipped = sum(one.state is State.SKIPPED for one in found)
    seconds = time.monotonic() - began
    lines = [
        f"round {number + 1}, {name}: {len(failed)} failed, {skipped} skipped, {seconds:.1f} s"
    ]
    for one in failed:
        told = "; ".join(f"{each.expected}: {each.received}" for each in one.findings)
        lines.append(f"  {one.case.level} {one.case.id}: {told}")
    print("\n".join(lines), flush=True)
    return len(failed)


def _good(folder: Path) -> Iterator[tuple[str, Sequence[str]]]:
    for name in HARMLESS:
        yield name, (*KIT, name)
    for example in ("python_httpx", "python_httpx_async", "python_requests"):
        yield example, (sys.executable, str(EXAMPLES / example / "adapter.py"))
    yield "node", ("node", "--no-warnings", str(EXAMPLES / "node" / "adapter.mjs"))
    yield "shell", ("bash", str(EXAMPLES / "shell" / "adapter.sh"))
    sources = [str(EXAMPLES / "java" / f"{one}.java") for one in ("Generate", "Adapter")]
    subprocess.run(["javac", "-d", str(folder), *sources], check=True)
    yield "java", (*JAVA, "-cp", str(folder), "Adapter")


@contextmanager
def stressed() -> Iterator[None]:
    """Keep every core busy meanwhile."""
    loops = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


if __name__ == "__main__":
    sys.exit(main())
