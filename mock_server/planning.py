"""Decide, once and for all, how an accepted request will go: when it starts, when it ends, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.model import Model
from mock_server import lifecycle
from mock_server.exact import Number, times
from mock_server.jobs import Frame, JobError, Plan
from mock_server.latency import Choice, Work, duration_of
from mock_server.pricing import Quote, is_flash
from mock_server.request import Request
from mock_server.sizes import output_size

# Media that cannot be fetched show early in a job's life.
FETCHED = lifecycle.STEPS // 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
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
    work = Work(
        mode=request.mode,
        flash=is_flash(request, model.modes[request.mode]),
        resolution=request.resolution,
        seconds=quote.seconds,
        seed=seed,
    )
    ends_after = duration_of(work, model.latency, terms.latency)
    return Plan(
        starts_after=round(ends_after * model.latency.queued_share),
        ends_after=ends_after,
        reach=lifecycle.STEPS if error is None else FETCHED,
        error=error,
    )


def frame_of(request: Request, quote: Quote, model: Model, terms: Terms) -> Frame:
    """Return what the video of *request* looks and sounds like (rules OUT-SIZE, OUT-DURATION, OUT-AUDIO)."""
    mode = model.modes[request.mode]
    width, height = output_size(model.output, mode, request.resolution, request.aspect_ratio, None)
    always_sounds = terms.policies["standard_audio"] == "always" and not quote.rate.flash
    return Frame(
        width=width,
        height=height,
        frames=times(quote.seconds, model.output.fps),
        has_sound=request.audio or always_sounds,
    )
