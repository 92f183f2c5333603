"""A run of pytest without a test: what the plugin adds to it where nobody uses it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence

from benchmarks.figures import BenchmarkError, Figure
from benchmarks.plan import Plan

RUNS = 15
AT_MOST_MS = 30.0
NO_TESTS = 5  # pytest's status where there is nothing to run

# Other plugins are left out: what they load, ours would find loaded.
WITHOUT = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
WITH = (*WITHOUT, "-p", "mock_server.pytest_plugin")


def measure(plan: Plan) -> Iterator[Figure]:
    runs = max(RUNS, plan.rounds)
    with tempfile.TemporaryDirectory() as folder:
        (
            _run(WITH, folder),
            _run(WITHOUT, folder),
        )  # the first of a run reads its files from the disk
        pairs = [(_run(WITH, folder), _run(WITHOUT, folder)) for _ in range(runs)]
    yield Figure(
        name="an empty run of pytest",
        unit="ms",
        ours=[first for first, _ in pairs],
        bare=[second for _, second in pairs],
    )
    yield Figure(
        name="the plugin's part of it",
        unit="ms",
        ours=[first - second for first, second in pairs],
        at_most=AT_MOST_MS,
    )


def _run(command: Sequence[str], folder: str) -> float:
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    begun = time.perf_counter()
    ended = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=False
    )
    taken = time.perf_counter() - begun
    if ended.returncode != NO_TESTS:
        raise BenchmarkError(f"pytest ended with status {ended.returncode}")
    return taken * 1000
