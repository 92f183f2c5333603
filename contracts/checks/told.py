"""The jobs that an answer tells of, whatever was asked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.exchange import Exchange
from contracts.history import History
from contracts.reading import json_object, objects
from contracts.seen import Job

Body = Mapping[str, Any]


def told_jobs(exchange: Exchange, history: History) -> Sequence[Body]:
    """Return the bodies of jobs that the answer has: one of a poll or a cancel, many of a list."""
    answer = exchange.answer
    if answer is None or answer.status != 200:
        return []
    body = json_object(answer) or {}
    match history.routes.operation(exchange.sent):
        case "job" | "cancel":
            return [body]
        case "list":
            return objects(body.get("data"))
        case _:
            return []


def seen_jobs(exchange: Exchange, history: History) -> Iterator[tuple[Body, Job]]:
    """Yield each job told together with what was seen of it before."""
    for body in told_jobs(exchange, history):
        job = history.jobs.get(str(body.get("job_id")))
        if job is not None:
            yield body, job
