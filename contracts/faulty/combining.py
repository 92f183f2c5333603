"""Behaviours put together from a change: of submissions, of answers, of the jobs and events that are told."""

from collections.abc import Callable
from typing import Any

from contracts.faulty.fault import Begin, Behaviour, Proceed
from contracts.faulty.message import ACCEPTED, SUBMIT, Fields, Reply, Request

Change = Callable[[Any], Any]
JobChange = Callable[[Fields], Fields]
Memory = dict[str, Any]

JOB, CANCEL, LIST, USAGE = "job", "cancel", "list", "usage"
TELLING = (JOB, CANCEL, LIST)
TERMINAL = ("completed", "failed", "cancelled")


def always(behaviour: Behaviour) -> Begin:
    """Return the begin of a *behaviour* that remembers nothing."""
    return lambda: behaviour


def remembering(make: Callable[[Memory], Begin]) -> Begin:
    """Return the begin of what *make* makes of a memory, which is empty for every server."""

    def begin() -> Behaviour:
        return make({})()

    return begin


def submissions(change: Callable[[Fields], Fields | None]) -> Begin:
    """Let *change* rewrite the body of a submission before anybody looks at it; None leaves it as it is."""

    async def behave(request: Request, proceed: Proceed) -> Reply:
        fields = request.fields if request.operation == SUBMIT else None
        new = None if fields is None else change(fields)
        return await proceed(request if new is None else request.with_fields(new))

    return always(behave)


def value(name: str, change: Change) -> Begin:
    """Let *change* rewrite the field *name* of submissions that have it."""
    return submissions(
        lambda fields: {**fields, name: change(fields[name])} if name in fields else None
    )


def asking(operation: str, change: Callable[[Request], Request]) -> Begin:
    """Let *change* rewrite each request of *operation* before anybody looks at it."""

    async def behave(request: Request, proceed: Proceed) -> Reply:
        return await proceed(change(request) if request.operation == operation else request)

    return always(behave)


def replies(*operations: str, change: Callable[[Request, Reply], Reply]) -> Begin:
    """Let *change* rewrite what is answered to requests of *operations*, of all where none is named."""

    async def behave(request: Request, proceed: Proceed) -> Reply:
        reply = await proceed(request)
        return (
            change(request, reply) if not operations or request.operation in operations else reply
        )

    return always(behave)


def answers(*operations: str, change: Change) -> Begin:
    """Let *change* rewrite the JSON of what is answered to requests of *operations* that are accepted."""

    def rewritten(_: Request, reply: Reply) -> Reply:
        return rewrite(reply, change)

    return replies(*operations, change=rewritten)


def told(change: JobChange) -> Begin:
    """Let *change* rewrite each job, wherever it is told: to a poll, to a cancel and in lists."""
    return replies(*TELLING, change=lambda request, reply: retell(request, reply, change))


def events(change: Callable[[list[Fields]], list[Fields]]) -> Begin:
    """Let *change* rewrite the events of usage pages."""
    return answers(USAGE, change=lambda page: {**page, "data": change(page["data"])})


def rewrite(reply: Reply, change: Change) -> Reply:
    """Return *reply* with *change* made to its JSON if it accepts, and as it is if it refuses."""
    return reply.with_json(change(reply.json)) if reply.status in ACCEPTED else reply


def retell(request: Request, reply: Reply, change: JobChange) -> Reply:
    """Return *reply*, which tells one job or many, with *change* made to each."""
    if request.operation == LIST:
        return rewrite(reply, lambda page: {**page, "data": [change(job) for job in page["data"]]})
    return rewrite(reply, change)
