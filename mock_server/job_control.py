"""A job as the emulator sees it, for people and tests to look at, and to end before its time."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from mock_server.accounts import Account
from mock_server.answers import Answer, as_json
from mock_server.calls import Call, Endpoint
from mock_server.clock import LATEST_AT, SECOND, timestamp
from mock_server.commands import End, Ending
from mock_server.control_fields import fields_of, unfit
from mock_server.emulator import Emulator
from mock_server.exact import json_number
from mock_server.jobs import Job, JobError
from mock_server.lifecycle import STEPS, Status, end_steps, state_at
from mock_server.pricing import dollars
from mock_server.problems import Problem
from mock_server.rendering import CURRENCY, Rendering
from mock_server.violations import show

LISTED = 100
MOST_MESSAGE_CHARACTERS = 2000
FAILURE_CODE = "upstream_error"
FAILURE_MESSAGE = "InternalError.Algo: the control interface let the job fail."


class JobControl:
    """The control interface's view of an account's jobs, forgotten ones included, and its hands on them."""

    def __init__(self, emulator: Emulator, rendering: Rendering) -> None:
        """Show the jobs of *emulator*; *rendering* signs the URLs of their videos."""
        self._emulator = emulator
        self._models = emulator.contract.models
        self._errors = emulator.contract.api.errors
        self._limits = emulator.contract.api.limits
        self._rendering = rendering

    def by_path(self) -> dict[str, dict[str, Endpoint]]:
        """Return the endpoints by path and method."""
        return {
            "/_mock/jobs": {"GET": self.list},
            "/_mock/jobs/{job_id}": {"GET": self.job},
            "/_mock/jobs/{job_id}/finish": {"POST": self.finish},
            "/_mock/jobs/{job_id}/fail": {"POST": self.fail},
            "/_mock/jobs/{job_id}/cancel": {"POST": self.cancel},
        }

    async def list(self, call: Call) -> Answer:
        """List the account's newest jobs."""
        found = self.pages(call.caller)
        data = [*islice(found, LISTED)]
        return as_json({"object": "list", "data": data, "has_more": any(True for _ in found)})

    def pages(self, account: Account) -> Iterator[dict[str, Any]]:
        """Return all that is known of each job of *account*, newest first."""
        now = account.clock.now()
        return (self.page(job, now) for job in account.newest())

    async def job(self, call: Call) -> Answer:
        """Tell all about one job."""
        return self._told(call, _job_of(call))

    async def finish(self, call: Call) -> Answer:
        """End a job now as its plan has it; a terminal one comes back unchanged."""
        return await self._ended(call, Ending.FINISH)

    async def fail(self, call: Call) -> Answer:
        """Let a job fail now; a terminal one comes back unchanged."""
        fields = await fields_of(call, self._limits, ("code", "message"), may_be_empty=True)
        error = self._error(
            fields.get("code", FAILURE_CODE), fields.get("message", FAILURE_MESSAGE)
        )
        return await self._ended(call, Ending.FAIL, error)

    async def cancel(self, call: Call) -> Answer:
        """Cancel a job as the API does; a terminal one comes back unchanged."""
        return await self._ended(call, Ending.CANCEL)

    async def _ended(self, call: Call, ending: Ending, error: JobError | None = None) -> Answer:
        command = End(_job_of(call).id, ending, error)
        return self._told(call, await self._emulator.do(call.caller.name, command))

    def _error(self, code: object, message: object) -> JobError:
        if not isinstance(code, str) or code not in self._errors:
            raise unfit("code", code, f"one of {', '.join(self._errors)}")
        if not isinstance(message, str) or not 0 < len(message) <= MOST_MESSAGE_CHARACTERS:
            raise unfit("message", message, f"a text of 1 to {MOST_MESSAGE_CHARACTERS} characters")
        return JobError(code=code, type=self._errors[code].type, message=message)

    def _told(self, call: Call, job: Job) -> Answer:
        return as_json(self.page(job, call.caller.clock.now()))

    def page(self, job: Job, now: int) -> dict[str, Any]:
        """Return all that is known of *job* at the moment *now*."""
        state = state_at(job, now)
        is_completed = state.status is Status.COMPLETED
        return {
            "job_id": job.id,
            "model": job.model,
            "mode": job.mode,
            "prompt": job.prompt,
            "seed": json_number(job.seed),
            "status": state.status,
            "progress": state.steps / STEPS,
            "scenarios": [*job.scenarios],
            "plan": _plan(job),
            "timeline": _timeline(job),
            "price": _price(job),
            "video": self._video(job),
            "media": [found.as_fields() for found in job.findings],
            "url": self._rendering.video_url(job) if is_completed else None,
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


def _job_of(call: Call) -> Job:
    job_id = call.path_parameter("job_id")
    job = call.caller.job(job_id)
    if job is None:
        message = f"job {show(job_id)} is not known in the account {call.caller.name}."
        raise Problem("job_not_found", message)
    return job


def _plan(job: Job) -> dict[str, Any]:
    """Return how *job* was to go, with the error that it really ends with."""
    plan, error = job.plan, job.error
    reach = plan.reach if plan.never_ends else end_steps(plan)
    return {
        "starts_after_seconds": plan.starts_after / SECOND,
        "ends_after_seconds": None if plan.never_ends else plan.ends_after / SECOND,
        "progress_at_end": reach / STEPS,
        "error": error and {"code": error.code, "type": error.type, "message": error.message},
    }


def _timeline(job: Job) -> list[dict[str, str]]:
    """Return when each status begins, as planned, or as an early end has it; what no clock comes to is left out."""
    return [
        {"at": timestamp(moment), "status": status}
        for moment, status in _moments(job)
        if moment <= LATEST_AT
    ]


def _moments(job: Job) -> Iterator[tuple[int, Status]]:
    plan = job.plan
    yield job.submitted_at, Status.QUEUED
    if plan.starts_after < job.ended_at - job.submitted_at:
        yield job.submitted_at + plan.starts_after, Status.PROCESSING
    if plan.pauses and plan.progress_ends_after < job.ended_at - job.submitted_at:
        yield job.submitted_at + plan.progress_ends_after, Status.PAUSED
    yield job.ended_at, state_at(job, job.ended_at).status


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
