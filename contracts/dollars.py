"""An amount of US dollars on the command line."""

from decimal import Decimal, InvalidOperation

import click

from contracts.model import MICROS

MOST = 1_000_000


class Dollars(click.ParamType[int]):
    """Reads dollars such as ``2.25``, and gives micro-dollars."""

    name = "usd"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the micro-dollars of *value*, a text."""
        try:
            dollars = Decimal(value)
        except InvalidOperation:
            dollars = Decimal("NaN")
        is_amount = dollars.is_finite() and 0 <= dollars <= MOST
        micros = dollars * MICROS if is_amount else Decimal("0.5")
        if micros % 1:
            self.fail(
                f"{value!r} is no amount of US dollars from 0 to {MOST}, such as 2.25", param, ctx
            )
        return int(micros)
