"""A run drawn as panels above each other, as an SVG that stands by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from jinja2 import Environment, PackageLoader, StrictUndefined

from benchmarks.soak.report import heading
from benchmarks.soak.samples import Latency, Sample
from benchmarks.soak.scale import Scale, even, tenfold, until
from benchmarks.soak.traffic import Run
from benchmarks.soak.verdict import WARM_UP, Check, judged, memory_line, own_memory

TEMPLATE = "chart.svg.jinja"
PLOT_WIDTH, PLOT_HEIGHT = 700, 150

Points = Sequence[tuple[float, float | None]]  # seconds, and a value where there is one


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line of a panel; its *style* is a class of the style sheet."""

    label: str
    style: str
    points: Points


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What is drawn above one axis of time."""

    title: str
    unit: str
    series: Sequence[Series]
    is_log: bool = False

    @property
    def scale(self) -> Scale:
        values = [value for line in self.series for _, value in line.points if value is not None]
        return tenfold(values) if self.is_log else even(max(values, default=0))


def as_svg(run: Run, checks: Sequence[Check]) -> str:
    """Return the chart of *run*, with what is asked of it and whether that is so."""
    environment = Environment(
        loader=PackageLoader("benchmarks.soak", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    seconds = run.samples[-1].seconds
    return environment.get_template(TEMPLATE).render(
        heading=heading(run),
        is_flat=all(check.is_met for check in checks),
        checks=checks,
        panels=panels(run.samples),
        minutes=until(seconds / 60),
        warm_up=WARM_UP * PLOT_WIDTH,
        width=PLOT_WIDTH,
        height=PLOT_HEIGHT,
        path=lambda line, scale: path(line.points, scale, seconds),
        label=label,
    )


def panels(samples: Sequence[Sample]) -> Sequence[Panel]:
    """Return what is drawn of *samples*."""
    return (
        _memory(samples),
        _latency(samples),
        Panel(
            title="Descriptors and threads",
            unit="open",
            series=(
                _series("descriptors", "first", samples, lambda sample: sample.descriptors),
                _series("threads", "second", samples, lambda sample: sample.threads),
            ),
        ),
        Panel(
            title="Processor time",
            unit="% of one",
            series=(_series("emulator", "first", samples, lambda sample: sample.cpu * 100),),
        ),
        Panel(title="Jobs", unit="a second", series=(_jobs(samples),)),
    )


def path(points: Points, scale: Scale, seconds: float) -> str:
    """Return *points* as the path of a line that is broken where a value is missing; *seconds* are the whole width."""
    steps, pen = [], "M"
    for at, value in points:
        if value is None:
            pen = "M"
            continue
        x, y = at / seconds * PLOT_WIDTH, (1 - scale.share(value)) * PLOT_HEIGHT
        steps.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    return "".join(steps)


def label(value: float) -> str:
    """Return *value* as it stands at an axis."""
    return f"{value:,.10g}"


def _memory(samples: Sequence[Sample]) -> Panel:
    later = judged(samples)
    line = memory_line(later)
    ends = [(sample.seconds, line.at(sample.seconds)) for sample in (later[0], later[-1])]
    return Panel(
        title="Memory",
        unit="MB",
        series=(
            _series("resident", "faint", samples, lambda sample: sample.memory / 1e6),
            _series("less kept jobs", "first", samples, own_memory),
            Series(label="its slope, judged", style="slope", points=ends),
        ),
    )


def _latency(samples: Sequence[Sample]) -> Panel:
    polls = [(sample.seconds, sample.poll) for sample in samples]
    submits = [(sample.seconds, sample.submit) for sample in samples]
    return Panel(
        title="Latency as clients see it",
        unit="ms",
        is_log=True,
        series=(
            Series(label="polls, median", style="first", points=_medians(polls)),
            Series(label="polls, 99 %", style="first tail", points=_tails(polls)),
            Series(label="submits, median", style="second", points=_medians(submits)),
            Series(label="submits, 99 %", style="second tail", points=_tails(submits)),
        ),
    )


def _medians(found: Sequence[tuple[float, Latency | None]]) -> Points:
    return [(at, None if latency is None else latency.median) for at, latency in found]


def _tails(found: Sequence[tuple[float, Latency | None]]) -> Points:
    return [(at, None if latency is None else latency.tail) for at, latency in found]


def _jobs(samples: Sequence[Sample]) -> Series:
    rates = [
        (later.seconds, (later.jobs - earlier.jobs) / (later.seconds - earlier.seconds))
        for earlier, later in pairwise(samples)
    ]
    return Series(label="submitted", style="first", points=rates)


def _series(
    label: str, style: str, samples: Sequence[Sample], value: Callable[[Sample], float | None]
) -> Series:
    return Series(
        label=label, style=style, points=[(sample.seconds, value(sample)) for sample in samples]
    )
