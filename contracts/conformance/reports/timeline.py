"""What happened in a trial, on a time axis that is drawn to scale."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LANES = ("submit", "poll", "download", "other")
WIDTH, LEFT, RIGHT, LANE = 640.0, 74.0, 12.0, 26.0
TOP = 10.0
# Steps of the axis, of which the first that gives few marks is taken.
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
MOST_MARKS = 9
LEAST_WIDTH = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place on the axis, in pixels, and its seconds."""

    x: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """An exchange: where it begins and how wide it is, which lane it is in, how it went, and what is told of it."""

    x: float
    y: float
    width: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A drawing of *width* by *height* pixels: *bars* on *lanes* over *marks*; *deadline* is where that is, None beyond the end."""

    width: float
    height: float
    lanes: Sequence[tuple[str, float]]
    marks: Sequence[Mark]
    bars: Sequence[Bar]
    deadline: float | None


def timeline(trial: Mapping[str, Any]) -> Timeline:
    """Return the drawing of *trial*, as a report's document has it."""
    exchanges = trial["exchanges"]
    ends = [one["at"] + one["seconds"] for one in exchanges]
    seconds = max([trial["seconds"], *ends, 0.1])
    scale = (WIDTH - LEFT - RIGHT) / seconds
    used = [lane for lane in LANES if any(_lane(one) == lane for one in exchanges)]
    rows = {lane: TOP + LANE * index for index, lane in enumerate(used)}
    deadline = trial["deadline_seconds"]
    return Timeline(
        width=WIDTH,
        height=TOP + LANE * len(used) + 24,
        lanes=[(lane, y + LANE / 2) for lane, y in rows.items()],
        marks=_marks(seconds, scale),
        bars=[_bar(one, scale, rows[_lane(one)]) for one in exchanges],
        deadline=LEFT + deadline * scale if deadline <= seconds else None,
    )


def _lane(exchange: Mapping[str, Any]) -> str:
    operation = str(exchange["operation"])
    return operation if operation in LANES else "other"


def _marks(seconds: float, scale: float) -> list[Mark]:
    step = next((one for one in STEPS if seconds / one <= MOST_MARKS), math.ceil(seconds))
    count = int(seconds / step) + 1
    return [
        Mark(x=LEFT + step * number * scale, text=f"{step * number:g}") for number in range(count)
    ]


def _bar(exchange: Mapping[str, Any], scale: float, y: float) -> Bar:
    status = exchange["status"]
    told = "no answer" if status is None else str(status)
    job = f", {exchange['job_status']}" if exchange["job_status"] else ""
    wait = "" if exchange["retry_after"] is None else f", Retry-After {exchange['retry_after']}"
    is_good = status is not None and status < 300
    return Bar(
        x=LEFT + max(0.0, exchange["at"]) * scale,
        y=y + 4,
        width=max(LEAST_WIDTH, exchange["seconds"] * scale),
        kind="good" if is_good else "refused" if status is not None and status < 500 else "lost",
        text=f"{exchange['at']:.2f} s  {exchange['method']} {exchange['path']} → {told}{job}{wait}",
    )
