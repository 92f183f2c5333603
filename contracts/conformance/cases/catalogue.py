"""All cases, in the order of a report."""

from contracts.conformance.case import Case
from contracts.conformance.cases import (
    download,
    outcome,
    pace,
    poll,
    request,
    submit,
    words,
)
from contracts.model import Model


def cases(model: Model) -> tuple[Case, ...]:
    """Return the cases for clients of *model*."""
    return (
        *request.cases(model),
        *submit.cases(),
        *poll.cases(),
        *pace.cases(),
        *words.cases(),
        *outcome.cases(),
        *download.cases(),
    )
