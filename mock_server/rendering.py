"""Values of the emulator as the wire's JSON."""

from typing import Any

from contracts.document import Contract
from mock_server.accounts import Account
from mock_server.answers import Answer, as_json, encode
from mock_server.clock import SECOND, timestamp
from mock_server.exact import json_number
from mock_server.jobs import Job
from mock_server.lifecycle import STEPS, TERMINAL, JobState, Status, state_at
from mock_server.media.clip import Clip
from mock_server.pricing import dollars
from mock_server.scenarios.catalogue import course_of
from mock_server.scenarios.retelling import retell
from mock_server.settings import UNLIMITED
from mock_server.signing import Signer

CURRENCY = "USD"
RENDERED_JOBS = 1024
FAILED_STATUS = 502
CANCELLED_STATUS = 499


class Rendering:
    """Renders jobs, usage and files; URLs are signed with *signer*."""

    def __init__(self, contract: Contract, signer: Signer) -> None:
        """Render as *contract* says."""
        self._contract = contract
        self._signer = signer
        self._rendered: dict[str, tuple[Job, Answer]] = {}
        self._submitted = {name: _submitted(name) for name in contract.models}

    def submit_answer(self, job: Job) -> bytes:
        """Return the body that answers an accepted submission (rule JOB-SUBMIT)."""
        values = {"job_id": job.id, "created_at": timestamp(job.submitted_at)}
        return (self._submitted[job.model] % values).encode()

    def job_answer(self, job: Job, state: JobState) -> Answer:
        """Return the answer that tells *job* in *state*; that of a terminal job never changes and is rendered once."""
        kept = self._rendered.get(job.id)
        if kept is not None and kept[0] is job:
            return kept[1]
        answer = as_json(self.job(job, state))
        if state.status in TERMINAL:
            if len(self._rendered) >= RENDERED_JOBS:
                self._rendered.clear()
            self._rendered[job.id] = job, answer
        return answer

    def job(self, job: Job, state: JobState) -> dict[str, Any]:
        """Return *job* in *state* (rules JOB-SHAPE and JOB-RESULT), as its scenarios tell it."""
        completed = state.status is Status.COMPLETED
        error = job.error if state.status is Status.FAILED else None
        told = {
            "job_id": job.id,
            "status": state.status,
            "progress": state.steps / STEPS,
            "created_at": timestamp(job.submitted_at),
            "completed_at": timestamp(job.ended_at) if completed else None,
            "model": job.model,
            "result": self._result(job) if completed else None,
            "error": error and {"code": error.code, "message": error.message, "type": error.type},
        }
        course = course_of(job.scenarios)
        if course is not None:
            retell(told, course)
        return told

    def _result(self, job: Job) -> dict[str, Any]:
        model = self._contract.models[job.model]
        seconds = json_number(job.quote.seconds)
        video = {
            "url": self.video_url(job),
            "content_type": model.output.content_type,
            "duration_seconds": seconds,
            "file_id": file_id(job),
        }
        usage = {
            "billable_units": seconds,
            "billing_unit": model.billing_unit,
            "cost": money(job.quote.price_micros),
        }
        return {"data": [video], "usage": usage}

    def video_url(self, job: Job, *, from_moment: int | None = None) -> str:
        """Return the signed URL of the video of *job*, counted from its completion or *from_moment*."""
        expires = self.expires_at(job.ended_at if from_moment is None else from_moment)
        return self.url(job.base_url, media_path(job.id), expires)

    def url(self, base_url: str, path: str, expires_at: int) -> str:
        """Return the signed URL of *path* below *base_url*, good until *expires_at* in Unix seconds."""
        return self._signer.url(base_url, path, expires_at)

    def expires_at(self, from_moment: int) -> int:
        """Return when a URL signed at *from_moment* (microseconds) stops working, in Unix seconds."""
        return -(-from_moment // SECOND) + self._contract.api.limits.url_lifetime_seconds

    def usage_event(self, job: Job) -> dict[str, Any]:
        """Return the usage event of *job*, which has ended (rule USAGE)."""
        status = state_at(job, job.ended_at).status
        completed = status is Status.COMPLETED
        codes = {
            Status.COMPLETED: 200,
            Status.FAILED: FAILED_STATUS,
            Status.CANCELLED: CANCELLED_STATUS,
        }
        return {
            "id": event_id(job),
            "object": "usage_event",
            "source": "api",
            "model": job.model,
            "endpoint": self._contract.api.operations["submit"].path,
            "tokens": {"input": 0, "output": 0, "cached": 0, "total": 0},
            "cost": money(job.quote.price_micros if completed else 0),
            "status": event_status(job),
            "status_code": codes[status],
            "error": job.error.message if job.error else None if completed else status,
            "output_urls": [self.video_url(job)] if completed else [],
            "metadata": {},
            "created_at": timestamp(job.ended_at),
            "job_id": job.id,
        }


def _submitted(model: str) -> str:
    """Return the answer to a submission as a template: encoded once, for every job of *model*."""
    return encode(
        {
            "job_id": "%(job_id)s",
            "status": Status.QUEUED,
            "poll_url": "/v1/jobs/%(job_id)s",
            "model": model.replace("%", "%%"),
            "created_at": "%(created_at)s",
        }
    ).decode()


def money(micros: int) -> dict[str, Any]:
    """Return an amount of micro-dollars."""
    return {"amount": dollars(micros), "currency": CURRENCY}


def balance(account: Account) -> float | str:
    """Return what the account can still spend: dollars, or that it is unlimited."""
    left = account.ledger.balance
    return UNLIMITED if left is None else dollars(left)


def event_id(job: Job) -> str:
    """Return the id of the usage event of *job*."""
    return job.id.replace("job_", "use_", 1)


def event_status(job: Job) -> str:
    """Return ``success`` or ``error``, for a job that has ended."""
    return "success" if job.is_charged else "error"


def file_id(job: Job) -> str:
    """Return the id of the video file of *job*."""
    return job.id.replace("job_", "file_", 1)


def media_path(job_id: str) -> str:
    """Return the path of the video of a job."""
    return f"/media/{job_id}.mp4"


def clip_of(job: Job, fps: int) -> Clip:
    """Return everything that decides the bytes of the video of *job* (rule OUT-SEED)."""
    frame = job.frame
    tags = (
        ("title", job.model),
        ("comment", f"mode={job.mode} seed={json_number(job.seed)}"),
        ("description", job.prompt),
    )
    return Clip(
        width=frame.width,
        height=frame.height,
        fps=fps,
        frames=frame.frames,
        has_sound=frame.has_sound,
        tags=tags,
        picture=frame.picture,
        sound=frame.sound,
    )
