"""Accounts that see each other's jobs, and jobs that nobody has."""

from collections.abc import Awaitable, Callable, Iterator

from contracts.api import Api
from contracts.faulty.cancels import poll_of
from contracts.faulty.combining import CANCEL, JOB, LIST, USAGE, always
from contracts.faulty.fault import Begin, Behaviour, Fault, Proceed
from contracts.faulty.message import Fields, Reply, Request, as_json, refusal

FAMILY = "accounts"
RULES = ("JOB-UNKNOWN",)
SIGN = "sign"
UNKNOWN_KEY = 401


def faults(api: Api) -> Iterator[Fault]:
    """Yield the faults of keeping the accounts of *api* apart, and of telling what is nobody's."""
    (example,) = api.schemas["Job"]["examples"]
    for id_, rules, text, begin in (
        ("others-jobs-are-told", RULES, "A job is told to every account.", _by_any(JOB)),
        ("others-jobs-are-cancelled", RULES, "Every account may cancel a job.", _by_any(CANCEL)),
        (
            "others-files-are-signed",
            ("OUT-URL",),
            "Every account may have a file signed.",
            _by_any(SIGN),
        ),
        (
            "others-jobs-are-listed",
            (*RULES, "JOB-LIST"),
            "Lists have everybody's jobs.",
            _shared(LIST),
        ),
        (
            "others-events-are-listed",
            ("USAGE", "PRICE-ONCE", "CREDIT"),
            "Usage pages have everybody's events.",
            _shared(USAGE),
        ),
        ("others-jobs-are-403", RULES, "Another account's job is 403.", _among_others(_told_apart)),
        ("unknown-job-is-queued", RULES, "A job that nobody has is queued.", _made_up(example)),
        ("unknown-job-is-400", RULES, "A job that nobody has is 400.", always(_bad)),
    ):
        yield Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=begin)


def _among_others(
    change: Callable[[Request, Reply, list[Request], Proceed], Awaitable[Reply]],
) -> Begin:
    """Let *change* rewrite a reply, given the same request as each other caller who was ever let in would send it."""

    def begin() -> Behaviour:
        callers: list[str] = []

        async def behave(request: Request, proceed: Proceed) -> Reply:
            reply = await proceed(request)
            if not request.caller or reply.status == UNKNOWN_KEY:
                return reply
            others = [request.with_caller(one) for one in callers if one != request.caller]
            if request.caller not in callers:
                callers.append(request.caller)
            return await change(request, reply, others, proceed)

        return behave

    return begin


def _by_any(operation: str) -> Begin:
    """Do for everybody what is done for the one whose job or file it is."""

    async def change(
        request: Request, reply: Reply, others: list[Request], proceed: Proceed
    ) -> Reply:
        if request.operation != operation or reply.status != 404:
            return reply
        for other in others:
            found = await proceed(other)
            if found.is_accepted:
                return found
        return reply

    return _among_others(change)


def _shared(operation: str) -> Begin:
    """Put what the lists of all others have behind the caller's own."""

    async def change(
        request: Request, reply: Reply, others: list[Request], proceed: Proceed
    ) -> Reply:
        if request.operation != operation or not reply.is_accepted:
            return reply
        page = reply.json
        for other in others:
            found = await proceed(other)
            page["data"] += found.json["data"] if found.is_accepted else []
        return reply.with_json(page)

    return _among_others(change)


async def _told_apart(
    request: Request, reply: Reply, others: list[Request], proceed: Proceed
) -> Reply:
    """Refuse another account's job in another way than one that there is not."""
    if request.operation not in (JOB, CANCEL) or reply.status != 404:
        return reply
    for other in others:
        found = await proceed(poll_of(other))
        if found.is_accepted:
            return refusal(403, "forbidden", "permission_error")
    return reply


def _made_up(example: Fields) -> Begin:
    job = {
        **example,
        "status": "queued",
        "progress": 0,
        "completed_at": None,
        "result": None,
    }

    async def behave(request: Request, proceed: Proceed) -> Reply:
        reply = await proceed(request)
        if request.operation == JOB and reply.status == 404:
            return as_json(200, {**job, "job_id": request.parameters["job_id"]})
        return reply

    return always(behave)


async def _bad(request: Request, proceed: Proceed) -> Reply:
    reply = await proceed(request)
    is_unknown = request.operation in (JOB, CANCEL) and reply.status == 404
    return refusal(400, "invalid_request") if is_unknown else reply
