"""What came of a case: passed, failed with findings, or not judged."""

from dataclasses import dataclass
from enum import StrEnum

from contracts.conformance.case import Case, Finding
from contracts.conformance.said import SKIPPED
from contracts.conformance.trial import Trial

AN_OUTCOME = "one of the outcomes of the protocol"


class State(StrEnum):
    """How a case came out; *KNOWN* failed, as it did in the baseline."""

    PASSED = "passed"
    FAILED = "failed"
    KNOWN = "known"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of *case*; *reason* is why it was skipped, *trial* is None where there was none."""

    case: Case
    state: State
    findings: tuple[Finding, ...] = ()
    reason: str | None = None
    trial: Trial | None = None

    @property
    def is_failed(self) -> bool:
        """Whether the client did not do what the case holds it to."""
        return self.state in {State.FAILED, State.KNOWN}


def judged(case: Case, trial: Trial) -> Result:
    """Return what *trial* says of *case*."""
    said = trial.ran.said
    if said is not None and said.outcome == SKIPPED:
        reason = said.message or "the adapter skipped it, and did not say why"
        return Result(case=case, state=State.SKIPPED, reason=reason, trial=trial)
    findings = tuple(finding for oracle in case.oracle for finding in oracle(trial))
    if said is None and not findings:  # whatever else it did, it is of no use to its caller
        findings = (Finding(expected=AN_OUTCOME, received=f"{trial.ran.trouble}"),)
    unmet = None if case.unmet is None else case.unmet(trial)
    if unmet is not None and not findings:
        return Result(case=case, state=State.SKIPPED, reason=unmet, trial=trial)
    state = State.FAILED if findings else State.PASSED
    return Result(case=case, state=state, findings=findings, trial=trial)
