"""The answer to an accepted submission."""

from collections.abc import Iterator

from contracts.checks.schemas import misfits
from contracts.exchange import Exchange
from contracts.expectation.outcome import Accepted
from contracts.history import ACCEPTED, History
from contracts.reading import fields_of, json_object, path_of
from contracts.verdict import Verdict, equal, holds


def submit_answer_leads_to_the_job(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """JOB-SUBMIT: The answer has a job_id that no other job has, and a poll_url that leads to the job."""
    outcome, answer = history.outcome(exchange.sent), exchange.answer
    if not isinstance(outcome, Accepted) or answer is None or answer.status not in ACCEPTED:
        return
    body = json_object(answer) or {}
    yield from misfits("JOB-SUBMIT", "SubmitAnswer", body, history)
    yield holds(
        "JOB-SUBMIT",
        kept=str(body.get("job_id")) not in history.jobs,
        pointer="/job_id",
        expected="an id that no other job has",
        received=body.get("job_id"),
    )
    path = history.contract.api.operations["job"].path
    expected = path.replace("{job_id}", str(body.get("job_id")))
    yield equal("JOB-SUBMIT", "/poll_url", expected, path_of(body.get("poll_url")))
    sent = fields_of(exchange.sent) or {}
    yield equal("JOB-SUBMIT", "/model", sent.get("model"), body.get("model"), inferred=True)
    status = int(history.policies["submit_status"])
    yield equal("JOB-SUBMIT", "", status, answer.status, inferred=True)
