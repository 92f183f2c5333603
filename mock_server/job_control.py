"""A job as the emulator sees it: its plan, price and media, for people and tests to look at."""

from itertools import islice
from typing import Any

from mock_server.answers import Answer, as_json
from mock_server.calls import Call, Endpoint
from mock_server.clock import SECOND, timestamp
from mock_server.emulator import Emulator
from mock_server.exact import json_number
from mock_server.jobs import Job
from mock_server.lifecycle import STEPS, Status, state_at
from mock_server.pricing import dollars
from mock_server.problems import Problem
from mock_server.rendering import CURRENCY
from mock_server.violations import show

LISTED = 100


class JobControl:
    """The control interface's view of an account's jobs, forgotten ones included."""

    def __init__(self, emulator: Emulator) -> None:
        """Show the jobs of *emulator*."""
        self._models = emulator.contract.models

    def by_path(self) -> dict[str, dict[str, Endpoint]]:
        """Return the endpoints by path and method."""
        return {"/_mock/jobs": {"GET": self.list}, "/_mock/jobs/{job_id}": {"GET": self.job}}

    async def list(self, call: Call) -> Answer:
        """List the account's newest jobs."""
        newest = [*islice(call.caller.newest(), LISTED + 1)]
        now = call.caller.clock.now()
        data = [self._page(job, now) for job in newest[:LISTED]]
        return as_json({"object": "list", "data": data, "has_more": len(newest) > LISTED})

    async def job(self, call: Call) -> Answer:
        """Tell all about one job."""
        job_id = call.path_parameter("job_id")
        job = call.caller.job(job_id)
        if job is None:
            message = f"job {show(job_id)} is not known in the account {call.caller.name}."
            raise Problem("job_not_found", message)
        return as_json(self._page(job, call.caller.clock.now()))

    def _page(self, job: Job, now: int) -> dict[str, Any]:
        state = state_at(job, now)
        return {
            "job_id": job.id,
            "model": job.model,
            "mode": job.mode,
            "prompt": job.prompt,
            "seed": json_number(job.seed),
            "status": state.status,
            "progress": state.steps / STEPS,
            "plan": _plan(job),
            "timeline": _timeline(job),
            "price": _price(job),
            "video": self._video(job),
            "media": [found.as_fields() for found in job.findings],
        }

    def _video(self, job: Job) -> dict[str, Any]:
        frame = job.frame
        return {
            "width": frame.width,
            "height": frame.height,
            "fps": self._models[job.model].output.fps,
            "frames": frame.frames,
            "sound": frame.has_sound,
            "own_picture": frame.picture is not None,
            "own_sound": frame.sound is not None,
        }


def _plan(job: Job) -> dict[str, Any]:
    plan = job.plan
    return {
        "starts_after_seconds": plan.starts_after / SECOND,
        "ends_after_seconds": plan.ends_after / SECOND,
        "progress_at_end": plan.reach / STEPS,
        "error": plan.error
        and {"code": plan.error.code, "type": plan.error.type, "message": plan.error.message},
    }


def _timeline(job: Job) -> list[dict[str, str]]:
    """Return when each status begins, as planned, or as a cancel has it."""
    starts_at = job.submitted_at + job.plan.starts_after
    moments = [(job.submitted_at, Status.QUEUED)]
    if starts_at < job.ended_at:
        moments.append((starts_at, Status.PROCESSING))
    moments.append((job.ended_at, state_at(job, job.ended_at).status))
    return [{"at": timestamp(moment), "status": status} for moment, status in moments]


def _price(job: Job) -> dict[str, Any]:
    quote = job.quote
    return {
        "tier": quote.rate.charge,
        "rule": quote.rate.rule,
        "rate": quote.rate.rate,
        "seconds": json_number(quote.seconds),
        "amount": dollars(quote.price_micros),
        "currency": CURRENCY,
    }
