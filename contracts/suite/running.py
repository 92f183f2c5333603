"""The run behind the tests: what the options of pytest ask for, and what comes of it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from contracts.check import check
from contracts.document import Contract
from contracts.errors import ContractError
from contracts.events import Event, RuleBroken, RunStarted
from contracts.printable import one_line
from contracts.reports.folder import replays, write_reports
from contracts.reports.report import Report, RuleResult
from contracts.reports.text import failure_lines
from contracts.run import PROFILES
from contracts.suite.outcome import Outcome, RuleOutcome
from contracts.wishes import LEDGER, Wishes


def wishes_of(config: pytest.Config, rules: Sequence[str]) -> Wishes:
    """Return what the options ask for, of *rules*; all of them when empty.

    A file is beside the folder that pytest was called in.
    """
    option = config.option
    profile = PROFILES[option.wan_profile]
    if option.wan_time_limit is not None:
        profile = replace(profile, seconds=option.wan_time_limit)
    environment = os.environ  # noqa: TID251 - this is a command line, too
    return Wishes(
        url=option.wan_target,
        profile=profile,
        seed=option.wan_seed,
        api_key=option.wan_api_key or environment.get("EMPIRIOLABS_API_KEY") or None,
        other_api_key=option.wan_other_api_key,
        rules=tuple(rules),
        is_trusted=option.wan_emulator or option.wan_control_token is not None,
        control_token=option.wan_control_token,
        max_cost=option.wan_max_cost,
        time_limit=option.wan_time_limit,
        ledger=config.invocation_params.dir / (option.wan_ledger or LEDGER),
    )


def outcome_of(wishes: Wishes, contract: Contract, at: datetime, folder: Path | None) -> Outcome:
    """Check what *wishes* ask for, *at* a time; write the reports into *folder*, if there is one."""
    events = check(wishes, contract)
    if folder is not None:
        events = write_reports(events, folder, contract, at)
    try:
        report = _report(events, contract, at)
    except ContractError as error:
        return Outcome(error=str(error))
    rules = {result.rule.id: _rule_outcome(result, report, folder) for result in report.results()}
    return Outcome(rules=rules)


def _report(events: Iterator[Event], contract: Contract, at: datetime) -> Report:
    started = next(events)
    assert isinstance(started, RunStarted)
    report = Report(contract=contract, at=at, started=started)
    for event in events:
        report.take(event)
    return report


def _rule_outcome(result: RuleResult, report: Report, folder: Path | None) -> RuleOutcome:
    return RuleOutcome(
        broken=_told(result.broken, report, folder),
        observed=_told(result.observed, report, folder),
        not_checked=result.not_checked,
        accepting=result.accepting,
        refusing=result.refusing,
    )


def _told(found: Sequence[RuleBroken], report: Report, folder: Path | None) -> str | None:
    """Return how a rule was broken, None where it was not."""
    if not found:
        return None
    return "\n\n".join("\n".join(_lines(broken, report, folder)) for broken in found)


def _lines(broken: RuleBroken, report: Report, folder: Path | None) -> Iterator[str]:
    yield from (one_line(line.text) for line in failure_lines(broken, report))
    number = report.broken.index(broken) + 1
    files = () if folder is None else replays(folder, number)
    yield from (f"  replay    {name}" for name in files)
