"""Rates and credit: limits that are off, that nobody keeps to, and of which nobody is told."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from contracts.books import exact
from contracts.faulty.combining import CANCEL, JOB, LIST, USAGE, answers, replies
from contracts.faulty.fault import Begin, Behaviour, Fault, Proceed
from contracts.faulty.message import SUBMIT, Fields, Reply, Request
from contracts.faulty.rebilling import lower, number

FAMILY = "limits"
RATE, CREDIT = ("LIMIT-RPM",), ("CREDIT", "PRICE-ONCE")
ACCOUNT = "account"
AFTER = "retry-after"
TOO_MANY, TOO_POOR = 429, 402
RICH = "-rich"


def faults() -> Iterator[Fault]:
    """Yield the faults of limits."""
    for id_, rules, text, begin in (*_rates(), *_credit()):
        yield Fault(id=id_, family=FAMILY, rules=rules, text=text, begin=begin)


Table = Iterator[tuple[str, tuple[str, ...], str, Begin]]


def _rates() -> Table:
    yield "one-request-more", RATE, "A minute has a request more.", _limited(lambda rpm: rpm + 1)
    yield "one-request-less", RATE, "A minute has a request less.", _limited(lambda rpm: rpm - 1)
    yield "no-rate-limit", RATE, "A minute has any number of requests.", _limited(lambda _: 0)
    for id_, text, change in (
        ("missing", "missing", lambda _: None),
        ("zero", "0", lambda _: "0"),
        ("fraction", "told with a fraction", lambda told: f"{told}.5"),
        ("date", "a date", lambda _: "Sun, 22 Nov 2026 18:00:00 GMT"),
        ("early", "a second too small", lambda told: str(int(told) - 1)),
        ("milliseconds", "in milliseconds", lambda told: f"{told}000"),
    ):
        yield f"retry-after-{id_}", RATE, f"Retry-After is {text}.", _waiting(change)


def _limited(change: Callable[[int], int]) -> Begin:
    """Let an account whose rate is set have another one, without a word of it."""

    def begin() -> Behaviour:
        asked: dict[str, int] = {}

        async def behave(request: Request, proceed: Proceed) -> Reply:
            if request.operation != ACCOUNT:
                return await proceed(request)
            fields = request.fields or {}
            if "rpm" in fields:
                asked[request.caller] = rpm = fields["rpm"]
                request = request.with_fields({**fields, "rpm": change(rpm) if rpm else rpm})
            reply = await proceed(request)
            if not reply.is_accepted or request.caller not in asked:
                return reply
            return reply.with_json({**reply.json, "rpm": asked[request.caller]})

        return behave

    return begin


def _waiting(change: Callable[[str], str | None]) -> Begin:
    def changed(_: Request, reply: Reply) -> Reply:
        told = reply.header(AFTER)
        return reply if told is None else reply.with_header(AFTER, change(told))

    return replies(change=changed)


def _credit() -> Table:
    yield "credit-unchecked", CREDIT, "A job is accepted, whatever the balance.", _lent(told=True)
    yield (
        "job-before-402",
        (*CREDIT, "JOB-LIST"),
        "A submission that is 402 makes a job.",
        _lent(told=False),
    )
    yield (
        "job-id-in-402",
        CREDIT,
        "A submission that is 402 is answered with a job_id, too.",
        replies(SUBMIT, change=_named),
    )
    yield (
        "balance-a-cent-short",
        ("PRICE-ONCE", "CREDIT"),
        "Each look at the balance costs a cent.",
        _worn(USAGE, Decimal("0.01")),
    )
    yield (
        "polls-charged",
        ("PRICE-ONCE",),
        "Each poll costs a tenth of a cent.",
        _worn(JOB, Decimal("0.001")),
    )
    yield (
        "downloads-charged",
        ("PRICE-ONCE",),
        "Each download is charged to the account that looked at its balance last.",
        _worn("download", Decimal("0.001")),
    )
    yield "nothing-held", CREDIT, "The balance does not tell what is held.", _unheld
    yield (
        "balance-in-micros",
        ("USAGE", *CREDIT),
        "The balance is told in micro-dollars.",
        answers(USAGE, change=_enlarged),
    )


def _named(_: Request, reply: Reply) -> Reply:
    if reply.status != TOO_POOR:
        return reply
    return reply.with_json({**reply.json, "job_id": "job_0123456789abcdef01234567"})


def _enlarged(page: Any) -> Any:
    balance = exact(page["balance"]["amount"])
    if balance is not None:
        page["balance"]["amount"] = number(balance * 1_000_000)
    return page


def _age(job: Fields) -> Any:
    return job["created_at"]


def _lent(*, told: bool) -> Begin:
    """Let another account pay for what is too dear, and let that job be the caller's own, whether it is *told* or not."""

    def begin() -> Behaviour:
        payers: dict[str, str] = {}

        async def behave(request: Request, proceed: Proceed) -> Reply:
            rich = request.with_caller(f"{request.caller}{RICH}")
            job_id = request.parameters.get("job_id", "")
            if request.operation in (JOB, CANCEL) and payers.get(job_id) == request.caller:
                return await proceed(rich)
            reply = await proceed(request)
            if (
                request.operation == LIST
                and reply.is_accepted
                and request.caller in payers.values()
            ):
                page, more = reply.json, (await proceed(rich)).json
                jobs = sorted(more["data"] + page["data"], key=_age)
                most = int(request.query.get("limit", len(jobs)))
                return reply.with_json({**page, "data": jobs[:most]})
            if request.operation == SUBMIT and reply.status == TOO_POOR:
                made = await proceed(rich)
                payers[made.json["job_id"]] = request.caller
                return made if told else reply
            return reply

        return behave

    return begin


def _worn(operation: str, dollars: Decimal) -> Begin:
    """Let each request of *operation* cost *dollars*."""

    def begin() -> Behaviour:
        spent = Decimal(0)

        async def behave(request: Request, proceed: Proceed) -> Reply:
            nonlocal spent
            reply = await proceed(request)
            spent += dollars if request.operation == operation and reply.is_accepted else 0
            if request.operation != USAGE or not reply.is_accepted:
                return reply
            page = reply.json
            lower(page, spent)
            return reply.with_json(page)

        return behave

    return begin


def _unheld() -> Behaviour:
    """Tell a balance that grows by what each submission holds, until the job is an event."""
    held: dict[str, Decimal] = {}

    async def balance(request: Request, proceed: Proceed) -> Decimal:
        page = (await proceed(request.asking("/v1/account/usage"))).json
        return exact(page["balance"]["amount"]) or Decimal(0)

    async def behave(request: Request, proceed: Proceed) -> Reply:
        if request.operation == SUBMIT and request.fields is not None and request.caller:
            before = await balance(request, proceed)
            reply = await proceed(request)
            if reply.is_accepted:
                held[reply.json["job_id"]] = before - await balance(request, proceed)
            return reply
        reply = await proceed(request)
        if request.operation != USAGE or not reply.is_accepted:
            return reply
        page = reply.json
        for event in page["data"]:
            held.pop(event["job_id"], None)
        lower(page, -sum(held.values(), Decimal(0)))
        return reply.with_json(page)

    return behave
