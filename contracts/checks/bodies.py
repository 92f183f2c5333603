"""Submissions whose body is no JSON object, or not said to be one."""

from collections.abc import Iterator

from contracts.exchange import Exchange
from contracts.history import History
from contracts.reading import error_of, fields_of
from contracts.verdict import Verdict, equal, holds

CODES = {400: "invalid_request", 415: "unsupported_media_type"}


def bodies_that_are_no_json_are_refused(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """REQ-JSON: The body is a JSON object sent as application/json, and 400 if it is none; 415 is for other content types only."""
    sent, answer = exchange.sent, exchange.answer
    if history.routes.operation(sent) != "submit" or answer is None or sent.key is None:
        return
    if answer.status in {401, 402, 429}:
        return
    if sent.says_json and fields_of(sent) is not None:
        yield holds(
            "REQ-JSON",
            kept=answer.status != 415,
            expected=f"no 415: {sent.content_type} is JSON, with or without parameters",
            received=answer.status,
        )
        return
    status = 400 if sent.says_json else 415
    yield Verdict(
        rule="REQ-JSON",
        is_kept=answer.status == status,
        expected=str(status),
        received=str(answer.status),
        by_refusal=True,
    )
    code = error_of(answer).get("code")
    yield equal("REQ-JSON", "/error/code", CODES[status], code, inferred=True, refusal=True)
