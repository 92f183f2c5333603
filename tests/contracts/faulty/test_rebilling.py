"""Balances that are told otherwise."""

import asyncio
from decimal import Decimal

from contracts.document import load
from contracts.faulty.catalogue import faults
from contracts.faulty.message import Reply, Request, as_json
from contracts.faulty.rebilling import lower

UNLIMITED = {"balance": {"amount": None, "currency": "USD"}, "data": []}


def test_unlimited_balance_is_not_lowered() -> None:
    page = {**UNLIMITED}
    lower(page, Decimal(1))
    assert page == UNLIMITED


def test_unlimited_balance_is_not_enlarged() -> None:
    (fault,) = (fault for fault in faults(load()) if fault.id == "balance-in-micros")
    request = Request(
        operation="usage",
        method="GET",
        target="/v1/account/usage",
        parameters={},
        headers=(),
        body=b"",
    )

    async def proceed(_: Request) -> Reply:
        return as_json(200, UNLIMITED)

    async def told() -> Reply:
        return await fault.begin()(request, proceed)

    assert asyncio.run(told()).json == UNLIMITED
