"""The contract suite as pytest runs it for its users, from a folder that has nothing of it."""

import re
import subprocess
import sys
from xml.etree import ElementTree as ET

# Modules that are first loaded in a run within this process are loaded once more after it; of what keeps
# classes of another, there would be two.
import httpcore  # noqa: F401
import pytest

import contracts.suite.running  # noqa: F401
from contracts.rule import Provenance
from contracts.run import OUT_OF_TIME
from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings
from tests.contracts.conftest import CONTRACT
from tests.contracts.test_run import with_progress

SUITE = ("--pyargs", "contracts.suite", "--strict-markers", "--wan-profile", "smoke")
TWO_RULES = ("-k", "JOB-PROGRESS or HEALTH")
TRACEBACK = re.compile(r"Traceback|\.py:\d")
TEST = re.compile(r"test_contract\.py::test_rule\[(.+)\]")
# Runs the suite as if *missing* were not installed.
WITHOUT = """
import sys
missing = {missing!r}

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == missing:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Finder())
import pytest
pytest.main({arguments!r})
"""


class Counting:
    """An application that counts how often somebody looks whether it is an emulator, as each run does once."""

    def __init__(self, app):
        self.app = app
        self.looks = 0

    async def __call__(self, scope, receive, send):
        self.looks += (scope["method"], scope["path"]) == ("GET", "/_mock/clock")
        await self.app(scope, receive, send)


@pytest.fixture(scope="module")
def server():
    with ThreadServer(create_app(Settings())) as server:
        yield server


@pytest.fixture(scope="module")
def faulty():
    with ThreadServer(with_progress(create_app(Settings()), 2)) as server:
        yield server


@pytest.fixture
def run(pytester, monkeypatch):
    """Return a function that runs the suite, in this process."""
    monkeypatch.delenv("EMPIRIOLABS_API_KEY", raising=False)

    def run(*arguments):
        return pytester.runpytest_inprocess(*SUITE, *arguments)

    return run


def told(result):
    return result.stdout.str() + result.stderr.str()


def selected(result):
    return TEST.findall(result.stdout.str())


def cases(path):
    """Return the properties of each test in a JUnit file, by the name of the test."""
    return {
        case.get("name"): {one.get("name"): one.get("value") for one in case.iter("property")}
        for case in ET.parse(path).iter("testcase")
    }


# What there is to select


def test_each_rule_is_a_test_with_its_id(run, server):
    result = run("--wan-target", server.url, "--collect-only", "-q")
    assert selected(result) == [*CONTRACT.rules]


@pytest.mark.parametrize("provenance", Provenance)
def test_tests_are_marked_with_who_vouches_for_the_rule(run, server, provenance):
    result = run("--wan-target", server.url, "--collect-only", "-q", "-m", provenance.value)
    rules = CONTRACT.rules.values()
    assert selected(result) == [rule.id for rule in rules if rule.provenance is provenance]


# What comes of it


def test_rule_that_is_kept_passes_and_tells_how_often_it_was_exercised(run, server, pytester):
    run("--wan-target", server.url, "-k", "HEALTH", "--junitxml", "j.xml").assert_outcomes(
        passed=1, deselected=len(CONTRACT.rules) - 1
    )
    (properties,) = cases(pytester.path / "j.xml").values()
    assert int(properties["accepting"]) > 0
    assert properties["refusing"].isdecimal()
    assert properties["rule"] == CONTRACT.rules["HEALTH"].text
    assert properties["provenance"] == CONTRACT.rules["HEALTH"].provenance


def test_rule_that_is_broken_fails_with_what_the_report_says_of_it(run, faulty, pytester):
    unhurried = ("--wan-time-limit", "300")
    result = run("--wan-target", faulty.url, *TWO_RULES, *unhurried, "--wan-report-dir", "reports")
    result.assert_outcomes(passed=1, failed=1, deselected=len(CONTRACT.rules) - 2)
    replay = pytester.path / "reports" / "replay-1.sh"
    result.stdout.fnmatch_lines(
        [
            "JOB-PROGRESS (*): GET /v1/jobs/{job_id} broke the contract at /progress.",
            "  expected  *",
            "  received  2*",
            "    1. submit *",
            f"  curl -sS *{faulty.url}/v1/jobs/*",
            f"  replay    {replay}",
        ]
    )
    assert replay.exists()
    assert not TRACEBACK.search(told(result))


def test_rule_that_was_not_checked_is_skipped_with_the_reason(run, server):
    result = run("--wan-target", server.url, "-k", "HEALTH", "--wan-time-limit", "1e-9", "-rs")
    result.assert_outcomes(skipped=1, deselected=len(CONTRACT.rules) - 1)
    result.stdout.fnmatch_lines([f"SKIPPED * {OUT_OF_TIME}"])


def test_live_api_is_checked_within_its_budget(run):
    with ThreadServer(create_app(Settings(control=False))) as server:
        key = ("--wan-api-key", "sk-empiriolabs-me")
        result = run("--wan-target", server.url, *key, "-k", "HEALTH or REQ-SHOT", "-rs")
    result.assert_outcomes(passed=1, skipped=1, deselected=len(CONTRACT.rules) - 2)
    result.stdout.fnmatch_lines(["SKIPPED * US$ 0.0000 of the budget are left"])


# How often it runs


def test_workers_share_one_run(run, pytester):
    app = Counting(create_app(Settings()))
    with ThreadServer(app) as server:
        result = run("--wan-target", server.url, *TWO_RULES, "-n", "2", "--junitxml", "j.xml")
    result.assert_outcomes(passed=2)
    assert app.looks == 1
    assert all(one["accepting"] > "0" for one in cases(pytester.path / "j.xml").values())


def test_run_that_fails_is_one_line_for_each_test_and_not_tried_again(run):
    app = Counting(create_app(Settings(control=False)))
    with ThreadServer(app) as server:
        result = run("--wan-target", f"{server.url}/nothing-there", *TWO_RULES, "-n", "2")
    result.assert_outcomes(errors=2)
    assert not TRACEBACK.search(told(result))


def test_target_that_is_not_there_is_told_in_one_line(run):
    result = run("--wan-target", "http://127.0.0.1:1", "-k", "HEALTH", "--tb", "long")
    result.assert_outcomes(errors=1, deselected=len(CONTRACT.rules) - 1)
    result.stdout.fnmatch_lines(["http://127.0.0.1:1: *is it running*"])
    assert not TRACEBACK.search(told(result))


# What is asked for wrongly


@pytest.mark.parametrize("more", [(), ("-n", "1")])
def test_target_must_be_named(run, more):
    result = run(*more)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = filter(None, result.errlines)
    assert line.startswith("ERROR: pytest --pyargs contracts.suite needs --wan-target URL")


def test_target_is_not_asked_for_by_other_packages(pytester):
    pytester.mkpydir("contracts_suite").joinpath("test_it.py").write_text("def test(): pass")
    pytester.syspathinsert()
    pytester.runpytest_inprocess("--pyargs", "contracts_suite").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--wan-max-cost", "much", "'much' is not a number of dollars from 0 up"),
        ("--wan-max-cost", "-1", "'-1' is not a number of dollars from 0 up"),
        ("--wan-max-cost", "nan", "'nan' is not a number of dollars from 0 up"),
        ("--wan-time-limit", "0", "'0' is not a number of seconds above 0"),
        ("--wan-time-limit", "long", "'long' is not a number of seconds above 0"),
        ("--wan-profile", "all", "invalid choice: 'all'"),
    ],
)
def test_value_that_cannot_be_is_told(run, option, value, message):
    result = run("--wan-target", "http://127.0.0.1:1", f"{option}={value}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert message in told(result)


def without(missing, folder):
    plugins = ["-p", "contracts.suite.plugin", "-p", "no:cacheprovider"]
    arguments = [*SUITE, *plugins, "--wan-target", "http://127.0.0.1:1", "-k", "HEALTH"]
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(missing=missing, arguments=arguments)],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
    )
    return ended.stdout


def test_library_of_the_kit_that_is_missing_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    said = without("hypothesis", tmp_path)
    assert "needs hypothesis, of the kit: pip install 'wan-mock[contracts]'" in said
    assert not TRACEBACK.search(said)


def test_own_module_that_is_missing_is_a_fault_of_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    assert "No module named 'contracts.check'" in without("contracts.check", tmp_path)
