"""Where a value lies on an axis, and which values are written at it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_STEPS = 5


@dataclass(frozen=True, kw_only=True)
class Scale:
    """An axis from the first of its *ticks* to the last, or as far as *high*; in tenfolds if it *is_log*."""

    ticks: Sequence[float]
    high: float
    is_log: bool = False

    def share(self, value: float) -> float:
        """Return where *value* lies, from 0 at the low end to 1 at the high one."""
        low = self.ticks[0]
        if self.is_log:
            return math.log(max(value, low) / low) / math.log(self.high / low)
        return (value - low) / (self.high - low)


def even(high: float) -> Scale:
    """Return the axis from 0 to the round number above *high*."""
    step = _step(high)
    count = max(1, math.ceil(high / step))
    return Scale(ticks=[number * step for number in range(count + 1)], high=count * step)


def until(high: float) -> Scale:
    """Return the axis from 0 to *high* itself, with round numbers at it."""
    step = _step(high)
    return Scale(ticks=[number * step for number in range(int(high / step) + 1)], high=high)


def tenfold(values: Iterable[float]) -> Scale:
    """Return the axis of powers of ten around *values*, which are more than 0; a single step at least."""
    values = [*values] or [1.0]
    low = math.floor(math.log10(min(values)))
    high = max(low + 1, math.ceil(math.log10(max(values))))
    return Scale(
        ticks=[10.0**power for power in range(low, high + 1)], high=10.0**high, is_log=True
    )


def _step(high: float) -> float:
    """Return the round number of which at most `MOST_STEPS` reach *high*."""
    power = 10.0 ** math.floor(math.log10(high / MOST_STEPS)) if high > 0 else 1.0
    return next(power * by for by in (1, 2, 5, 10) if power * by * MOST_STEPS >= high * (1 - 1e-9))
