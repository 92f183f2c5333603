"""The pytest plugin, in runs of pytest as its users make them."""

# Modules that are first loaded in a run within this process are loaded once more after it; of what keeps
# classes of another, there would be two.
import httpcore  # noqa: F401
import pytest

import mock_server.testing.transcript
import mock_server.wan_mock  # noqa: F401

TESTS = '''
import os, json, urllib.request, urllib.error
import pytest

def call(path, fields=None):
    body = None if fields is None else json.dumps(fields).encode()
    headers = {
        "Authorization": "Bearer " + os.environ["EMPIRIOLABS_API_KEY"],
        "Content-Type": "application/json",
    }
    request = urllib.request.Request(os.environ["EMPIRIOLABS_API_BASE"] + path, body, headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)

def make(**fields):
    """Make a video for US$ 0.69."""
    job = call("/videos/generations", {"model": "wan-2-6", "prompt": "sunrise", **fields})
    while job["status"] in ("queued", "processing"):
        job = call("/jobs/" + job["job_id"])
    return job
'''
MAKES_ONE = "def test_it(wan_mock): assert make()['status'] == 'completed'"
MAKES_FOUR = """
@pytest.mark.parametrize("number", range(4))
def test_it(wan_mock, number):
    make()
    assert len(wan_mock.jobs) == 1
"""
UNUSED = "def test_it(): pass"


@pytest.fixture
def run(pytester, monkeypatch):
    """Return a function that runs pytest on a test file, in this process."""
    monkeypatch.delenv("EMPIRIOLABS_API_KEY", raising=False)

    def run(test, *arguments, ini=""):
        pytester.makepyfile(TESTS + test)
        pytester.makeini(f"[pytest]\n{ini}")
        return pytester.runpytest_inprocess(*arguments)

    return run


@pytest.fixture
def alone(pytester, monkeypatch):
    """Return a function that runs pytest on a test file, in a process of its own, and without other plugins."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(test, *arguments):
        pytester.makepyfile(TESTS + test)
        return pytester.runpytest_subprocess("-pmock_server.pytest_plugin", *arguments, timeout=120)

    return run


def spend_lines(result):
    return [line for line in result.outlines if line.startswith("wan-mock: ")]


# Fixtures


def test_client_is_led_to_a_fresh_account(run):
    run("""
def test_it(wan_mock, wan_mock_server):
    assert os.environ["EMPIRIOLABS_BASE_URL"] == wan_mock.url == wan_mock_server.url
    assert os.environ["EMPIRIOLABS_API_BASE"] == wan_mock.base_url == wan_mock_server.base_url
    assert os.environ["EMPIRIOLABS_API_KEY"] == wan_mock.api_key
    assert wan_mock.jobs == []
""").assert_outcomes(passed=1)


def test_environment_is_as_before_after_the_test(run, monkeypatch):
    monkeypatch.setenv("EMPIRIOLABS_API_KEY", "sk-real")
    run(f"""
{MAKES_ONE}
def test_later():
    assert os.environ["EMPIRIOLABS_API_KEY"] == "sk-real"
    assert "EMPIRIOLABS_BASE_URL" not in os.environ
""").assert_outcomes(passed=2)


def test_each_test_has_an_account_of_its_own_on_one_server(run):
    run("""
URLS = set()
@pytest.mark.parametrize("number", range(3))
def test_it(wan_mock, number):
    make()
    URLS.add(wan_mock.url)
    assert (len(wan_mock.jobs), len(URLS)) == (1, 1)
    assert wan_mock.name == f"a{number + 1}"
""").assert_outcomes(passed=3)


def test_account_is_forgotten_when_its_test_is_over(run):
    """A session of thousands would remember all their requests."""
    run("""
def test_it(wan_mock):
    make()
def test_later(wan_mock_server):
    assert wan_mock_server.account("a1").jobs == []
    assert wan_mock_server.account("a1").requests == []
    assert wan_mock_server.spend.jobs == 1
""").assert_outcomes(passed=2)


def test_coroutines_can_use_it(run):
    run("""
import asyncio, httpx

def test_it(wan_mock):
    async def main():
        headers = {"Authorization": f"Bearer {wan_mock.api_key}"}
        async with httpx.AsyncClient(base_url=wan_mock.base_url, headers=headers) as client:
            fields = {"model": "wan-2-6", "prompt": "sunrise"}
            submitted = await client.post("/videos/generations", json=fields)
            wan_mock.clock.advance(60)
            return (await client.get("/jobs/" + submitted.json()["job_id"])).json()["status"]

    assert asyncio.run(main()) == "completed"
""").assert_outcomes(passed=1)


# Settings


def test_clock_skips_by_default(run):
    run("""
def test_it(wan_mock):
    assert (wan_mock.clock.mode, wan_mock.latency, wan_mock.balance) == ("skip", "quick", 1000)
""").assert_outcomes(passed=1)


def test_options_set_latency_and_clock(run):
    run(
        """
def test_it(wan_mock):
    assert (wan_mock.clock.mode, wan_mock.latency) == ("manual", 2.5)
""",
        "--wan-mock-clock=manual",
        "--wan-mock-latency=2.5",
    ).assert_outcomes(passed=1)


def test_ini_file_sets_all_and_options_win(run):
    run(
        """
def test_it(wan_mock, wan_mock_server):
    assert (wan_mock.clock.mode, wan_mock.latency) == ("real", "instant")
    assert (wan_mock.balance, wan_mock.rpm, wan_mock_server.settings.seed) == (0.5, 7, 3)
    assert wan_mock.policies["r2v_over_cap"] == "reject"
    assert wan_mock.policies["submit_status"] == "200"
""",
        "--wan-mock-latency=instant",
        ini="""
wan_mock_clock = real
wan_mock_latency = realistic
wan_mock_balance = 0.5
wan_mock_rpm = 7
wan_mock_seed = 3
wan_mock_policies = r2v_over_cap=reject submit_status=200
""",
    ).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("ini", "complaint"),
    [
        ("wan_mock_latency = slow", "latency='slow' is not one of quick"),
        ("wan_mock_clock = sundial", "clock='sundial' is not one of real"),
        ("wan_mock_seed = x", "seed='x' is not a whole number"),
        ("wan_mock_policies = nope", "unknown policy 'nope'"),
    ],
)
def test_setting_that_cannot_be_is_told_without_a_traceback(run, ini, complaint):
    result = run(MAKES_ONE, ini=ini)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*wan-mock cannot be set up: {complaint}*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*.py:[0-9]*: *")


@pytest.mark.parametrize("amount", ["x", "-1", "nan"])
def test_budget_that_cannot_be_is_wrong_usage(run, amount):
    told = f"*{amount!r} is not a number of dollars from 0 up*"

    for result in (
        run(UNUSED, f"--wan-mock-budget={amount}"),
        run(UNUSED, ini=f"wan_mock_budget = {amount}"),
    ):
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([told])


# The report of a test that failed


def test_failed_test_shows_what_its_client_did(run):
    result = run("""
def test_it(wan_mock):
    make(duration=20)
""")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- wan-mock -*",
            'POST /v1/videos/generations {"model": "wan-2-6", "prompt": "sunrise", "duration": 20}',
            '  400 {"error":*',
            "  broke REQ-DURATION at /duration: *",
        ]
    )
    result.stdout.no_fnmatch_line("*sk-empiriolabs-a1*")


def test_passed_test_shows_nothing(run):
    result = run(MAKES_ONE, "-rA")

    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*- wan-mock -*")


def test_failure_before_and_after_the_test_shows_it_too(run):
    result = run("""
@pytest.fixture
def before(wan_mock):
    make()
    raise RuntimeError

@pytest.fixture
def after(wan_mock):
    yield
    make()
    raise RuntimeError

def test_before(before): pass
def test_after(after): pass
""")

    result.assert_outcomes(errors=2, passed=1)
    assert sum("- wan-mock -" in line for line in result.outlines) == 2
    assert sum(line.startswith("POST /v1/videos") for line in result.outlines) == 2


def test_test_without_an_account_has_no_such_section(run):
    result = run("def test_it(wan_mock_server): assert False")

    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*- wan-mock -*")


# The bill


def test_run_ends_with_its_bill(run):
    result = run(MAKES_FOUR)

    result.assert_outcomes(passed=4)
    assert spend_lines(result) == [
        "wan-mock: 4 jobs in 4 accounts would have cost US$ 2.76; nothing was spent"
    ]


@pytest.mark.parametrize(
    "test", [UNUSED, "def test_it(wan_mock): call('/jobs')", "def test_it(wan_mock_server): pass"]
)
def test_run_without_a_job_has_none(run, test):
    assert spend_lines(run(test, "--wan-mock-budget=0")) == []


def test_run_above_its_budget_fails(run):
    result = run(MAKES_FOUR, "--wan-mock-budget=2.75")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=4)
    assert spend_lines(result) == [
        "wan-mock: 4 jobs in 4 accounts would have cost US$ 2.76; nothing was spent",
        "wan-mock: that is above the budget of US$ 2.75: the run fails",
    ]


def test_run_within_its_budget_passes(run):
    result = run(MAKES_FOUR, "--wan-mock-budget=2.76", ini="wan_mock_budget = 1")

    assert result.ret == pytest.ExitCode.OK
    assert len(spend_lines(result)) == 1


def test_budget_may_stand_in_the_ini_file(run):
    assert run(MAKES_FOUR, ini="wan_mock_budget = 1").ret == pytest.ExitCode.TESTS_FAILED


def test_budget_does_not_hide_why_a_run_failed(run):
    """The status of an interrupted run is kept."""
    result = run(
        f"{MAKES_ONE}\ndef test_end(): pytest.exit('enough', returncode=9)", "--wan-mock-budget=0"
    )

    assert result.ret == 9


def test_budget_is_kept_without_a_terminal(run):
    assert run(MAKES_ONE, "--wan-mock-budget=0", "-pno:terminal").ret == 1


def test_jobs_of_an_interrupted_test_are_billed(alone):
    result = alone("""
def test_it(wan_mock):
    make()
    raise KeyboardInterrupt
""")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert len(spend_lines(result)) == 1


# Several processes


@pytest.fixture
def distributed(alone):
    """Return a function that runs pytest on a test file, with pytest-xdist in two workers."""
    return lambda test, *arguments: alone(test, "-pxdist", "-n2", *arguments)


def test_workers_have_servers_of_their_own_and_one_bill(distributed):
    result = distributed(MAKES_FOUR, "--wan-mock-budget=2.75")

    result.assert_outcomes(passed=4)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert spend_lines(result) == [
        "wan-mock: 4 jobs in 4 accounts would have cost US$ 2.76; nothing was spent",
        "wan-mock: that is above the budget of US$ 2.75: the run fails",
    ]


def test_failure_in_a_worker_shows_what_the_client_did(distributed):
    result = distributed("def test_it(wan_mock): make(duration=20)")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*- wan-mock -*", "  broke REQ-DURATION *"])
    assert spend_lines(result) == []


def test_worker_that_dies_is_billed_for_its_finished_tests(distributed):
    result = distributed(
        f"{MAKES_ONE}\ndef test_later(wan_mock): os._exit(1)", "-n1", "--max-worker-restart=0"
    )

    assert spend_lines(result) == [
        "wan-mock: 1 job in 1 account would have cost US$ 0.69; nothing was spent"
    ]


# What it costs those who do not use it


def test_nothing_is_loaded_before_a_test_uses_it(alone):
    result = alone(
        """
import sys

HEAVY = {"starlette", "uvicorn", "av", "PIL", "jsonschema_rs", "click", "contracts"}

def test_it():
    loaded = {name for name in sys.modules if name.startswith("mock_server")}
    assert loaded == {"mock_server", "mock_server.pytest_plugin"}
    assert HEAVY.isdisjoint(sys.modules)
""",
        "--wan-mock-budget=5",
    )

    result.assert_outcomes(passed=1)


def test_names_can_be_used_in_annotations(run):
    run("""
from mock_server import MockAccount, WanMock

def test_it(wan_mock: MockAccount, wan_mock_server: WanMock):
    assert isinstance(wan_mock, MockAccount)
    assert isinstance(wan_mock_server, WanMock)
""").assert_outcomes(passed=1)
