"""Decide, once and for all, how an accepted request will go: when it starts, when it ends, and what comes out."""

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from contracts.api import ErrorKind
from contracts.model import Model
from mock_server import lifecycle
from mock_server.clock import SECOND
from mock_server.exact import Number, times
from mock_server.intake.finding import Finding
from mock_server.jobs import NEVER, Frame, JobError, Plan
from mock_server.latency import Choice, Work, duration_of
from mock_server.pricing import Quote
from mock_server.request import Request
from mock_server.scenarios.scenario import Course, Failure
from mock_server.sizes import output_size
from mock_server.sources import Kind

# Media that cannot be fetched show early in a job's life.
FETCHED = lifecycle.STEPS // 10
PICTURES = frozenset({Kind.IMAGE})
SOUNDS = frozenset({Kind.AUDIO, Kind.VIDEO})


class Terms(NamedTuple):
    """What the account adds to a request: its policies and its latency."""

    policies: Mapping[str, str]
    latency: Choice


def plan_of(
    request: Request,
    quote: Quote,
    model: Model,
    *,
    seed: Number,
    terms: Terms,
    error: JobError | None,
) -> Plan:
    """Return the plan of *request*, which fails with *error* unless that is None; *seed* decides the latency."""
    work = Work(request.mode, quote.rate.flash, request.resolution, quote.seconds, seed)
    ends_after = duration_of(work, model.latency, terms.latency)
    return Plan(
        starts_after=round(ends_after * model.latency.queued_share),
        ends_after=ends_after,
        reach=lifecycle.STEPS if error is None else FETCHED,
        error=error,
    )


def rerouted(plan: Plan, course: Course, model: Model, upstream: ErrorKind) -> Plan:
    """Return *plan*, of a job of *model*, as *course* changes it; failures are errors of the kind *upstream*."""
    lasts = max(plan.ends_after * course.latency_factor, course.least_seconds * SECOND)
    starts = round(lasts * model.latency.queued_share)
    plan = plan._replace(starts_after=starts, ends_after=lasts)

    def at(percent: int) -> int:
        """Return after how many microseconds progress is at *percent*, at its usual pace."""
        return starts + (lasts - starts) * percent // 100

    if course.halts_at_percent is not None:
        halts = course.halts_at_percent
        plan = plan._replace(halts_after=at(halts), reach=_steps(halts), pauses=course.pauses)
    if course.never_ends:
        return plan._replace(ends_after=NEVER, error=None)
    if course.cancelled_at_percent is not None:
        ends = course.cancelled_at_percent
        reach = _steps(ends)
        return plan._replace(ends_after=at(ends), reach=reach, error=None, is_cancelled=True)
    if course.failure is not None:
        reach = _steps(course.failure.at_percent)
        return plan._replace(reach=reach, error=_error(course.failure, upstream))
    return plan


def _steps(percent: int) -> int:
    return lifecycle.STEPS * percent // 100


def _error(failure: Failure, kind: ErrorKind) -> JobError:
    message = f"{failure.code}: {failure.message}"
    return JobError(code=kind.code, type=kind.type, message=message)


def frame_of(
    request: Request, quote: Quote, model: Model, terms: Terms, findings: Sequence[Finding] = ()
) -> Frame:
    """Return what the video of *request*, whose media are *findings*, looks and sounds like.

    See the rules OUT-SIZE, OUT-DURATION, OUT-AUDIO and OUT-SOUND.
    """
    mode = model.modes[request.mode]
    first = next((found.measured for found in findings if found.kind is Kind.IMAGE), None)
    picture = (
        (first.width, first.height) if first is not None and first.width and first.height else None
    )
    width, height = output_size(
        model.output, mode, request.resolution, request.aspect_ratio, picture
    )
    always_sounds = terms.policies["standard_audio"] == "always" and not quote.rate.flash
    frame = Frame(
        width,
        height,
        times(quote.seconds, model.output.fps),
        request.audio or always_sounds,
        _product(findings, PICTURES),
        _product(findings, SOUNDS),
    )
    return _shared(frame)


@lru_cache(maxsize=1024)
def _shared(frame: Frame) -> Frame:
    """Return the first frame that was equal to *frame*: jobs whose videos look alike share it, for there may be a million."""
    return frame


def _product(findings: Iterable[Finding], kinds: Set[Kind]) -> Path | None:
    """Return what the video is made of: of several clips the first that has a sound gives it."""
    for found in findings:
        if found.product is not None and found.kind in kinds:
            return found.product
    return None
