"""The guide: its adapter works around a client, and its numbers are those of the kit."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from contracts.conformance.result import State
from contracts.faulty.clients.catalogue import FAULTY
from contracts.faulty.clients.harmless import HARMLESS
from tests.contracts.conformance.conftest import CASES, graded

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "how-to" / "grade-a-client.md").read_text()
CLIENT = """
import os
from pathlib import Path
from contracts.faulty.clients.calling import Stop
from contracts.faulty.clients.client import Client

class JobFailed(Exception): ...
class ApiError(Exception): ...

def make_video(request, output, timeout):
    base, key = os.environ["EMPIRIOLABS_API_BASE"], os.environ["EMPIRIOLABS_API_KEY"]
    client = Client(base, key, request, Path(output), timeout)
    try:
        client.make()
    except Stop as stop:
        kind = {"failed": JobFailed, "timeout": TimeoutError}.get(stop.outcome, ApiError)
        error = kind(str(stop))
        error.error_code, error.job_id, error.retryable = stop.code, client.job_id, stop.retryable
        raise error from None
    return client.job_id
"""


def test_adapter_of_the_guide_works_around_a_client(emulator, tmp_path):
    (tmp_path / "my_client.py").write_text(CLIENT)
    adapter = ROOT / "tests" / "examples" / "how_to" / "adapter.py"
    ids = (
        "request-plain",
        "submit-402-reason",
        "outcome-failed-not-retryable",
        "poll-deadline-names-the-job",
    )
    chosen = [CASES[id_] for id_ in ids]
    results = graded(
        emulator, [sys.executable, str(adapter)], chosen, PYTHONPATH=f"{tmp_path}:{ROOT}"
    )
    assert [result.case.id for result in results if result.state is not State.PASSED] == []


@pytest.mark.parametrize("script", ["loop.sh", "snippet.py"])
def test_client_of_a_page_is_found_to_be_one(emulator, tool, script):
    path = ROOT / "examples" / "naive" / script
    words = [sys.executable if script.endswith("py") else tool("bash"), str(path)]
    ids = ("request-plain", "download-503", "outcome-failed-reason", "money-jobs")
    results = graded(emulator, words, [CASES[id_] for id_ in ids])
    failed = {result.case.id for result in results if result.state is State.FAILED}
    assert failed >= {"download-503"}
    assert failed.isdisjoint({"request-plain", "money-jobs"})


def test_numbers_of_the_guide_are_those_of_the_kit():
    levels = Counter(case.level for case in CASES.values())
    for level, count in levels.items():
        assert f"{level} failed of {count}" in PAGE
    assert f"{len(FAULTY)} clients that are careful but for one thing" in PAGE
    assert f"and {len(HARMLESS) - 1} that differ" in PAGE
