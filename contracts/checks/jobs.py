"""Jobs as their pollers see them: form, status, progress and result."""

from collections.abc import Iterator

from contracts.checks.changes import changes
from contracts.checks.schemas import misfits
from contracts.checks.told import Body, seen_jobs, told_jobs
from contracts.exchange import Exchange, Sent
from contracts.history import History
from contracts.reading import json_object, moment, status_of
from contracts.seen import COMPLETED, TERMINAL, Job
from contracts.verdict import Verdict, equal, holds

ORDER = {"queued": 0, "processing": 1}
ENDED = 2
# Refusals of the caller, which tell nothing of a job.
OF_CALLERS = {401, 429}


def job_has_the_published_form(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """JOB-SHAPE: The job has the documented fields and types."""
    for body in told_jobs(exchange, history):
        # The words of a status are another rule's.
        yield from misfits("JOB-SHAPE", "Job", {**body, "status": "queued"}, history)
        yield holds(
            "JOB-SHAPE",
            kept=isinstance(body.get("status"), str),
            pointer="/status",
            expected="a string",
            received=body.get("status"),
        )


def job_is_the_one_asked_for(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """JOB-SHAPE, JOB-CANCEL: The job of an answer is the one that the path names, as it was submitted."""
    asked = history.routes.parameters(exchange.sent).get("job_id")
    for body in told_jobs(exchange, history):
        if asked is not None:
            yield equal("JOB-SHAPE", "/job_id", asked, body.get("job_id"))
    for body, job in seen_jobs(exchange, history):
        submitted = json_object(job.submitted.answer) if job.submitted.answer else {}
        yield equal("JOB-SHAPE", "/model", job.fields.get("model"), body.get("model"))
        if submitted and "created_at" in submitted:
            created = submitted["created_at"]
            yield equal("JOB-SHAPE", "/created_at", created, body.get("created_at"), inferred=True)


def status_is_a_known_word(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """JOB-STATUS: queued, processing, completed or failed, and cancelled after a cancel; succeeded is read as completed."""
    for body in told_jobs(exchange, history):
        known = {*ORDER, "completed", "failed", "cancelled"}
        words = known if history.is_emulator else known | COMPLETED
        yield holds(
            "JOB-STATUS",
            kept=status_of(body) in words,
            pointer="/status",
            expected=f"one of {', '.join(sorted(words))}",
            received=body.get("status"),
        )
    cancels = history.routes.operation(exchange.sent) == "cancel"
    for body, job in seen_jobs(exchange, history):
        if status_of(body) == "cancelled":
            asked = job.is_cancelling or cancels
            yield holds(
                "JOB-STATUS",
                kept=asked,
                pointer="/status",
                expected="not cancelled: nobody asked for that",
                received="cancelled",
            )


def status_only_moves_forward(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """JOB-FORWARD: A status never goes back."""
    for body, job in seen_jobs(exchange, history):
        if job.last is None:
            continue
        before, now = job.last.get("status"), status_of(body)
        yield holds(
            "JOB-FORWARD",
            kept=ORDER.get(str(now), ENDED) >= ORDER.get(str(before), ENDED),
            pointer="/status",
            expected=f"{before} or later",
            received=now,
        )


def progress_grows_to_one(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """JOB-PROGRESS: progress lies in 0..1, never falls, and is 1 exactly when completed."""
    for body in told_jobs(exchange, history):
        progress = _number(body.get("progress"))
        if progress is None:
            continue
        yield holds(
            "JOB-PROGRESS",
            kept=0 <= progress <= 1,
            pointer="/progress",
            expected="a number from 0 to 1",
            received=progress,
        )
        completed = status_of(body) in COMPLETED
        yield holds(
            "JOB-PROGRESS",
            kept=(progress == 1) == completed,
            pointer="/progress",
            expected="1" if completed else f"less than 1 while {body.get('status')}",
            received=progress,
            inferred=True,
        )
    for body, job in seen_jobs(exchange, history):
        before, now = _number((job.last or {}).get("progress")), _number(body.get("progress"))
        if before is not None and now is not None:
            yield holds(
                "JOB-PROGRESS",
                kept=now >= before,
                pointer="/progress",
                expected=f"{before} or more",
                received=now,
                inferred=True,
            )


def terminal_job_never_changes(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """JOB-TERMINAL, JOB-CANCEL: A terminal job never changes, also not by a cancel."""
    cancels = history.routes.operation(exchange.sent) == "cancel"
    for body, job in seen_jobs(exchange, history):
        if job.end is not None:
            rule, end = "JOB-CANCEL" if cancels else "JOB-TERMINAL", job.end[1]
            place, before, after = next(changes(end, body), ("", end, body))
            yield equal(rule, place, before, after)


def cancelled_job_is_cancelled(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """JOB-CANCEL: A queued or processing job can be cancelled."""
    if history.routes.operation(exchange.sent) != "cancel":
        return
    for body, job in seen_jobs(exchange, history):
        if job.end is None:
            ended = status_of(body) in TERMINAL
            yield holds(
                "JOB-CANCEL",
                kept=ended,
                pointer="/status",
                expected="cancelled, or another end that came first",
                received=body.get("status"),
            )


def result_is_there_exactly_when_completed(
    exchange: Exchange, history: History
) -> Iterator[Verdict]:
    """JOB-RESULT: result and completed_at are set exactly when completed, error exactly when failed."""
    for body in told_jobs(exchange, history):
        status = status_of(body)
        expected = {
            "result": status in COMPLETED,
            "completed_at": status in COMPLETED,
            "error": status == "failed",
        }
        for name, is_set in expected.items():
            yield holds(
                "JOB-RESULT",
                kept=(body.get(name) is not None) == is_set,
                pointer=f"/{name}",
                expected=f"{'a value' if is_set else 'null'} while {status}",
                received=body.get(name),
            )
        yield from _in_order(body)


def _in_order(body: Body) -> Iterator[Verdict]:
    created, completed = moment(body.get("created_at")), moment(body.get("completed_at"))
    if created is not None and completed is not None:
        yield holds(
            "JOB-RESULT",
            kept=created <= completed,
            pointer="/completed_at",
            expected=f"{body['created_at']} or later",
            received=body["completed_at"],
        )


def unknown_job_is_404(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """JOB-UNKNOWN: An unknown job, and another account's, is 404; one of the account that may not be forgotten is not."""
    answer, sent = exchange.answer, exchange.sent
    account = history.account(sent)
    if not _is_on_a_job(sent, history) or answer is None or account is None:
        return
    if answer.status in OF_CALLERS:
        return
    job = history.job_of(sent)
    if job is None or job.account != account.name:
        yield Verdict(
            rule="JOB-UNKNOWN",
            is_kept=answer.status == 404,
            expected="404",
            received=str(answer.status),
            by_refusal=True,
        )
    elif _is_kept(exchange, job, history):
        yield equal("JOB-UNKNOWN", "", 200, answer.status)


def ended_job_is_forgotten(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """JOB-RETENTION: A job is forgotten an hour after it became terminal, then 404, and not before."""
    answer, job = exchange.answer, history.job_of(exchange.sent)
    if not _is_on_a_job(exchange.sent, history) or answer is None or job is None:
        return
    if job.end is None or exchange.sent.key != job.submitted.sent.key:
        return
    if answer.status in OF_CALLERS:
        return
    if exchange.at >= job.end[0].at + history.contract.api.limits.job_retention_seconds:
        yield Verdict(
            rule="JOB-RETENTION",
            is_kept=answer.status == 404,
            expected="404",
            received=str(answer.status),
            by_refusal=True,
        )
    elif _is_kept(exchange, job, history):
        yield equal("JOB-RETENTION", "", 200, answer.status)


def _is_on_a_job(sent: Sent, history: History) -> bool:
    return history.routes.operation(sent) in {"job", "cancel"}


def _is_kept(exchange: Exchange, job: Job, history: History) -> bool:
    """Tell whether *job* cannot be forgotten yet: not for as long as that takes since it was last seen to run."""
    return exchange.at < job.running.at + history.contract.api.limits.job_retention_seconds


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else None  # type: ignore[return-value]
