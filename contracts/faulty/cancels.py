"""Cancels that do nothing, too much, or want what they should not."""

from collections.abc import Iterator
from dataclasses import replace

from contracts.exchange import JSON
from contracts.faulty.combining import CANCEL, JOB, TERMINAL, Memory, always, answers, told
from contracts.faulty.fault import Begin, Behaviour, Fault, Proceed
from contracts.faulty.lives import running
from contracts.faulty.message import CONTENT_TYPE, Fields, Reply, Request, refusal

FAMILY = "cancels"
RULE = "JOB-CANCEL"
CONFLICT = "invalid_request"


def faults() -> Iterator[Fault]:
    """Yield the faults of cancelling."""
    begins: tuple[tuple[str, str, Begin], ...] = (
        ("cancel-does-nothing", "A cancel tells the job as it is, and lets it run.", _instead(())),
        ("cancel-not-processing", "A processing job is not cancelled.", _instead(("queued",))),
        ("cancel-of-ended-is-409", "A cancel of a job that ended is 409.", _refused(TERMINAL)),
        (
            "cancel-of-processing-is-409",
            "A cancel while processing is 409.",
            _refused(("processing",)),
        ),
        ("cancel-late-is-409", "A cancel of a job that is half done is 409.", always(_late)),
        ("cancel-reads-bodies", "A cancel whose body is no object is 400.", always(_reading)),
        ("cancel-wants-json", "A cancel without a content type is 415.", always(_strict)),
        ("cancel-forgets", "A job that was cancelled is unknown.", _forgetting),
        ("cancel-undone", "A job that was cancelled is processing again.", _undone),
        ("cancel-of-completed", "A cancel of a completed job makes it cancelled.", _overruling),
        (
            "cancel-keeps-error",
            "A job that was cancelled has an error.",
            told(_blamed),
        ),
        (
            "cancel-answers-ok",
            "A cancel is answered with ok, and not with the job.",
            answers(CANCEL, change=lambda _: {"ok": True}),
        ),
    )
    for id_, text, begin in begins:
        rules = (RULE, "JOB-TERMINAL", "JOB-FORWARD", "JOB-SHAPE", "JOB-RESULT", "JOB-UNKNOWN")
        yield Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=begin)


def poll_of(request: Request) -> Request:
    """Return the poll of the job that *request* is to cancel."""
    poll = replace(request, operation=JOB, method="GET", body=b"")
    return replace(poll, target=request.path.removesuffix("/cancel"))


def _instead(really: tuple[str, ...]) -> Begin:
    """Only tell the job, unless its status is one of *really*, or it has ended."""

    async def behave(request: Request, proceed: Proceed) -> Reply:
        if request.operation != CANCEL:
            return await proceed(request)
        reply = await proceed(poll_of(request))
        is_real = not reply.is_accepted or reply.json["status"] in (*really, *TERMINAL)
        return await proceed(request) if is_real else reply

    return always(behave)


def _refused(statuses: tuple[str, ...]) -> Begin:
    async def behave(request: Request, proceed: Proceed) -> Reply:
        if request.operation == CANCEL:
            reply = await proceed(poll_of(request))
            if reply.is_accepted and reply.json["status"] in statuses:
                return refusal(409, CONFLICT)
        return await proceed(request)

    return always(behave)


async def _late(request: Request, proceed: Proceed) -> Reply:
    if request.operation == CANCEL:
        reply = await proceed(poll_of(request))
        if reply.is_accepted and 0.5 <= reply.json["progress"] < 1:
            return refusal(409, CONFLICT)
    return await proceed(request)


async def _reading(request: Request, proceed: Proceed) -> Reply:
    is_odd = request.operation == CANCEL and request.body and request.fields is None
    return refusal(400, CONFLICT) if is_odd else await proceed(request)


async def _strict(request: Request, proceed: Proceed) -> Reply:
    if request.operation == CANCEL and request.header(CONTENT_TYPE) != JSON:
        reply = await proceed(poll_of(request))
        return refusal(415, "unsupported_media_type") if reply.is_accepted else reply
    return await proceed(request)


def _forgetting() -> Behaviour:
    cancelled: set[str] = set()

    async def behave(request: Request, proceed: Proceed) -> Reply:
        if request.path.removesuffix("/cancel") in cancelled:
            return refusal(404, "job_not_found")
        reply = await proceed(request)
        if request.operation == CANCEL and reply.is_accepted:
            cancelled.add(request.path.removesuffix("/cancel"))
        return reply

    return behave


def _undone() -> Behaviour:
    async def behave(request: Request, proceed: Proceed) -> Reply:
        reply = await proceed(request)
        is_poll = request.operation == JOB and reply.is_accepted
        if is_poll and reply.json["status"] == "cancelled":
            return reply.with_json(running(reply.json))
        return reply

    return behave


def _overruling() -> Behaviour:
    overruled: Memory = {}

    def ended(job: Fields) -> Fields:
        if job["job_id"] not in overruled:
            return job
        return {**running(job), "status": "cancelled"}

    retold = told(ended)()

    async def behave(request: Request, proceed: Proceed) -> Reply:
        if request.operation == CANCEL:
            reply = await proceed(poll_of(request))
            if reply.is_accepted and reply.json["status"] == "completed":
                overruled[request.parameters["job_id"]] = True
        return await retold(request, proceed)

    return behave


def _blamed(job: Fields) -> Fields:
    error = {"code": "cancelled", "message": "It was cancelled.", "type": "cancelled"}
    return {**job, "error": error} if job["status"] == "cancelled" else job
