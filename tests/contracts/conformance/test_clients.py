"""Real clients on a real emulator: the careful pass, and each faulty one is found by the case that is about its fault."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from contracts.conformance.result import State
from contracts.faulty.clients.catalogue import FAULTY, client_of
from contracts.faulty.clients.harmless import HARMLESS
from tests.contracts.conformance.conftest import CASES

RUNS_AT_ONCE = 16
BY_PACE = ("poll-jitter", "poll-backs-off", "submit-503-always")
# What a harmless difference might be taken for.
TOUCHY = (
    "request-plain",
    "request-key",
    "request-key-nowhere-else",
    "submit-lost",
    "submit-429-retry-after",
    "poll-retry-after",
    "poll-retry-after-zero",
    "poll-unknown-status",
    "poll-stops",
    "poll-url-absolute",
    "download-truncated-again",
    "download-slow",
    "download-always-broken",
    "download-expired-fresh-url",
    "download-no-ranges",
    "download-redirect-key",
    "download-atomic",
    "download-once",
)


def told(results):
    return {
        result.case.id: [(one.expected, one.received) for one in result.findings] or result.reason
        for result in results
        if result.state is not State.PASSED
    }


@pytest.fixture(scope="module")
def found(run, request):
    """What is to come of each client in its cases, by both; all that the tests of this file ask for run side by side."""
    own = [item for item in request.session.items if item.path == request.path]
    calls = [getattr(item, "callspec", None) for item in own]
    asked = [call.params["asked"] for call in calls if call and "asked" in call.params]
    with ThreadPoolExecutor(RUNS_AT_ONCE) as pool:
        yield {one: pool.submit(run, *one, side_by_side=4) for one in asked}


def test_careful_client_passes_every_case(run):
    results = run("careful")
    assert told(results) == {}
    assert {result.case.id for result in results} == {*CASES}


@pytest.mark.parametrize(
    "asked", [pytest.param((fault.name, fault.case), id=fault.name) for fault in FAULTY]
)
def test_faulty_client_is_found_by_its_own_case(asked, found, run):
    (result,) = found[asked].result()
    # A machine that is busy lends jitter to everybody: what is told by the pace alone is tried by itself then.
    for _ in range(3):
        if asked[1] in BY_PACE and result.state is not State.FAILED:
            wait(found.values())
            (result,) = run(*asked)
    assert result.state is State.FAILED, (result.trial.ran, result.trial.entries)


@pytest.mark.parametrize(
    "asked",
    [
        ("gives-up-what-is-short", "request-plain"),
        ("writes-in-place", "download-expired"),
        ("buys-again-when-failed", "submit-402"),
        ("empty-file-without-url", "request-plain"),
        ("gives-up-at-503-poll", "request-plain"),
        ("sleeps-for-a-day", "request-plain"),
        ("strict-about-fields", "request-plain"),
        ("paths-only", "request-plain"),
        ("sends-three-after-500", "request-plain"),
        ("gives-up-at-429", "request-plain"),
        ("hides-400", "submit-402-reason"),
    ],
    ids=lambda asked: asked[0],
)
def test_faulty_client_is_careful_otherwise(asked, found):
    assert told(found[asked].result()) == {}


@pytest.mark.parametrize(
    "asked",
    [pytest.param((name, *TOUCHY), id=name) for name in sorted(HARMLESS.keys() - {"careful"})],
)
def test_harmless_difference_is_no_fault(asked, found):
    failed = [result for result in found[asked].result() if result.state is State.FAILED]
    assert told(failed) == {}


def test_faults_are_many_and_every_case_has_one():
    counts = Counter(fault.name for fault in FAULTY)
    assert len(counts) == len(FAULTY) >= 40
    assert {fault.case for fault in FAULTY} == CASES.keys() - {"money-jobs"}
    assert not HARMLESS.keys() & counts.keys()
    for fault in FAULTY:
        assert str(fault.__doc__).endswith(".")
        assert client_of(fault.name) is fault


def test_jobs_that_were_bought_twice_are_told_at_the_end(run):
    results = run("buys-again-when-lost", "submit-lost", "request-plain", "money-jobs")
    assert {*told(results)} == {"submit-lost", "money-jobs"}
