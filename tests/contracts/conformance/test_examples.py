"""The example clients, behind their adapters: they pass what is asked of any client."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from contracts.conformance.level import Level
from contracts.conformance.result import State
from tests.contracts.conformance.conftest import CASES, graded

EXAMPLES = Path(__file__).parents[3] / "examples"
JAVA = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]
# Those that tell clients apart; make conformance tries all of them.
SOME = (
    "request-every-parameter",
    "submit-lost",
    "submit-402-reason",
    "poll-retry-after",
    "poll-retry-after-zero",
    "poll-unknown-status",
    "poll-deadline-names-the-job",
    "download-truncated-again",
    "money-jobs",
)


@pytest.fixture(scope="module")
def command(tool, tmp_path_factory):
    """Return a function that gives the command of the adapter of an example."""

    def command(name):
        folder = EXAMPLES / name
        if name.startswith("python"):
            return [sys.executable, str(folder / "adapter.py")]
        if name == "node":
            return [tool("node"), "--no-warnings", str(folder / "adapter.mjs")]
        if name == "shell":
            tool("jq")
            tool("curl")
            return [tool("bash"), str(folder / "adapter.sh")]
        classes = tmp_path_factory.mktemp("classes")
        sources = [str(folder / f"{one}.java") for one in ("Generate", "Adapter")]
        subprocess.run(
            [tool("javac"), "-Xlint:all", "-Werror", "-d", str(classes), *sources], check=True
        )
        return [tool("java"), *JAVA, "-cp", str(classes), "Adapter"]

    return command


NAMES = ("python_httpx", "python_httpx_async", "python_requests", "node", "java", "shell")


@pytest.fixture(scope="module")
def found(emulator, command):
    """Return a function that gives what comes of an example; all of them run side by side."""
    chosen = [CASES[id_] for id_ in SOME]
    commands = {name: command(name) for name in NAMES}
    with ThreadPoolExecutor(len(NAMES)) as pool:
        runs = {
            name: pool.submit(
                graded, emulator, words, chosen, side_by_side=2, WAN_POLL_SECONDS="0.5"
            )
            for name, words in commands.items()
        }

        def graded_at_last(name):
            first = runs[name].result()
            # They all start at once, and on a busy machine an interpreter may be ended before it has loaded.
            failed = [one for one in first if one.state is State.FAILED]
            unbegun = [one for one in failed if one.trial and not one.trial.entries]
            if not unbegun:
                return first
            wait(runs.values())
            cases = [one.case for one in unbegun]
            again = graded(emulator, commands[name], cases, side_by_side=1, WAN_POLL_SECONDS="0.5")
            return [*(one for one in first if one not in unbegun), *again]

        yield graded_at_last


@pytest.mark.parametrize("name", NAMES)
def test_example_is_fit_for_production(found, name):
    failed = {
        result.case.id: [(one.expected, one.received) for one in result.findings]
        for result in found(name)
        if result.state is State.FAILED and result.case.level is not Level.MAY
    }
    assert failed == {}
