"""What a job costs, in its result and in its usage event: the published table, computed by hand."""

import pytest

URL = "https://example.com/a.png"
FLASH = {"flash_mode": True, "mode": "i2v", "image": URL}

BILLS = [
    ("PRICE-STANDARD-720P", {"resolution": "720p", "duration": 5}, 5, 0.45),
    ("PRICE-STANDARD-720P", {"resolution": "720p", "duration": 15, "audio": False}, 15, 1.35),
    ("PRICE-STANDARD-1080P", {"duration": 6}, 6, 0.828),
    ("PRICE-STANDARD-1080P", {"duration": 5, "mode": "i2v", "image": URL}, 5, 0.69),
    ("PRICE-STANDARD-1080P", {"duration": 5, "mode": "t2v", "flash_mode": True}, 5, 0.69),
    ("PRICE-FLASH-720P-AUDIO", {**FLASH, "resolution": "720p", "duration": 5}, 5, 0.225),
    (
        "PRICE-FLASH-720P-SILENT",
        {**FLASH, "resolution": "720p", "duration": 5, "audio": False},
        5,
        0.1125,
    ),
    ("PRICE-FLASH-1080P-AUDIO", {**FLASH, "duration": 15}, 15, 1.035),
    ("PRICE-FLASH-1080P-SILENT", {**FLASH, "duration": 15, "audio": False}, 15, 0.5175),
    ("PRICE-FLASH-1080P-AUDIO", {**FLASH, "mode": "r2v", "duration": 15}, 10, 0.69),
    ("PRICE-SECONDS", {"duration": 5.000004}, 5.000004, 0.690001),
    ("PRICE-SECONDS", {"duration": 5.0000036, "resolution": "720p"}, 5.0000036, 0.45),
    ("R2V-CAP", {"duration": 10.5, "mode": "r2v", "image": URL}, 10, 1.38),
    ("REQ-DURATION-FRACTION", {"duration": 7.35, "resolution": "720p"}, 7.35, 0.6615),
]


@pytest.mark.parametrize(
    ("fields", "seconds", "cost"),
    [pytest.param(*rest, id=f"{rule} {rest[2]}") for rule, *rest in BILLS],
)
def test_job_and_usage_event_tell_the_published_price(client, fields, seconds, cost):
    job = client.finished(**fields)
    (event,) = client.get("/v1/account/usage").json["data"]

    assert job["result"]["usage"] == {
        "billable_units": seconds,
        "billing_unit": "video-second",
        "cost": {"amount": cost, "currency": "USD"},
    }
    assert job["result"]["data"][0]["duration_seconds"] == seconds
    assert event["cost"] == {"amount": cost, "currency": "USD"}


@pytest.mark.parametrize(
    ("seconds", "cost"), [(5.00002, 0.1125), (5.0002, 0.112505), (5.00019, 0.112504)]
)
def test_half_a_micro_dollar_is_rounded_up(client, seconds, cost):
    """Rule PRICE-SECONDS: at 0.0225 these are 112500.45, 112504.5 and 112504.275 micro-dollars."""
    fields = {**FLASH, "resolution": "720p", "audio": False}
    job = client.finished(**fields, duration=seconds)

    assert job["result"]["usage"]["cost"]["amount"] == cost
