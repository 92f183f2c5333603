"""The pytest plugin: an account of its own for each test that asks for one, on one emulator for the session.

Nothing of the emulator is loaded before a test uses it: pytest loads this in every run.
"""

import argparse
from collections.abc import Generator, Iterator
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mock_server.spend import Spend
    from mock_server.testing.account import MockAccount
    from mock_server.wan_mock import WanMock

SETTINGS = {
    "latency": "How long jobs take: quick, realistic, instant, or seconds (quick).",
    "clock": "How the clock of an account runs: real, manual or skip (skip).",
    "balance": "US dollars of an account, or unlimited (1000).",
    "rpm": "Requests a minute that an account may send; 0 means any number (0).",
    "seed": "Decides ids, latencies and signatures (0).",
}
OPTIONS = ("latency", "clock")
WHOLE = ("rpm", "seed")
POLICIES = "How open questions are answered: NAME=VALUE, separated by blanks."
BUDGET = "US dollars that the jobs of a run may cost; above it the run fails (no limit)."
MICROS = 1_000_000  # in a dollar, as contracts.model has it, which would be slow to load

SERVER = pytest.StashKey["WanMock"]()
ACCOUNT = pytest.StashKey["MockAccount"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and the settings of the plugin."""
    group = parser.getgroup("wan-mock", "a test double of the Wan 2.6 video API")
    for name, text in SETTINGS.items():
        parser.addini(f"wan_mock_{name}", text)
        if name in OPTIONS:
            group.addoption(f"--wan-mock-{name}", metavar=name.upper(), help=text)
    parser.addini("wan_mock_policies", POLICIES, "args")
    parser.addini("wan_mock_budget", BUDGET)
    group.addoption("--wan-mock-budget", metavar="USD", type=_micros, help=BUDGET)


def pytest_configure(config: pytest.Config) -> None:
    """Begin the bill of the run.

    Raises:
        pytest.UsageError: a budget that cannot be.
    """
    budget = config.getoption("wan_mock_budget")
    text = config.getini("wan_mock_budget")
    try:
        limit = _micros(text) if budget is None and text else budget
    except argparse.ArgumentTypeError as error:
        raise pytest.UsageError(f"wan_mock_budget: {error}") from None
    config.pluginmanager.register(Bill(config, limit), "wan_mock_bill")


@pytest.fixture(scope="session")
def wan_mock_server(pytestconfig: pytest.Config) -> "Iterator[WanMock]":
    """The emulator of the session (of each worker, with xdist), set up as the options and settings wan_mock_* say."""
    from mock_server.settings import SettingsError  # noqa: PLC0415
    from mock_server.wan_mock import WanMock  # noqa: PLC0415

    try:
        server = WanMock(**_settings(pytestconfig))
    except SettingsError as error:
        pytest.fail(f"wan-mock cannot be set up: {error}", pytrace=False)
    pytestconfig.stash[SERVER] = server
    with server:
        yield server


@pytest.fixture
def wan_mock(
    wan_mock_server: "WanMock", monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> "MockAccount":
    """A fresh account; as long as the test runs, the environment variables EMPIRIOLABS_* lead a client to it."""
    account = wan_mock_server.account()
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    request.node.stash[ACCOUNT] = account
    return account


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Forget the account of a test when all is said of it."""
    try:
        return (yield)
    finally:
        account = item.stash.get(ACCOUNT, None)
        if account is not None:
            del item.stash[ACCOUNT]
            account.reset()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show under a test that failed what its client did; let a worker of xdist tell what its jobs cost."""
    report = yield
    account = item.stash.get(ACCOUNT, None)
    if account is not None and report.failed:
        from mock_server.testing.transcript import transcript  # noqa: PLC0415

        report.sections.append(("wan-mock", transcript([*account.requests])))
    server = item.config.stash.get(SERVER, None)
    worker = getattr(item.config, "workerinput", None)
    if server is not None and worker is not None:
        spend = server.spend
        report.wan_mock_spend = worker["workerid"], spend.jobs, spend.accounts, spend.micros  # type: ignore[attr-defined]
    return report


class Bill:
    """What the jobs of a run would have cost, those of all workers together, and whether that is too much."""

    def __init__(self, config: pytest.Config, budget: int | None) -> None:
        """Begin with no job; *budget* is in micro-dollars, None for any amount."""
        self._config = config
        self._budget = budget
        self._told: dict[str, tuple[int, int, int]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of what a worker has told; later reports of it tell more."""
        told = getattr(report, "wan_mock_spend", None)
        if told is not None:
            worker, *numbers = told
            self._told[worker] = tuple(numbers)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let a run fail that is above its budget."""
        spend = self._spend()
        is_worker = hasattr(self._config, "workerinput")
        if spend is not None and self._is_exceeded_by(spend) and not is_worker:
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Tell what the jobs would have cost, if there were any."""
        spend = self._spend()
        if spend is None:
            return
        terminalreporter.write_line(f"wan-mock: {spend}")
        if self._is_exceeded_by(spend):
            assert self._budget is not None
            message = f"wan-mock: that is above the budget of US$ {Decimal(self._budget) / MICROS}: the run fails"
            terminalreporter.write_line(message, red=True)

    def _is_exceeded_by(self, spend: "Spend") -> bool:
        return self._budget is not None and spend.micros > self._budget

    def _spend(self) -> "Spend | None":
        """Return what all jobs would have cost, None if there were none."""
        server = self._config.stash.get(SERVER, None)
        if server is None and not self._told:
            return None
        from mock_server.spend import Spend  # noqa: PLC0415

        own = Spend() if server is None else server.spend
        spend = sum((Spend(*numbers) for numbers in self._told.values()), own)
        return spend if spend.jobs else None


def _settings(config: pytest.Config) -> dict[str, Any]:
    """Return the settings that options and ini file choose."""
    chosen: dict[str, Any] = {"clock": "skip"}
    for name in SETTINGS:
        option = config.getoption(f"wan_mock_{name}") if name in OPTIONS else None
        text = option or config.getini(f"wan_mock_{name}")
        if text:
            is_number = name in WHOLE and text.removeprefix("-").isdecimal()
            chosen[name] = int(text) if is_number else text
    policies = (text.partition("=") for text in config.getini("wan_mock_policies"))
    chosen["policies"] = {name: value for name, _, value in policies}
    return chosen


def _micros(text: str) -> int:
    """Return *text*, US dollars, in micro-dollars, rounded down."""
    try:
        dollars = Decimal(text)
    except InvalidOperation:
        dollars = Decimal(-1)
    if not dollars.is_finite() or dollars < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of dollars from 0 up")
    return int(dollars * MICROS)
