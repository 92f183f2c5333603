"""What a request could cost at the worst."""

import json

import pytest
from hypothesis import given, strategies as st

from contracts.document import load
from contracts.exchange import Sent, json_request
from contracts.money.exposure import dearest, exposure

CONTRACT = load()
SUBMIT = CONTRACT.api.operations["submit"]
FLASH = {"mode": "i2v", "flash_mode": True, "image": "https://example.com/a.png"}
EXAMPLE = {"model": "wan-2-6", "prompt": "x"}


def cost(**fields):
    sent = json_request("submit", "POST", SUBMIT.path, {**EXAMPLE, **fields})
    return exposure(sent, CONTRACT)


@pytest.mark.parametrize(
    ("fields", "micros"),
    [
        ({}, 750_000),
        ({"duration": 6}, 900_000),
        ({"duration": 5.0000001}, 750_001),
        ({"resolution": "720p"}, 500_000),
        ({**FLASH, "resolution": "720p"}, 250_000),
        ({**FLASH, "mode": "r2v", "resolution": "720p", "audio": False}, 125_000),
        ({**FLASH, "duration": 10}, 750_000),
        ({**FLASH, "audio": False}, 187_500),
        ({"duration": 15, "resolution": "720p"}, 1_500_000),
    ],
)
def test_what_the_contract_understands_costs_its_list_price(fields, micros):
    assert cost(**fields) == micros


@pytest.mark.parametrize(
    "fields",
    [
        {"flash_mode": True},  # auto: the mode may be found otherwise
        {"flash_mode": True, "mode": "t2v"},
    ],
)
def test_flash_that_may_not_apply_costs_standard(fields):
    assert cost(**fields) == cost()


def test_silence_that_another_spelling_may_take_back_costs_sound():
    assert cost(**FLASH, audio=True, generate_audio=True) == cost(**FLASH)
    assert cost(**FLASH, generate_audio=False) == cost(**FLASH)


@pytest.mark.parametrize(
    "fields",
    [
        {"duration": 16},
        {"duration": 4.99},
        {"duration": "5"},
        {"duration": True},
        {"duration": None},
        {"duration": 15, "resolution": "4k"},
        {"duration": 99, "resolution": ["720p"]},
        {"mode": "i2v"},
        {"resolution": "720P"},
        {"prompt": ""},
        {"flash_mode": "true"},
        {"audio": False, "generate_audio": True},
        {"model": "wan-9", "duration": 5},
        {"model": 1},
        {"model": None},
    ],
)
def test_what_the_contract_refuses_is_taken_at_its_dearest(fields):
    assert cost(**fields) == dearest(CONTRACT)


@pytest.mark.parametrize(
    "sent",
    [
        Sent(operation="job", method="GET", target="/v1/jobs/a"),
        Sent(operation="cancel", method="POST", target="/v1/jobs/a/cancel"),
        Sent(operation="submit", method="POST", target=SUBMIT.path, body=b"{"),
        Sent(operation="submit", method="POST", target=SUBMIT.path, body=b"[1]"),
        Sent(operation="submit", method="POST", target=SUBMIT.path, body=b"[" * 100_000),
        Sent(operation="submit", method="POST", target=SUBMIT.path, body=b"\xff"),
        Sent(operation="submit", method="POST", target=SUBMIT.path, body=b"{}", key=None),
    ],
)
def test_what_nobody_could_accept_costs_nothing(sent):
    assert exposure(sent, CONTRACT) == 0


@pytest.mark.parametrize(
    "sent",
    [
        Sent(operation="submit", method="PUT", target=SUBMIT.path, body=b"{}"),
        Sent(operation="submit", method="POST", target=f"{SUBMIT.path}/", body=b"{}"),
        Sent(operation="cancel", method="POST", target="/v1/jobs/a/cancel", body=b'{"model":1}'),
        Sent(operation="submit", method="POST", target=SUBMIT.path, body=b"{}", headers=()),
    ],
)
def test_what_a_lenient_server_might_accept_costs(sent):
    assert exposure(sent, CONTRACT) > 0


@given(
    st.dictionaries(st.sampled_from([*CONTRACT.models["wan-2-6"].properties]), st.from_type(object))
)
def test_nothing_costs_more_than_the_dearest(fields):
    try:
        body = json.dumps(fields)
    except (TypeError, ValueError):
        return
    sent = Sent(operation="submit", method="POST", target=SUBMIT.path, body=body.encode())

    assert 0 < exposure(sent, CONTRACT) <= dearest(CONTRACT) == 2_250_000
