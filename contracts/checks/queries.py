"""Query parameters outside of their ranges and words."""

from collections.abc import Iterator

from contracts.api import Query
from contracts.exchange import Exchange, Sent
from contracts.history import History
from contracts.reading import moment, query_of, whole
from contracts.verdict import Verdict, equal


def bad_queries_are_refused(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """JOB-LIST, USAGE, OUT-URL: a query parameter outside of its range or its words is 400 on it."""
    sent, answer = exchange.sent, exchange.answer
    operation = history.contract.api.operations.get(history.routes.operation(sent) or "")
    if operation is None or operation.rule is None or answer is None or sent.key is None:
        return
    if answer.status in {401, 429}:
        return
    bad = _bad_parameters(sent, history)
    if bad:
        yield Verdict(
            rule=operation.rule,
            is_kept=answer.status == 400,
            expected=f"400: {', '.join(bad)} is not as it must be",
            received=str(answer.status),
            by_refusal=True,
        )
    elif operation.id in {"list", "usage"}:
        yield equal(operation.rule, "", 200, answer.status)


def _bad_parameters(sent: Sent, history: History) -> list[str]:
    operation = history.contract.api.operations[history.routes.operation(sent) or ""]
    query = query_of(sent)
    return [
        parameter.name
        for parameter in operation.query
        if not _fits(query.get(parameter.name), parameter)
    ]


def _fits(value: str | None, parameter: Query) -> bool:
    schema = parameter.schema
    if value is None:
        return not parameter.required
    if schema["type"] == "integer":
        number = whole(value)
        return number in range(schema["minimum"], schema["maximum"] + 1)
    if "enum" in schema:
        return bool(value in schema["enum"])
    if schema.get("format") == "date-time":
        at = moment(value)
        return at is not None and at.tzinfo is not None
    least: int = schema.get("minLength", 0)
    return len(value) >= least
