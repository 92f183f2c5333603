"""Exact decimal arithmetic: whatever number of digits a client sends, nothing is rounded on the way."""

import decimal
from decimal import Decimal

_EXACT = decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
_ONE = Decimal(1)


# A number as a client sent it: with a fraction or an exponent it is a Decimal.
Number = int | Decimal


def times(number: Number, factor: int) -> int:
    """Return *number* times *factor*, rounded half up to a whole number."""
    if isinstance(number, int):
        return number * factor
    product = _EXACT.multiply(number, Decimal(factor))
    return int(product.quantize(_ONE, decimal.ROUND_HALF_UP, _EXACT))


def json_number(number: Number) -> int | float:
    """Return *number* as JSON shows it: without a fraction when it has none."""
    whole = int(number)
    return whole if whole == number else float(number)
