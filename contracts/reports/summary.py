"""A failure in the words of a report."""

from dataclasses import dataclass

from contracts.document import Contract
from contracts.events import RuleBroken

NOT_REPRODUCED = "Not reproduced: it was seen once, and did not show again."
NOT_REPLAYED = "Not reproduced: the time was over before it could be shown once more."
NOT_SHORTENED = "The time was over before the steps could be made fewer."
KNOWN = "Known: the baseline has it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a failure comes to: the *rule*, who vouches for it, the *request* by its operation, and what was wrong."""

    rule: str
    provenance: str
    request: str
    pointer: str
    expected: str
    received: str
    note: str

    @property
    def sentence(self) -> str:
        """The failure in one sentence."""
        place = f" at {self.pointer}" if self.pointer else ""
        return f"{self.rule} ({self.provenance}): {self.request} broke the contract{place}."


def summary_of(broken: RuleBroken, contract: Contract) -> Summary:
    """Return what *broken* comes to; the rule and the operation are those of *contract*."""
    failure, verdict = broken.failure, broken.failure.verdict
    sent = failure.exchange.sent
    operation = contract.api.operations.get(sent.operation)
    path = sent.target if operation is None else operation.path
    return Summary(
        rule=verdict.rule,
        provenance=contract.rules[verdict.rule].provenance.value,
        request=f"{sent.method} {path}",
        pointer=verdict.pointer,
        expected=verdict.expected,
        received=_received(broken),
        note=_note(broken),
    )


def _received(broken: RuleBroken) -> str:
    exchange = broken.failure.exchange
    if exchange.answer is None:
        return f"no answer: {exchange.trouble}"
    return broken.failure.verdict.received


def _not_reproduced(broken: RuleBroken) -> str:
    if broken.not_replayed:
        return f"Not tried again: {broken.not_replayed}."
    return NOT_REPLAYED if broken.is_out_of_time else NOT_REPRODUCED


def _note(broken: RuleBroken) -> str:
    """Return what a reader must know besides, a sentence each."""
    notes = []
    if not broken.is_reproduced:
        notes.append(_not_reproduced(broken))
    elif broken.is_out_of_time:
        notes.append(NOT_SHORTENED)
    if broken.is_known:
        notes.append(KNOWN)
    if broken.failure.is_observed:
        notes.append(
            "Observed only: not held against a live API, since no evidence vouches for it."
        )
    return " ".join(notes)
