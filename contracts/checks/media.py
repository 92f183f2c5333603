"""Media that the kit made: good ones are taken whatever their size, bad ones are told by their codes."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.checks.told import seen_jobs
from contracts.exchange import Exchange
from contracts.expectation.outcome import Accepted
from contracts.history import History
from contracts.model import Takes
from contracts.reading import status_of
from contracts.seen import COMPLETED, TERMINAL
from contracts.verdict import Verdict, holds

MEDIA, AUDIO_IN_REFERENCES = "MEDIA-", "MEDIA-AUDIO-R2V"


def job_fails_exactly_by_its_media(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """MEDIA: a job with a bad medium fails by its code, one with good media is completed, and so is one without."""
    for body, job in seen_jobs(exchange, history):
        outcome, status = job.outcome, status_of(body)
        if not isinstance(outcome, Accepted) or status not in TERMINAL or status == "cancelled":
            continue
        if outcome.faults:
            yield from _failed(body, outcome)
            continue
        for rule in _rules(outcome, job.fields):
            yield holds(
                rule,
                kept=status in COMPLETED,
                pointer="/status",
                expected="completed",
                received=body.get("error"),
            )
        if history.is_emulator and not outcome.media:
            yield holds(
                "JOB-STATUS",
                kept=status in COMPLETED,
                pointer="/status",
                expected="completed: nothing in the request could fail",
                received=body.get("error"),
            )


def _failed(body: Mapping[str, Any], outcome: Accepted) -> Iterator[Verdict]:
    error = body.get("error")
    message = str(error.get("message")) if isinstance(error, dict) else ""
    codes = {fault.code for fault in outcome.faults}
    for fault in outcome.faults:
        yield Verdict(
            rule=fault.broken.rule,
            is_kept=status_of(body) == "failed" and any(code in message for code in codes),
            pointer="/error/message",
            expected=f"failed by {fault.code}, for {fault.broken.pointer}",
            received=f"{body.get('status')} {message}".strip(),
            by_refusal=True,
        )


def _rules(outcome: Accepted, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield the rules that a failure of the job would break."""
    for used in outcome.media:
        if used.specimen is not None:
            yield from (rule for rule in used.specimen.rules if rule.startswith(MEDIA))
    if outcome.mode.takes is Takes.REFERENCES and "audio_url" in fields:
        yield AUDIO_IN_REFERENCES
