"""What jobs have to tell: results, errors, moments and names that are not as they were, or not when they should be."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.api import Api
from contracts.faulty.combining import JOB, Memory, always, remembering, told
from contracts.faulty.fault import Begin, Behaviour, Fault, Proceed
from contracts.faulty.lives import after, nth_poll
from contracts.faulty.message import SUBMIT, Fields, Reply, Request, changed
from contracts.reading import moment

FAMILY = "results"
SHAPE, RESULT, SAME = ("JOB-SHAPE",), ("JOB-RESULT",), ("JOB-TERMINAL",)
VIDEO = ("result", "data", 0)

Table = Iterator[tuple[str, tuple[str, ...], str, Begin]]


def faults(api: Api) -> Iterator[Fault]:
    """Yield the faults of what the jobs of *api* tell."""
    (example,) = api.schemas["Job"]["examples"]
    for id_, rules, text, begin in (*_when(example), *_same(), *_whose(), _slow()):
        yield Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=begin)


def later(told_at: Any, seconds: float) -> str:
    """Return the moment that *told_at* names, *seconds* later."""
    found = moment(told_at)
    assert found is not None
    at = (found + timedelta(seconds=seconds)).astimezone(UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _when(example: Fields) -> Table:
    error = {"code": "none", "message": "All is well.", "type": "none"}
    for id_, status, text, changes in (
        ("result-too-early", "processing", "has a result", {"result": example["result"]}),
        ("result-when-failed", "failed", "has a result", {"result": example["result"]}),
        ("error-when-completed", "completed", "has an error", {"error": error}),
        ("error-when-cancelled", "cancelled", "has an error", {"error": error}),
        ("error-lost", "failed", "has no error", {"error": None}),
        ("result-lost", "completed", "has no result", {"result": None}),
        ("completed-at-lost", "completed", "has no completed_at", {"completed_at": None}),
    ):
        yield (
            id_,
            (*RESULT, "PRICE-FAILED", "OUT-FORMAT"),
            f"A job that is {status} {text}.",
            told(_with(status, changes)),
        )
    for id_, status in (("ended-at-early", "processing"), ("ended-at-when-failed", "failed")):
        yield id_, RESULT, f"A job that is {status} has a completed_at.", told(_dated(status, 0))
    text = "A job was completed before it was created."
    yield "completed-before-created", RESULT, text, told(_dated("completed", -1))


def _with(status: str, changes: Fields) -> Any:
    return lambda job: {**job, **changes} if job["status"] == status else job


def _dated(status: str, seconds: float) -> Any:
    """Say that a job of *status* was completed *seconds* after it was created."""
    return lambda job: (
        {**job, "completed_at": later(job["created_at"], seconds)}
        if job["status"] == status
        else job
    )


def _same() -> Table:
    yield (
        "url-changes",
        SAME,
        "Each poll tells another URL of the video; all of them are good.",
        nth_poll(
            lambda job, count: changed(job, (*VIDEO, "url"), lambda url: f"{url}&poll={count}")
        ),
    )
    yield (
        "completed-at-changes",
        SAME,
        "Each poll tells that the job was completed a little later.",
        nth_poll(
            lambda job, count: (
                {**job, "completed_at": later(job["completed_at"], count / 1000)}
                if job["completed_at"]
                else job
            )
        ),
    )
    yield (
        "created-at-changes",
        (*SHAPE, *SAME),
        "Each poll tells that the job was created a little later.",
        nth_poll(lambda job, count: {**job, "created_at": later(job["created_at"], count / 1000)}),
    )
    yield (
        "file-id-changes",
        SAME,
        "Once a job was told to be completed, its video has another file_id.",
        after("completed", lambda job: changed(job, (*VIDEO, "file_id"), lambda _: "file_0")),
    )
    yield (
        "error-changes",
        SAME,
        "Once a job was told to have failed, its error has another message.",
        after("failed", lambda job: changed(job, ("error", "message"), lambda _: "It failed.")),
    )


def _whose() -> Table:
    yield (
        "another-job",
        SHAPE,
        "A poll tells the job that was submitted last.",
        _newest,
    )
    yield (
        "id-in-capitals",
        SHAPE,
        "The job_id of a poll is in capitals.",
        always(_capitals),
    )
    yield (
        "another-model",
        SHAPE,
        "Jobs are told to be of wan-2-5.",
        told(lambda job: {**job, "model": "wan-2-5"}),
    )


def _newest() -> Behaviour:
    last: Memory = {}

    async def behave(request: Request, proceed: Proceed) -> Reply:
        if request.operation == JOB and request.caller in last:
            return await proceed(request.asking(last[request.caller]))
        reply = await proceed(request)
        if request.operation == SUBMIT and reply.is_accepted:
            last[request.caller] = reply.json["poll_url"]
        return reply

    return behave


async def _capitals(request: Request, proceed: Proceed) -> Reply:
    reply = await proceed(request)
    if request.operation != JOB or not reply.is_accepted:
        return reply
    job = reply.json
    return reply.with_json({**job, "job_id": job["job_id"].upper()})


def _slow() -> tuple[str, tuple[str, ...], str, Begin]:
    def make(memory: Memory) -> Begin:
        retold = told(lambda job: _slowed(job) if job["job_id"] in memory else job)()

        async def behave(request: Request, proceed: Proceed) -> Reply:
            reply = await retold(request, proceed)
            fields = request.fields or {}
            is_flash = request.operation == SUBMIT and fields.get("flash_mode") is True
            if is_flash and reply.is_accepted:
                memory[reply.json["job_id"]] = True
            return reply

        return always(behave)

    text = "A job with flash_mode takes ten times as long as it should."
    return "flash-slower", ("FLASH-FASTER",), text, remembering(make)


def _slowed(job: Fields) -> Fields:
    begun, ended = moment(job["created_at"]), moment(job["completed_at"])
    if not isinstance(begun, datetime) or not isinstance(ended, datetime):
        return job
    return {**job, "completed_at": later(job["created_at"], 10 * (ended - begun).total_seconds())}
