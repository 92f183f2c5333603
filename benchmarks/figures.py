"""What was measured, and whether that is good enough."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


class BenchmarkError(Exception):
    """A measurement that could not be taken; the message is one line."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table: the same thing measured once a round, of the emulator and of the bare stack."""

    name: str
    unit: str
    ours: Sequence[float] = ()
    bare: Sequence[float] = ()
    ratio_at_least: float | None = None
    at_most: float | None = None
    problem: str | None = None

    @property
    def ratios(self) -> list[float]:
        """Ours to bare, round by round: what slows a whole round down slows both."""
        return [ours / bare for ours, bare in zip(self.ours, self.bare, strict=bool(self.bare))]

    @property
    def target(self) -> str:
        if self.ratio_at_least is not None:
            return f"ratio ≥ {self.ratio_at_least}"
        return f"≤ {number(self.at_most)}" if self.at_most is not None else ""

    @property
    def verdict(self) -> str:
        """`ok`, `MISSED` or `FAILED`; empty where nothing is aimed at."""
        if self.problem is not None:
            return "FAILED"
        if not self.target:
            return ""
        return "ok" if self._is_met() else "MISSED"

    def _is_met(self) -> bool:
        if self.ratio_at_least is not None:
            return statistics.median(self.ratios) >= self.ratio_at_least
        assert self.at_most is not None
        return statistics.median(self.ours) <= self.at_most


def number(value: float) -> str:
    """Return *value* with about three digits, as in `5,812`, `24.3` and `0.84`."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"
