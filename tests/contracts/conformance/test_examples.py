"""The example clients, behind their adapters: they pass what is asked of any client."""

import subprocess
import sys
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
    "request-falsy-values",
    "submit-lost",
    "submit-402-reason",
    "poll-retry-after",
    "poll-retry-after-zero",
    "poll-unknown-status",
    "poll-deadline-names-the-job",
    "outcome-failed-not-retryable",
    "download-truncated-again",
    "download-atomic",
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


@pytest.mark.parametrize(
    "name", ["python_httpx", "python_httpx_async", "python_requests", "node", "java", "shell"]
)
def test_example_is_fit_for_production(emulator, command, name):
    results = graded(emulator, command(name), [CASES[id_] for id_ in SOME], WAN_POLL_SECONDS="0.5")
    failed = {
        result.case.id: [(one.expected, one.received) for one in result.findings]
        for result in results
        if result.state is State.FAILED and result.case.level is not Level.MAY
    }
    assert failed == {}
