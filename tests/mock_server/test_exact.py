from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, strategies as st

from mock_server.exact import json_number, times

DIGITS = st.text(st.sampled_from("0123456789"), max_size=400)
DECIMALS = st.builds(
    lambda whole, digits: Decimal(f"{whole}.{digits}0"), st.integers(0, 10**30), DIGITS
)


@given(DECIMALS, st.integers(0, 10**12))
def test_product_is_rounded_half_up_whatever_the_number_of_digits(number, factor):
    assert times(number, factor) == floor(Fraction(number) * factor + Fraction(1, 2))


@pytest.mark.parametrize(
    ("number", "factor", "product"),
    [
        ("0.5", 1, 1),
        ("0.4" + "9" * 500, 1, 0),
        ("0.5" + "0" * 500 + "1", 1, 1),
        ("2.5", 1, 3),
        ("1e-100000000", 10, 0),
    ],
)
def test_halves_go_up_and_nothing_else_does(number, factor, product):
    assert times(Decimal(number), factor) == product


@pytest.mark.parametrize(
    ("number", "shown"),
    [("6", "6"), ("6.0", "6"), ("6.50", "6.5"), ("5.1", "5.1"), ("6E+2", "600")],
)
def test_json_number_has_a_fraction_only_when_it_needs_one(number, shown):
    assert repr(json_number(Decimal(number))) == shown
