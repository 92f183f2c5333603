"""A baseline: the cases that a client failed before, which must still fail, and are held against it no more."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.conformance.result import Result, State
from contracts.errors import ContractError

WOULD_DO = "report.json of an earlier wan-mock conformance would do"
FAILED = frozenset({"failed", "known"})
STATES = frozenset(State)


class ReportError(ContractError):
    """A report cannot be read; the message, one line, says which, and why."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The ids of the cases that are known to fail."""

    failing: frozenset[str] = frozenset()

    def applied(self, result: Result) -> Result:
        """Return *result*, as known where it failed and was known to."""
        is_known = result.state is State.FAILED and result.case.id in self.failing
        return replace(result, state=State.KNOWN) if is_known else result


def read_report(path: Path) -> dict[str, object]:
    """Return the JSON report at *path*.

    Raises:
        ReportError: it cannot be read, or is no report of a client.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(f"{path}: {error.strerror}; {WOULD_DO}") from None
    except (ValueError, RecursionError):
        raise ReportError(f"{path}: not JSON; {WOULD_DO}") from None
    cases = found.get("cases") if isinstance(found, dict) else None
    is_report = isinstance(cases, list) and all(_is_case(case) for case in cases)
    if not is_report or not isinstance(found.get("client"), str):
        raise ReportError(f"{path}: no report of a client; {WOULD_DO}")
    report: dict[str, object] = found
    return report


def _is_case(case: object) -> bool:
    wanted = ("id", "family", "level", "state")
    is_told = isinstance(case, dict) and all(isinstance(case.get(name), str) for name in wanted)
    return is_told and case["state"] in STATES  # type: ignore[index]


def read_baseline(path: Path) -> Baseline:
    """Return what the report at *path* knows to fail.

    Raises:
        ReportError: it is none.
    """
    cases = read_report(path)["cases"]
    assert isinstance(cases, list)
    return Baseline(frozenset(case["id"] for case in cases if case["state"] in FAILED))
