"""Bodies that only lenient readers take for JSON."""

from collections.abc import Iterator

from contracts.exchange import Exchange, Sent
from contracts.expectation.outcome import Accepted
from contracts.history import ACCEPTED, History
from contracts.reading import error_of, fields_of
from contracts.strictness import levels_of
from contracts.verdict import Verdict, equal, holds

RULE = "REQ-STRICT"
OF_CALLERS = frozenset({401, 429})


def lenient_json_is_refused(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """REQ-STRICT: duplicate keys, NaN, Infinity, lone surrogates and too many levels are 400; the last level is not."""
    sent, answer = exchange.sent, exchange.answer
    if history.routes.operation(sent) != "submit" or answer is None or sent.key is None:
        return
    if not history.is_emulator or not sent.says_json or answer.status in OF_CALLERS:
        return
    if history.flaw(sent) is not None:
        yield equal(RULE, "", 400, answer.status, refusal=True)
        code = error_of(answer).get("code")
        yield equal(RULE, "/error/code", "invalid_request", code, refusal=True)
    elif isinstance(history.outcome(sent), Accepted) and _is_deep(sent, history):
        yield holds(
            RULE,
            kept=answer.status in ACCEPTED,
            expected="accepted, at the last level",
            received=answer.status,
        )


def _is_deep(sent: Sent, history: History) -> bool:
    return levels_of(fields_of(sent)) == history.contract.api.limits.max_depth
