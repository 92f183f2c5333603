"""Schemathesis' own checks of an answer against the document that the target serves, as checks of the judge."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from requests import PreparedRequest
from schemathesis import Case, CheckFunction, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure
from schemathesis.errors import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from contracts.exchange import Answer, Exchange, Sent
from contracts.expectation.form import pointer
from contracts.history import History
from contracts.judge import Check
from contracts.opinion.served import Operation, Operations
from contracts.verdict import Verdict, show

# None of those that judge whether a request was to be refused: the served schema leaves that open.
CHECKS: tuple[CheckFunction, ...] = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
NAME = re.compile(r"\{([^}]*)\}")
ORIGIN = "http://target.invalid"

# Whose rule an answer breaks: first by its status, then by its operation.
BY_STATUS: Mapping[int, str] = {401: "AUTH-KEY", 402: "CREDIT", 429: "LIMIT-RPM"}
BY_OPERATION: Mapping[str, str] = {
    "submit": "JOB-SUBMIT",
    "job": "JOB-SHAPE",
    "cancel": "JOB-CANCEL",
    "list": "JOB-LIST",
    "models": "MODEL-CARD",
    "model": "MODEL-CARD",
    "usage": "USAGE",
    "upload": "REQ-IMAGE",
    "sign": "OUT-URL",
    "livez": "HEALTH",
    "health": "HEALTH",
    "openapi": "HEALTH",
    "download": "OUT-DOWNLOAD",
    "fixture": "OUT-DOWNLOAD",
}


def conformance(operations: Operations) -> tuple[Check, ...]:
    """Return a check for each of Schemathesis', by *operations* of the served document."""
    return tuple(_check(function, operations) for function in CHECKS)


def rule_of(operation: str, status: int) -> str:
    """Return the rule that an answer of *status* to *operation* breaks when its form is not the documented one."""
    return BY_STATUS.get(status, BY_OPERATION[operation])


def response_of(sent: Sent, answer: Answer) -> Response:
    """Return *answer* to *sent* as Schemathesis takes it."""
    request = PreparedRequest()
    request.prepare(method=sent.method, url=ORIGIN + sent.target, headers={}, data=b"")
    return Response(
        status_code=answer.status,
        headers={name: [value] for name, value in answer.headers.items()},
        content=answer.body,
        request=request,
        elapsed=0.0,
        verify=True,
    )


def _check(function: CheckFunction, operations: Operations) -> Check:
    name = getattr(function, "__name__", "")

    def check(exchange: Exchange, history: History) -> Iterator[Verdict]:
        sent, answer = exchange.sent, exchange.answer
        id_ = history.routes.operation(sent) or ""
        operation = operations.get((id_, sent.method))
        if operation is None or answer is None:
            return
        for place, told in _failures(_case(operation), response_of(sent, answer), function):
            yield Verdict(
                rule=rule_of(id_, answer.status),
                is_kept=False,
                pointer=place,
                expected=f"what the served OpenAPI document says of it (Schemathesis: {name})",
                received=f"{answer.status} {show(' '.join(told.split()))}",
                is_inferred=True,  # a document of a live API promises less than the contract
            )

    check.__name__ = f"schemathesis_{name}"
    check.__doc__ = f"Schemathesis' {name}: the answer is one that the served OpenAPI document has."
    return check


def _case(operation: Operation) -> Case[Any]:
    """Return a case of *operation*, whatever was sent: the checks look at the answer alone."""
    return operation.Case(path_parameters=dict.fromkeys(NAME.findall(operation.path), "x"))


def _failures(
    case: Case[Any], response: Response, function: CheckFunction
) -> Iterator[tuple[str, str]]:
    """Yield where in the answer *function* finds something, as far as it tells, and what."""
    try:
        case.validate_response(response, checks=[function])
    except FailureGroup as group:
        for failure in group.exceptions:
            assert isinstance(failure, Failure)
            yield (
                pointer(*getattr(failure, "instance_path", ())),
                f"{failure.title}: {failure.message}",
            )
    except Exception as error:  # a reference that leads nowhere, a pattern that is none, …
        yield "", f"the document cannot be applied: {type(error).__name__}: {error}"
