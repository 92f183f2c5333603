"""The envelope of errors."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from contracts.checks.schemas import misfits
from contracts.exchange import Exchange
from contracts.history import History
from contracts.reading import error_of, json_object
from contracts.verdict import Verdict, equal

# Whose rule an error is about, by its status where that says it all, else by the operation, too.
BY_STATUS: Mapping[int, str] = {
    401: "AUTH-KEY",
    402: "CREDIT",
    403: "OUT-URL",
    415: "REQ-JSON",
    416: "OUT-DOWNLOAD",
    429: "LIMIT-RPM",
}
BY_OPERATION: Mapping[tuple[int, str], str] = {
    (404, "submit"): "REQ-MODEL",
    (404, "model"): "MODEL-CARD",
    (404, "job"): "JOB-UNKNOWN",
    (404, "cancel"): "JOB-UNKNOWN",
    (404, "sign"): "OUT-URL",
    (400, "sign"): "OUT-URL",
    (400, "list"): "JOB-LIST",
    (400, "usage"): "USAGE",
    (400, "submit"): "REQ-JSON",
}


def errors_come_in_the_envelope(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """The error envelope: message, type, param and code, of which code and type go with the status."""
    answer, sent = exchange.answer, exchange.sent
    if answer is None or sent.method == "HEAD":
        return
    operation = history.routes.operation(sent) or ""
    rule = BY_STATUS.get(answer.status) or BY_OPERATION.get((answer.status, operation))
    if rule is None:
        return
    for verdict in misfits(rule, "Error", json_object(answer), history):
        yield replace(verdict, is_inferred=True, by_refusal=True)
    error = error_of(answer)
    known = history.contract.api.errors.get(str(error.get("code")))
    told = (answer.status, error.get("type"))
    wanted = None if known is None else (known.status, known.type)
    place = "/error/code"
    yield equal(rule, place, wanted, told, inferred=True, refusal=True)
