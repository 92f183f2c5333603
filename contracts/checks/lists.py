"""The list of an account's jobs."""

from collections.abc import Iterator
from typing import Any

from contracts.exchange import Exchange
from contracts.history import History
from contracts.reading import json_object, objects, query_of, status_of, whole
from contracts.seen import Account, Job
from contracts.verdict import Verdict, equal, holds


def list_has_the_newest_jobs_of_the_account(
    exchange: Exchange, history: History
) -> Iterator[Verdict]:
    """JOB-LIST: the account's jobs, newest first, of the status asked for, as many as asked for."""
    sent, answer = exchange.sent, exchange.answer
    account = history.account(sent)
    if history.routes.operation(sent) != "list" or answer is None or account is None:
        return
    body = json_object(answer)
    if answer.status != 200 or body is None:
        return
    query = query_of(sent)
    limit = whole(query["limit"]) if "limit" in query else history.list_limit
    if limit is None:
        return  # what becomes of a bad query is told elsewhere
    jobs = objects(body.get("data"))
    yield equal("JOB-LIST", "/object", "list", body.get("object"))
    yield from _asked_for(jobs, limit, query.get("status"))
    ids = [str(job.get("job_id")) for job in jobs]
    yield from _own(ids, [*account.jobs], history)
    yield from _newest(exchange, ids, account, limit, history)
    if history.is_emulator:
        yield from _there(exchange, jobs, account, history)


def _asked_for(jobs: list[dict[str, Any]], limit: int, status: str | None) -> Iterator[Verdict]:
    ids = [str(job.get("job_id")) for job in jobs]
    yield holds(
        "JOB-LIST",
        kept=len(ids) <= limit and len(ids) == len({*ids}),
        pointer="/data",
        expected=f"{limit} jobs at most, each once",
        received=ids,
    )
    for number, job in enumerate(jobs if status is not None else ()):
        yield equal("JOB-LIST", f"/data/{number}/status", status, job.get("status"))


def _there(
    exchange: Exchange, jobs: list[dict[str, Any]], account: Account, history: History
) -> Iterator[Verdict]:
    """Yield whether no job is told that nobody made, or that is forgotten."""
    if account.strangers is not None:
        yield holds(
            "JOB-LIST",
            kept=history.strangers(jobs) <= account.strangers,
            pointer="/data",
            expected="no job that no submission was answered with",
            received=sorted(history.strangers(jobs) - account.strangers),
        )
    before = exchange.at - history.contract.api.limits.job_retention_seconds
    gone = {one.id for one in account.jobs.values() if _is_gone(one, before)}
    forgotten = [one["job_id"] for one in jobs if str(one.get("job_id")) in gone]
    yield holds(
        "JOB-RETENTION",
        kept=not forgotten,
        pointer="/data",
        expected="no job that is forgotten",
        received=forgotten,
    )


def _is_gone(job: Job, before: float) -> bool:
    return job.end is not None and job.end[0].at <= before


def _newest(
    exchange: Exchange, ids: list[str], account: Account, limit: int, history: History
) -> Iterator[Verdict]:
    """Yield whether the jobs are in order, and none is left out that cannot have been forgotten yet."""
    status = query_of(exchange.sent).get("status")
    at = exchange.at
    order = [one.id for one in account.jobs.values() if _status(one, at) in {status, None}][::-1]
    if status is None:
        order = [*account.jobs][::-1]
    told = [job_id for job_id in ids if job_id in account.jobs]
    yield holds(
        "JOB-LIST",
        kept=told == [job_id for job_id in order if job_id in told],
        pointer="/data",
        expected="the newest job first",
        received=told,
    )
    retention = history.contract.api.limits.job_retention_seconds
    sure = [
        job_id
        for job_id in order[:limit]
        if exchange.at - account.jobs[job_id].submitted.at < retention
        and (status is None or _status(account.jobs[job_id], at) is not None)
    ]
    if history.is_emulator or len(ids) < limit:
        yield holds(
            "JOB-LIST",
            kept={*sure} <= {*ids},
            pointer="/data",
            expected=f"{', '.join(sure) or 'any'}, among others",
            received=ids,
        )


def _status(job: Job, at: float) -> str | None:
    """Return the status that *job* has for sure at that moment: its end, which is for good, or what was told just then."""
    if job.end is not None:
        return status_of(job.end[1])
    return status_of(job.last or {}) or None if job.told_by.at == at else None


def _own(ids: list[str], own: list[str], history: History) -> Iterator[Verdict]:
    others = {job.id for job in history.jobs.values()} - {*own}
    yield holds(
        "JOB-UNKNOWN",
        kept=others.isdisjoint(ids),
        pointer="/data",
        expected="no job of another account",
        received=[one for one in ids if one in others],
    )
