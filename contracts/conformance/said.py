"""What a client says became of its video, in the words of the adapter protocol."""

import json
from dataclasses import dataclass

COMPLETED, FAILED, ERROR, TIMEOUT, SKIPPED = "completed", "failed", "error", "timeout", "skipped"
OUTCOMES = (COMPLETED, FAILED, ERROR, TIMEOUT, SKIPPED)
SHOWN_CHARACTERS = 200


class NothingSaidError(ValueError):
    """What an adapter printed is no answer; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The answer of an adapter: *outcome* is one of `OUTCOMES`, and of the rest None is what it does not tell."""

    outcome: str
    job_id: str | None = None
    error_code: str | None = None
    message: str | None = None
    retryable: bool | None = None


def read(text: str) -> Said:
    """Return what the last line of *text* that is not empty says; what a client prints before it is its own affair.

    Raises:
        NothingSaidError: that line is no JSON object, or its outcome is no word of the protocol.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise NothingSaidError("it printed nothing; one JSON object with an outcome would do")
    try:
        found = json.loads(lines[-1])
    except (ValueError, RecursionError):
        shown = lines[-1][:SHOWN_CHARACTERS]
        raise NothingSaidError(f"it printed {shown!r}; one JSON object would do") from None
    outcome = found.get("outcome") if isinstance(found, dict) else None
    if outcome not in OUTCOMES:
        raise NothingSaidError(f"its outcome is {outcome!r}; {', '.join(OUTCOMES)} would do")
    return Said(
        outcome=outcome,
        job_id=_text(found, "job_id"),
        error_code=_text(found, "error_code"),
        message=_text(found, "message"),
        retryable=found["retryable"] if isinstance(found.get("retryable"), bool) else None,
    )


def _text(found: dict[str, object], name: str) -> str | None:
    value = found.get(name)
    # What is no character could not be written anywhere.
    return None if value is None else str(value).encode("utf-8", "backslashreplace").decode()
