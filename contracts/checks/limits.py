"""How much an account may do: its rate and its credit."""

import math
from collections.abc import Iterator

from contracts.credit import left
from contracts.exchange import Answer, Exchange
from contracts.expectation.outcome import Accepted
from contracts.history import History
from contracts.reading import error_of, json_object, whole
from contracts.verdict import Verdict, equal, holds

RATE, CREDIT = "LIMIT-RPM", "CREDIT"
TOO_MANY, TOO_POOR, UNKNOWN_KEY = 429, 402, 401
NEAR = 6  # digits of a second: below that, sums of moments are not exact


def rates_are_limited(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """LIMIT-RPM: exactly the requests beyond the limit in any minute are 429, and told when the next one passes."""
    account, answer = history.account(exchange.sent), exchange.answer
    if answer is None or account is None or history.routes.operation(exchange.sent) is None:
        return
    window = history.contract.api.limits.rate_window_seconds
    if answer.status == TOO_MANY:
        yield from _form(answer, window)
    if account.rpm is None or answer.status == UNKNOWN_KEY or not history.is_emulator:
        return
    wait = _wait(account.requests, exchange.at, account.rpm, window)
    if wait is not None:
        yield equal(RATE, "", TOO_MANY, answer.status, refusal=True)
        told = answer.headers.get("retry-after")
        yield equal(RATE, "/retry-after", str(wait), told, refusal=True)
    elif account.rpm:
        yield holds(
            RATE,
            kept=answer.status != TOO_MANY,
            expected=f"no 429 within {account.rpm} requests a minute",
            received=answer.status,
        )


def _wait(requests: list[float], now: float, most: int, window: int) -> int | None:
    """Return in how many whole seconds the next request passes if that of *now* does not, None if it does."""
    if not most or len(requests) < most:
        return None
    if round(requests[-most] + window - now, NEAR) <= 0:
        return None
    oldest = [*requests, now][-most]
    return math.ceil(round(oldest + window - now, NEAR))


def _form(answer: Answer, window: int) -> Iterator[Verdict]:
    after = answer.headers.get("retry-after", "")
    yield holds(
        RATE,
        kept=(whole(after) or 0) in range(1, window + 1),
        pointer="/retry-after",
        expected=f"Retry-After from 1 to {window} seconds",
        received=after,
        inferred=True,
    )
    code = error_of(answer).get("code")
    yield equal(RATE, "/error/code", "rate_limit_exceeded", code, inferred=True, refusal=True)


def poor_accounts_are_refused(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """CREDIT: exactly a price above what is left is 402, and no job; the price is held, and given back with the job."""
    answer, account = exchange.answer, history.account(exchange.sent)
    outcome = history.outcome(exchange.sent)
    if answer is None or account is None or not isinstance(outcome, Accepted):
        return
    if answer.status in {UNKNOWN_KEY, TOO_MANY}:
        return
    if answer.status == TOO_POOR:
        body = json_object(answer) or {}
        yield equal(CREDIT, "/job_id", None, body.get("job_id"), refusal=True)
        code = error_of(answer).get("code")
        yield equal(
            CREDIT, "/error/code", "insufficient_credits", code, inferred=True, refusal=True
        )
    sure = left(account)
    if sure is None or not history.is_emulator:
        return
    least, most = sure
    if outcome.bill.micros > most:
        yield equal(CREDIT, "", TOO_POOR, answer.status, refusal=True)
    elif outcome.bill.micros <= least:
        yield holds(
            CREDIT,
            kept=answer.status != TOO_POOR,
            expected=f"no 402: {least} micro-dollars are left, and it costs {outcome.bill.micros}",
            received=answer.status,
        )
