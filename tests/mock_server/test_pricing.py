from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, strategies as st

from contracts.document import load
from mock_server.pricing import dollars, is_flash, micros, quote, show_dollars
from mock_server.request import Media, Request

WAN = load().models["wan-2-6"]
PRICES = st.integers(0, 10**15)
SECONDS = st.builds(
    lambda whole, digits: Decimal(f"{whole}.{digits}0"),
    st.integers(5, 14),
    st.text(st.sampled_from("0123456789"), max_size=400),
)


def request(mode="t2v", resolution="1080p", duration=5, audio=True, flash=False):
    return Request(
        model="wan-2-6",
        mode=mode,
        prompt="sunrise",
        resolution=resolution,
        aspect_ratio="16:9",
        duration=Decimal(duration),
        audio=audio,
        flash=flash,
        seed=None,
        media=Media(),
    )


@pytest.mark.parametrize(
    ("rule", "resolution", "flash", "audio", "modes", "micros_a_second"),
    [
        ("PRICE-STANDARD-720P", "720p", False, True, "t2v i2v r2v", 90_000),
        ("PRICE-STANDARD-720P", "720p", False, False, "t2v i2v r2v", 90_000),
        ("PRICE-STANDARD-1080P", "1080p", False, True, "t2v i2v r2v", 138_000),
        ("PRICE-STANDARD-1080P", "1080p", False, False, "t2v i2v r2v", 138_000),
        ("PRICE-FLASH-720P-AUDIO", "720p", True, True, "i2v r2v", 45_000),
        ("PRICE-FLASH-720P-SILENT", "720p", True, False, "i2v r2v", 22_500),
        ("PRICE-FLASH-1080P-AUDIO", "1080p", True, True, "i2v r2v", 69_000),
        ("PRICE-FLASH-1080P-SILENT", "1080p", True, False, "i2v r2v", 34_500),
    ],
)
def test_tier_and_its_price(rule, resolution, flash, audio, modes, micros_a_second):
    for mode in modes.split():
        bill = quote(request(mode, resolution, 7, audio, flash), WAN)

        assert (bill.rate.rule, bill.price_micros) == (rule, 7 * micros_a_second)


def test_published_example_costs_82_8_cents():
    """PRICE-SECONDS and PRICE-STANDARD-1080P."""
    assert quote(request(duration=6), WAN).price_micros == 828_000


@given(
    SECONDS,
    st.sampled_from(["720p", "1080p"]),
    st.booleans(),
    st.sampled_from(["t2v", "i2v", "r2v"]),
)
def test_price_is_exactly_rate_times_seconds_rounded_half_up(seconds, resolution, audio, mode):
    """PRICE-SECONDS, with hundreds of digits; R2V-CAP."""
    bill = quote(request(mode, resolution, seconds, audio, flash=True), WAN)
    billed = min(Fraction(seconds), Fraction(10)) if mode == "r2v" else Fraction(seconds)

    assert Fraction(bill.seconds) == billed
    assert bill.price_micros == floor(billed * Fraction(bill.rate.rate) * 10**6 + Fraction(1, 2))


@given(SECONDS, SECONDS, st.sampled_from(["t2v", "i2v", "r2v"]))
def test_longer_never_costs_less(seconds, other, mode):
    """PRICE-SECONDS."""
    prices = [
        quote(request(mode, duration=length), WAN).price_micros
        for length in sorted([seconds, other])
    ]

    assert prices == sorted(prices)


@pytest.mark.parametrize(
    ("mode", "seconds", "billed"),
    [
        ("r2v", "10", "10"),
        ("r2v", "10.001", "10"),
        ("r2v", "15", "10"),
        ("r2v", "5.5", "5.5"),
        ("i2v", "15", "15"),
        ("t2v", "15", "15"),
    ],
)
def test_r2v_is_billed_for_10_seconds_at_most(mode, seconds, billed):
    """R2V-CAP."""
    assert quote(request(mode, duration=seconds), WAN).seconds == Decimal(billed)


def test_flash_on_t2v_is_billed_standard():
    """FLASH-SCOPE."""
    flash = request("t2v", flash=True)

    assert not is_flash(flash, WAN.modes["t2v"])
    assert quote(flash, WAN).rate.rule == "PRICE-STANDARD-1080P"


@given(PRICES)
def test_dollars_on_the_wire_are_exact_to_the_micro_dollar(price):
    assert micros(Decimal(repr(dollars(price)))) == price


@given(PRICES)
def test_dollars_for_people_have_two_decimals_or_what_it_takes(price):
    whole, _, decimals = show_dollars(price).partition(".")

    assert int(whole) * 10**6 + int(decimals.ljust(6, "0")) == price
    assert len(decimals) == 2 or not decimals.endswith("0")


@pytest.mark.parametrize(
    ("price", "shown"), [(0, "0.00"), (828_000, "0.828"), (1_500_000, "1.50"), (1, "0.000001")]
)
def test_dollars_as_a_person_reads_them(price, shown):
    assert show_dollars(price) == shown
