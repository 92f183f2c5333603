"""Answers to submissions that do not lead to the job, and jobs that are kept too long or not long enough."""

from collections.abc import Iterator
from typing import Any

from contracts.api import Limits
from contracts.faulty.combining import JOB, TERMINAL, Memory, answers, replies
from contracts.faulty.fault import Behaviour, Fault, Proceed
from contracts.faulty.message import SUBMIT, Fields, Reply, Request, refusal
from contracts.faulty.results import later

FAMILY = "submissions"
RULE = "JOB-SUBMIT"
ADVANCE = "advance"


def faults(limits: Limits) -> Iterator[Fault]:
    """Yield the faults of answers to submissions, and of how long jobs are kept by *limits*."""
    yield from _answers()
    yield from _kept(limits.job_retention_seconds)


def _answers() -> Iterator[Fault]:
    for status in (200, 201):
        yield Fault(
            id=f"accepted-by-{status}",
            family=FAMILY,
            rules=(RULE,),
            text=f"An accepted submission is answered {status}.",
            begin=replies(SUBMIT, change=_with_status(status)),
        )
    for id_, text, changes in (
        ("poll-url-elsewhere", "poll_url leads to /v1/videos.", {"poll_url": "/v1/videos/job_0"}),
        ("poll-url-of-nothing", "poll_url is the path of all jobs.", {"poll_url": "/v1/jobs"}),
        ("submitted-is-processing", "A new job is processing.", {"status": "processing"}),
        ("submitted-model", "The answer names another model.", {"model": "wan-2-5"}),
    ):
        yield _answering(id_, text, (RULE,), changes)
    yield Fault(
        id="submitted-moment",
        family=FAMILY,
        rules=("JOB-SHAPE", RULE),
        text="The answer tells another created_at than the job.",
        begin=answers(
            SUBMIT, change=lambda job: {**job, "created_at": later(job["created_at"], 1)}
        ),
    )
    yield Fault(
        id="idempotency-key-heard",
        family=FAMILY,
        rules=("REQ-EXTRA", RULE),
        text="A second submission with the same Idempotency-Key is answered like the first.",
        begin=_idempotent,
    )
    yield Fault(
        id="one-id-for-all",
        family=FAMILY,
        rules=(RULE, "JOB-SHAPE", "JOB-LIST"),
        text="Every submission of an account is answered with the id of the first.",
        begin=_same_id,
    )


def _kept(retention: float) -> Iterator[Fault]:
    yield Fault(
        id="job-kept-too-short",
        family=FAMILY,
        rules=("JOB-RETENTION", "JOB-UNKNOWN"),
        text="A job is forgotten a quarter of an hour after it was first told to have ended.",
        begin=lambda: _forgetting(retention / 4),
    )
    yield Fault(
        id="job-kept-for-ever",
        family=FAMILY,
        rules=("JOB-RETENTION",),
        text="A job that was told to have ended is told for ever.",
        begin=_keeping,
    )


def _answering(id_: str, text: str, rules: tuple[str, ...], changes: Fields) -> Fault:
    begin = answers(SUBMIT, change=lambda job: {**job, **changes})
    return Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=begin)


def _with_status(status: int) -> Any:
    return lambda _, reply: reply.with_status(status) if reply.is_accepted else reply


def _idempotent() -> Behaviour:
    first: Memory = {}

    async def behave(request: Request, proceed: Proceed) -> Reply:
        name = request.header("idempotency-key")
        if request.operation != SUBMIT or name is None:
            return await proceed(request)
        known = f"{request.caller} {name}"
        if known not in first:
            first[known] = await proceed(request)
        reply: Reply = first[known]
        return reply

    return behave


def _same_id() -> Behaviour:
    first: Memory = {}

    async def behave(request: Request, proceed: Proceed) -> Reply:
        reply = await proceed(request)
        if request.operation != SUBMIT or not reply.is_accepted:
            return reply
        return reply.with_json(first.setdefault(request.caller, reply.json))

    return behave


def _forgetting(seconds: float) -> Behaviour:
    """Forget a job *seconds* after it was first told to have ended, as the caller's clock is moved forward."""
    now: dict[str, float] = {}
    ended: dict[str, float] = {}

    async def behave(request: Request, proceed: Proceed) -> Reply:
        moved = now.setdefault(request.caller, 0.0)
        if request.operation == ADVANCE:
            now[request.caller] += float((request.fields or {}).get("seconds", 0))
        if moved >= ended.get(request.target, moved) + seconds:
            return refusal(404, "job_not_found")
        reply = await proceed(request)
        if request.operation == JOB and reply.is_accepted and reply.json["status"] in TERMINAL:
            ended.setdefault(request.target, moved)
        return reply

    return behave


def _keeping() -> Behaviour:
    kept: dict[tuple[str, str], Reply] = {}

    async def behave(request: Request, proceed: Proceed) -> Reply:
        reply = await proceed(request)
        if request.operation != JOB:
            return reply
        name = request.caller, request.target
        if reply.is_accepted and reply.json["status"] in TERMINAL:
            kept[name] = reply
        return kept.get(name, reply) if reply.status == 404 else reply

    return behave
