"""What answers tell of money: which job came of a request, and what jobs cost."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from contracts.exchange import Answer
from contracts.model import MICROS
from contracts.reading import json_object, objects

UNBELIEVABLE = 1e12  # dollars


def job_id_of(answer: Answer) -> str | None:
    """Return the id of the job that *answer* tells of, None where it tells of none."""
    job_id = (json_object(answer) or {}).get("job_id")
    return job_id if isinstance(job_id, str) and job_id else None


def costs_of_usage(answer: Answer) -> Iterator[tuple[str, int]]:
    """Yield the job and the micro-dollars of each event of a usage page that has both."""
    for event in objects((json_object(answer) or {}).get("data")):
        yield from _cost(event.get("job_id"), event)


def costs_of_jobs(answer: Answer) -> Iterator[tuple[str, int]]:
    """Yield the job and the micro-dollars of each job, of one or of a list, that tells of its cost."""
    body = json_object(answer) or {}
    for job in (body, *objects(body.get("data"))):
        for result in objects([job.get("result")]):
            for usage in objects([result.get("usage")]):
                yield from _cost(job.get("job_id"), usage)


def _cost(job_id: Any, told: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for cost in objects([told.get("cost")]):
        micros = _micros(cost.get("amount"))
        if isinstance(job_id, str) and micros is not None:
            yield job_id, micros


def _micros(amount: Any) -> int | None:
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return None
    if not 0 <= amount < UNBELIEVABLE:
        return None
    return int((Decimal(str(amount)) * MICROS).to_integral_value(ROUND_CEILING))
