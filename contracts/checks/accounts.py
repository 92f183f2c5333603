"""Who may call: keys. And that the service is well."""

from collections.abc import Iterator
from dataclasses import replace

from contracts.checks.schemas import misfits
from contracts.exchange import Exchange
from contracts.history import History
from contracts.reading import error_of, json_object
from contracts.verdict import Verdict, equal, holds

MISSING, INVALID = "missing_api_key", "invalid_api_key"
KEY_HEADERS = ("authorization", "x-api-key")


def bad_keys_are_refused(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """AUTH-KEY, AUTH-FORM: without a key, and with one of the wrong form, everything that needs one is 401."""
    sent, answer = exchange.sent, exchange.answer
    operation = history.contract.api.operations.get(history.routes.operation(sent) or "")
    if operation is None or answer is None or sent.key is not None:
        return
    has_key = any(name in KEY_HEADERS for name, _ in sent.headers)
    if operation.key == "none" or (operation.key == "optional" and not has_key):
        return
    rule = "AUTH-FORM" if has_key else "AUTH-KEY"
    yield Verdict(
        rule=rule,
        is_kept=answer.status == 401,
        expected="401",
        received=str(answer.status),
        by_refusal=True,
    )
    code = INVALID if has_key else MISSING
    yield equal(rule, "/error/code", code, error_of(answer).get("code"), inferred=not has_key)


def good_keys_are_let_in(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """AUTH-KEY: a key that is good is good for every operation, as Authorization: Bearer and as x-api-key."""
    answer, operation = exchange.answer, history.routes.operation(exchange.sent)
    if exchange.sent.key is not None and answer is not None and operation is not None:
        yield holds(
            "AUTH-KEY",
            kept=answer.status != 401,
            pointer="",
            expected="anything but 401",
            received=answer.status,
        )


def service_tells_that_it_is_well(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """HEALTH: /livez has "status":"ok" without a blank, /health has "service":"gateway", both without a key."""
    answer, operation = exchange.answer, history.routes.operation(exchange.sent) or ""
    wanted = {"livez": b'"status":"ok"', "health": b'"service":"gateway"'}
    text = wanted.get(operation)
    if text is None or answer is None:
        return
    yield equal("HEALTH", "", 200, answer.status)
    yield holds(
        "HEALTH",
        kept=text in answer.body,
        pointer="",
        expected=f"a body with {text.decode()}",
        received=answer.body[:200].decode("utf-8", "replace"),
    )
    if operation == "health":  # its form is known by what a client of it reads
        for verdict in misfits("HEALTH", "Health", json_object(answer), history):
            yield replace(verdict, is_inferred=True)
