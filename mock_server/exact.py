"""Exact decimal arithmetic: whatever number of digits a client sends, nothing is rounded on the way."""

import decimal
from decimal import Decimal

_EXACT = decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
_ONE = Decimal(1)


def times(number: Decimal, factor: int) -> int:
    """Return *number* times *factor*, rounded half up to a whole number."""
    product = _EXACT.multiply(number, Decimal(factor))
    return int(product.quantize(_ONE, decimal.ROUND_HALF_UP, _EXACT))


def json_number(number: Decimal) -> int | float:
    """Return *number* as JSON shows it: without a fraction when it has none."""
    whole = int(number)
    return whole if whole == number else float(number)
