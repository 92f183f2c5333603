"""Balances that are told otherwise."""

import asyncio
from decimal import Decimal

from contracts.document import load
from contracts.faulty.catalogue import faults
from contracts.faulty.message import Reply, Request, as_json, refusal
from contracts.faulty.rebilling import lower

USAGE = Request(
    operation="usage",
    method="GET",
    target="/v1/account/usage",
    parameters={},
    headers=(),
    body=b"",
)
UNLIMITED = {"balance": {"amount": None, "currency": "USD"}, "data": []}


def reply(job_id: str | None, cost: float) -> Reply:
    """What an application answers: the completed job of that id, or without one a usage page with three jobs."""
    if job_id is not None:
        usage = {"billable_units": 5, "billing_unit": "video-second", "cost": {"amount": cost}}
        return as_json(200, {"job_id": job_id, "status": "completed", "result": {"usage": usage}})
    events = [{"job_id": one, "cost": {"amount": cost}} for one in ("job_1", "job_2", "job_3")]
    return as_json(200, {"balance": {"amount": 100.0, "currency": "USD"}, "data": events})


def test_jobs_that_nobody_polled_are_billed_otherwise_on_the_usage_page() -> None:
    (fault,) = (fault for fault in faults(load()) if fault.id == "standard-720p-at-list-price")
    asked = []

    async def proceed(request: Request) -> Reply:
        asked.append(request.path)
        if request.path.endswith("job_2"):
            return refusal(404, "job_not_found")  # it is forgotten
        if request.path.endswith("job_3"):
            return as_json(200, {"job_id": "job_3", "status": "failed", "result": None})
        return reply("job_1" if "jobs" in request.path else None, 0.45)

    async def told() -> Reply:
        return await fault.begin()(USAGE, proceed)

    page = asyncio.run(told()).json
    assert [event["cost"]["amount"] for event in page["data"]] == [0.5, 0.45, 0.45]
    assert page["balance"]["amount"] == 99.95
    assert asked == [USAGE.target, "/v1/jobs/job_1", "/v1/jobs/job_2", "/v1/jobs/job_3"]


def test_unlimited_balance_is_not_lowered() -> None:
    page = {**UNLIMITED}
    lower(page, Decimal(1))
    assert page == UNLIMITED


def test_unlimited_balance_is_not_enlarged() -> None:
    (fault,) = (fault for fault in faults(load()) if fault.id == "balance-in-micros")

    async def proceed(_: Request) -> Reply:
        return as_json(200, UNLIMITED)

    async def told() -> Reply:
        return await fault.begin()(USAGE, proceed)

    assert asyncio.run(told()).json == UNLIMITED
