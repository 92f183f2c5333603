"""What the tests of the rules share: their markers, and one run for all of them."""

import warnings
from datetime import UTC, datetime
from functools import partial

import pytest

from contracts.document import load
from contracts.rule import Provenance, Rule
from contracts.suite.outcome import Outcome
from contracts.suite.sharing import once

VOUCHERS = {
    Provenance.DOCUMENTED: "the vendor says so, at least in part",
    Provenance.CLIENT: "seen in code of others that calls the API, or observed",
    Provenance.INFERRED: "nobody says so; our choice",
    Provenance.OURS: "of the emulator alone",
}
OWN = ("contracts", "mock_server")
INSTALL = "pip install 'wan-mock[contracts]'"


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, which say who vouches for a rule."""
    for provenance, text in VOUCHERS.items():
        config.addinivalue_line("markers", f"{provenance.value}: {text}")


@pytest.fixture(scope="session")
def wan_outcome(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Outcome:
    """What came of the run: one for the session, all workers of pytest-xdist together."""
    folder, name = tmp_path_factory.getbasetemp(), "contract-suite"
    worker = getattr(request.config, "workerinput", None)
    if worker is not None:
        folder, name = folder.parent, f"{name}-{worker['testrunuid']}"
    outcome = once(folder / f"{name}.json", partial(_run, request.session))
    if outcome.error is not None:
        pytest.fail(outcome.error, pytrace=False)
    return outcome


@pytest.fixture
def wan_properties(request: pytest.FixtureRequest) -> list[tuple[str, object]]:
    """What a JUnit file tells of the test; the fixture of pytest for it warns in a family of such files."""
    properties: list[tuple[str, object]] = request.node.user_properties
    return properties


def _run(session: pytest.Session) -> Outcome:
    """Check the rules whose tests were selected."""
    try:
        from contracts.suite.running import outcome_of, wishes_of  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in OWN:
            raise
        return Outcome(error=f"the contract suite needs {error.name}, of the kit: {INSTALL}")
    contract, config = load(), session.config
    selected = {rule.id for rule in map(_rule_of, session.items) if rule is not None}
    rules = [rule for rule in contract.rules if rule in selected]
    wishes = wishes_of(config, [] if len(rules) == len(contract.rules) else rules)
    folder = config.option.wan_report_dir
    at = datetime.now(UTC)  # noqa: TID251 - when the report says it was made
    with warnings.catch_warnings():
        # What the session makes an error for its own tests shall not end a run.
        warnings.simplefilter("default")
        return outcome_of(wishes, contract, at, folder and config.invocation_params.dir / folder)


def _rule_of(item: pytest.Item) -> Rule | None:
    """Return the rule of a test of the suite, None for any other."""
    callspec = getattr(item, "callspec", None)
    rule = None if callspec is None else callspec.params.get("rule")
    return rule if isinstance(rule, Rule) else None
