"""Lists of jobs: order, number, filter, and queries that are taken or refused against their bounds."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contracts.api import Api, Query
from contracts.faulty.combining import LIST, TERMINAL, USAGE, always, answers, asking
from contracts.faulty.fault import Begin, Behaviour, Fault, Proceed
from contracts.faulty.message import Reply, Request

FAMILY = "lists"
RULES: Mapping[str, tuple[str, ...]] = {
    LIST: ("JOB-LIST", "JOB-RETENTION"),
    USAGE: ("USAGE", "PRICE-ONCE"),
}


def faults(api: Api) -> Iterator[Fault]:
    """Yield the faults of the lists of *api*: of jobs and of usage events."""
    yield Fault(
        id="list-of-forgotten",
        family=FAMILY,
        rules=RULES[LIST],
        text="The list goes on to tell jobs that are forgotten.",
        begin=_telling_forgotten,
    )
    yield Fault(
        id="usage-model-ignored",
        family=FAMILY,
        rules=RULES[USAGE],
        text="The usage page does not heed the model that is asked for.",
        begin=asking(USAGE, lambda request: _asked(request, "model", None)),
    )
    for operation in (LIST, USAGE):
        parameters = {query.name: query for query in api.operations[operation].query}
        for id_, text, begin in (
            *_order(operation),
            *_limits(operation, parameters["limit"]),
            *_no_limits(operation, parameters["limit"]),
            *_statuses(operation, parameters["status"]),
        ):
            yield Fault(
                id=f"{operation}-{id_}",
                family=FAMILY,
                rules=RULES[operation],
                text=text,
                begin=begin,
            )


Table = Iterator[tuple[str, str, Begin]]


def _data(operation: str, change: Callable[[list[Any]], list[Any]]) -> Begin:
    return answers(operation, change=lambda page: {**page, "data": change(page["data"])})


def _order(operation: str) -> Table:
    yield "oldest-first", "The oldest comes first.", _data(operation, lambda items: items[::-1])
    yield "without-newest", "The newest is missing.", _data(operation, lambda items: items[1:])
    yield (
        "newest-twice",
        "The newest comes twice.",
        _data(operation, lambda items: items[:1] + items),
    )


def _limited(operation: str) -> Callable[[Callable[[str | None], str | None]], Begin]:
    """Return how to list as if another limit were asked for, by what changes it."""
    return lambda change: asking(
        operation, lambda request: _asked(request, "limit", change(request.query.get("limit")))
    )


def _limits(operation: str, query: Query) -> Table:
    most, parameter = query.schema["maximum"], _limited(operation)
    yield (
        "limit-ignored",
        f"A limit from 1 to {most} is ignored.",
        parameter(lambda limit: str(most) if _is_good(limit, most) else limit),
    )
    yield (
        "limit-and-one",
        "There is one more than the limit.",
        parameter(lambda limit: str(int(limit or 0) + 1) if _is_good(limit, most - 1) else limit),
    )
    yield (
        f"limit-{most}-refused",
        f"The limit {most} is refused.",
        parameter(lambda limit: str(most + 1) if limit == str(most) else limit),
    )
    yield (
        f"limit-{most + 1}-taken",
        f"A limit beyond {most} is taken for {most}.",
        parameter(
            lambda limit: str(most) if str(limit).isdecimal() and int(limit or 0) > most else limit
        ),
    )


def _no_limits(operation: str, query: Query) -> Table:
    default, parameter = query.schema["default"], _limited(operation)
    yield (
        "limit-0-taken",
        f"The limit 0 is taken for {default}.",
        parameter(lambda limit: None if limit == "0" else limit),
    )
    yield (
        "limit-in-words-taken",
        f"A limit that is no number is taken for {default}.",
        parameter(lambda limit: limit if limit is None or limit.isdecimal() else None),
    )
    if operation == LIST:
        yield (
            "limit-2-by-default",
            "Without a limit it is 2.",
            parameter(lambda limit: "2" if limit is None else limit),
        )


def _is_good(limit: str | None, most: int) -> bool:
    return limit is not None and limit.isdecimal() and 1 <= int(limit) <= most


def _statuses(operation: str, query: Query) -> Table:
    known = query.schema["enum"]

    def parameter(change: Callable[[str | None], str | None]) -> Begin:
        return asking(
            operation,
            lambda request: _asked(request, "status", change(request.query.get("status"))),
        )

    yield (
        "status-after-limit",
        "A status is looked for among the newest only.",
        _filtered(operation),
    )
    yield (
        "status-ignored",
        "A status is ignored.",
        parameter(lambda status: None if status in known else status),
    )
    yield (
        "status-unknown-taken",
        "A status that there is not is ignored.",
        parameter(lambda status: status if status in known else None),
    )


def _filtered(operation: str) -> Begin:
    """Take the newest by the limit, and of them those of the status."""

    async def behave(request: Request, proceed: Proceed) -> Reply:
        reply = await proceed(request)
        status = request.query.get("status")
        if request.operation != operation or status is None or not reply.is_accepted:
            return reply
        page = (await proceed(request.with_query("status", None))).json
        return reply.with_json(
            {**page, "data": [one for one in page["data"] if one["status"] == status]}
        )

    return always(behave)


def _telling_forgotten() -> Behaviour:
    """List the jobs that were listed before, too."""
    known: dict[str, dict[str, Any]] = {}

    async def behave(request: Request, proceed: Proceed) -> Reply:
        reply = await proceed(request)
        if request.operation != LIST or not reply.is_accepted or request.query:
            return reply
        jobs = known.setdefault(request.caller, {})
        page = reply.json
        told = {job["job_id"] for job in page["data"]}
        gone = [job for id_, job in jobs.items() if id_ not in told and job["status"] in TERMINAL]
        jobs.update({job["job_id"]: job for job in page["data"]})
        return reply.with_json({**page, "data": [*page["data"], *gone]}) if gone else reply

    return behave


def _asked(request: Request, name: str, value: str | None) -> Request:
    """Return *request* with *value* for a parameter; the very same where that is the one it has."""
    return request if request.query.get(name) == value else request.with_query(name, value)
