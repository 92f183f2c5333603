"""What a job costs: the tier, the seconds, and that it is charged once and only when it is completed."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from contracts.books import amount_of, exact, worth_of
from contracts.checks.told import seen_jobs, told_jobs
from contracts.exchange import Exchange
from contracts.expectation.outcome import Accepted
from contracts.expectation.routing import AUTO
from contracts.history import History
from contracts.model import MICROS
from contracts.reading import json_object, objects, path_of, query_of, status_of, videos
from contracts.seen import COMPLETED, TERMINAL, Job
from contracts.verdict import Verdict, equal, holds

Body = Mapping[str, Any]


def completed_job_costs_its_tier(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """The six tiers and PRICE-SECONDS: a completed job costs the rate times the seconds of output, after the cap of r2v."""
    for body in told_jobs(exchange, history):
        job = history.jobs.get(str(body.get("job_id")))
        if job is None or status_of(body) not in COMPLETED or not isinstance(job.outcome, Accepted):
            continue
        bill, usage = job.outcome.bill, _usage(body)
        inferred = _is_capped(job, job.outcome)
        seconds = exact(usage.get("billable_units"))
        yield equal(
            "PRICE-SECONDS",
            "/result/usage/billable_units",
            bill.seconds,
            seconds,
            inferred=inferred,
        )
        unit = job.outcome.model.billing_unit
        yield equal("PRICE-SECONDS", "/result/usage/billing_unit", unit, usage.get("billing_unit"))
        for number, video in enumerate(videos(body)):
            place = f"/result/data/{number}/duration_seconds"
            told = exact(video.get("duration_seconds"))
            yield equal("PRICE-SECONDS", place, bill.seconds, told, inferred=inferred)
        if history.is_emulator or "cost" in usage:
            yield _cost(
                bill.rate.rule,
                "/result/usage/cost/amount",
                bill.micros,
                usage.get("cost"),
                inferred=inferred,
            )
        for rule in behind(job, job.outcome):
            micros = amount_of(usage.get("cost")) if "cost" in usage else bill.micros
            yield holds(
                rule,
                kept=seconds == bill.seconds and micros == bill.micros,
                pointer="/result/usage",
                expected=f"{bill.seconds} s in tier {bill.rate.charge}, as mode {job.outcome.mode.name} has it",
                received=usage,
            )


def behind(job: Job, outcome: Accepted) -> Iterator[str]:
    """Yield the rules across fields that decided what *job* costs."""
    fields = job.fields
    yield "MODE-AUTO" if fields.get("mode", AUTO) == AUTO else "MODE-EXPLICIT"
    if fields.get("flash_mode") and not outcome.bill.rate.flash:
        yield "FLASH-SCOPE"
    if _is_capped(job, outcome):
        yield "R2V-CAP"
    if outcome.bill.seconds % 1:
        yield "REQ-DURATION-FRACTION"


def _is_capped(job: Job, outcome: Accepted) -> bool:
    return outcome.bill.seconds != exact(job.fields.get("duration", outcome.bill.seconds))


def usage_has_every_job_that_ended(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """USAGE, PRICE-FAILED, PRICE-ONCE: every job that ended is one event: a completed one with its cost, any other with none."""
    account, answer = history.account(exchange.sent), exchange.answer
    if history.routes.operation(exchange.sent) != "usage" or answer is None or account is None:
        return
    body = json_object(answer)
    if answer.status != 200 or body is None:
        return
    events = objects(body.get("data"))
    query = query_of(exchange.sent)
    is_whole = body.get("next_cursor") is None and not query
    is_of_a_model = body.get("next_cursor") is None and query.keys() == {"model"}
    own = {str(event.get("job_id")) for event in events}
    others = {job.id for job in history.jobs.values()} - account.jobs.keys()
    yield holds(
        "USAGE",
        kept=others.isdisjoint(own),
        pointer="/data",
        expected="no event of another account",
        received=sorted(others.intersection(own)),
    )
    for job in account.jobs.values():
        is_wanted = is_of_a_model and job.fields.get("model") == query["model"]
        if job.end is not None:
            yield from _events_of(job, events, is_whole=is_whole or is_wanted)
    if not is_whole:
        return
    worth = worth_of(account.jobs.values(), body)
    if history.is_emulator and account.worth is not None and worth is not None:
        yield holds(
            "PRICE-ONCE",
            kept=worth == account.worth,
            pointer="/balance/amount",
            expected=f"{Decimal(account.worth) / MICROS} US dollars with all that was spent and is held",
            received=float(Decimal(worth) / MICROS),
        )


def booked_job_has_ended(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """USAGE: A job that is an event of a usage page has ended."""
    for body, job in seen_jobs(exchange, history):
        if job.is_booked:
            yield holds(
                "USAGE",
                kept=status_of(body) in TERMINAL,
                pointer="/status",
                expected="an end: a usage page had an event of the job",
                received=body.get("status"),
                inferred=True,
            )


def _events_of(job: Job, events: list[dict[str, Any]], *, is_whole: bool) -> Iterator[Verdict]:
    own = [event for event in events if _is_of(event, job)]
    assert job.end is not None
    completed = status_of(job.end[1]) in COMPLETED
    if not own and not is_whole:
        return
    yield holds(
        "USAGE",
        kept=bool(own),
        pointer="/data",
        expected=f"an event of {job.id}",
        received=[event.get("job_id") for event in events][:5],
        inferred=bool(events) and not any("job_id" in event for event in events),
    )
    yield holds(
        "PRICE-ONCE",
        kept=len(own) <= 1,
        pointer="/data",
        expected=f"one event of {job.id}",
        received=len(own),
    )
    for event in own[:1]:
        at = f"/data/{events.index(event)}"
        yield equal(
            "USAGE", f"{at}/status", "success" if completed else "error", event.get("status")
        )
        if not completed:
            yield _cost("PRICE-FAILED", f"{at}/cost/amount", 0, event.get("cost"))
        elif isinstance(job.outcome, Accepted):
            bill = job.outcome.bill
            inferred = _is_capped(job, job.outcome)
            yield _cost(
                bill.rate.rule,
                f"{at}/cost/amount",
                bill.micros,
                event.get("cost"),
                inferred=inferred,
            )


def _is_of(event: Body, job: Job) -> bool:
    """Tell whether *event* is of *job*: by its id, or where no id is told by a video."""
    if "job_id" in event:
        return bool(event["job_id"] == job.id)
    assert job.end is not None
    made = {path_of(video.get("url")) for video in videos(job.end[1])} - {""}
    urls = event.get("output_urls")
    return isinstance(urls, list) and not made.isdisjoint(map(path_of, urls))


def jobs_that_ended_badly_are_free(exchange: Exchange, history: History) -> Iterator[Verdict]:
    """PRICE-FAILED: a failed or cancelled job tells no cost."""
    for body in told_jobs(exchange, history):
        if status_of(body) in TERMINAL - COMPLETED:
            yield equal("PRICE-FAILED", "/result", None, body.get("result"))


def _usage(body: Body) -> Body:
    result = body.get("result")
    usage = result.get("usage") if isinstance(result, dict) else None
    return usage if isinstance(usage, dict) else {}


def _cost(rule: str, place: str, micros: int, cost: Any, *, inferred: bool = False) -> Verdict:
    return holds(
        rule,
        kept=amount_of(cost) == micros,
        pointer=place,
        expected=f"{Decimal(micros) / MICROS} US dollars",
        received=cost.get("amount") if isinstance(cost, dict) else cost,
        inferred=inferred,
    )
