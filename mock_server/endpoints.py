"""The operations of the API, each a line of named steps."""

from itertools import islice

from mock_server import rendering
from mock_server.accounts import Account
from mock_server.answers import JSON, Answer, as_json
from mock_server.calls import Call, Endpoint
from mock_server.catalogue import card
from mock_server.clock import SECOND
from mock_server.commands import End, Ending, Poll
from mock_server.emulator import Emulator
from mock_server.intake.finding import Finding, refusals
from mock_server.intake.intake import Intake
from mock_server.jobs import Job
from mock_server.lifecycle import state_at
from mock_server.problems import Problem
from mock_server.queries import read_query
from mock_server.rendering import Rendering
from mock_server.repeats import Repeats
from mock_server.request import NO_MEDIA, Request
from mock_server.scenarios.catalogue import course_of
from mock_server.striking import refused, spoiled
from mock_server.submission import Submit
from mock_server.usage import usage_page
from mock_server.validation import Validation
from mock_server.violations import show

NOTHING_FOUND: tuple[Finding, ...] = ()


class Endpoints:
    """The operations on jobs, models and accounts."""

    def __init__(self, emulator: Emulator, rendering: Rendering, intake: Intake) -> None:
        """Serve *emulator*, whose requests bring media for *intake* to look at."""
        self._emulator = emulator
        self._contract = emulator.contract
        self._rendering = rendering
        self._intake = intake
        self._validation = Validation(emulator.contract)
        self._repeats = Repeats()
        limits = emulator.contract.api.limits
        self._max_body = emulator.settings.max_body or limits.max_body_bytes
        self._retention = limits.job_retention_seconds * SECOND
        self._cards = {model.id: card(model) for model in self._contract.models.values()}

    def by_operation(self) -> dict[str, Endpoint]:
        """Return the endpoint of each operation, by its id in the contract document."""
        return {
            "submit": self.submit,
            "job": self.job,
            "list": self.list,
            "cancel": self.cancel,
            "models": self.models,
            "model": self.model,
            "usage": self.usage,
            "livez": self.livez,
            "health": self.health,
        }

    async def submit(self, call: Call) -> Answer:
        """Accept a video generation, or tell every rule that the request breaks."""
        body = await call.body(self._max_body)
        _require_json(call)
        base_url, name = call.base_url(self._emulator.settings.public_url), call.caller.name
        # During a wait the caller's account may have been forgotten and opened anew.
        account = self._emulator.account(name)
        policies = account.terms.policies
        request, findings = self._repeats.find(body, policies), NOTHING_FOUND
        if request is None:
            request, findings = await self._examine(call, body, base_url, account)
            self._repeats.keep(body, policies, request)
        submit = Submit(request, base_url, findings)
        job, struck = await self._emulator.do(name, submit)
        if job is None:
            assert struck is not None
            return refused(struck, "submit", call, self._contract.api)
        account = self._emulator.account(name)
        call.belongs_to(account, job)
        status = int(account.terms.policies["submit_status"])
        answer = Answer(status=status, body=self._rendering.submit_answer(job))
        return answer if struck is None else spoiled(answer, struck, call)

    async def _examine(
        self, call: Call, body: bytes, base_url: str, account: Account
    ) -> tuple[Request, tuple[Finding, ...]]:
        """Return the request that *body* spells, and what is found in its media."""
        examined = self._validation.check(self._validation.read(body), account.terms.policies)
        findings = NOTHING_FOUND
        if examined.candidate.media != NO_MEDIA:
            own = {base_url, call.base_url(None)}
            findings = await self._intake.look(examined, account.shelf, own)
        request = self._validation.accept(examined, refusals(findings, account.terms.policies))
        return request, findings

    async def job(self, call: Call) -> Answer:
        """Tell how a job stands."""
        job, account = self._job_of(call), call.caller
        shown = account.glance(job)
        if shown is None:
            shown = await self._emulator.do(account.name, Poll(job.id))
        state, now = shown
        if self._is_forgotten(job, now):
            raise _unknown(job.id)
        return self._rendering.job_answer(job, state)

    async def list(self, call: Call) -> Answer:
        """List the account's jobs, newest first (rule JOB-LIST)."""
        query = read_query(self._contract.api.operations["list"], call.query_string)
        now = call.caller.clock.now()
        found = (
            (job, state)
            for job in call.caller.newest()
            if not self._is_forgotten(job, now)
            and (state := state_at(job, now)).status == (query["status"] or state.status)
        )
        jobs = [self._rendering.job(job, state) for job, state in islice(found, query["limit"])]
        return as_json({"object": "list", "data": jobs})

    async def cancel(self, call: Call) -> Answer:
        """Cancel a job that has not ended; another comes back unchanged."""
        job = self._job_of(call)
        if self._is_forgotten(job, call.caller.clock.now()):
            raise _unknown(job.id)
        job = await self._emulator.do(call.caller.name, End(job.id, Ending.CANCEL))
        return as_json(self._rendering.job(job, state_at(job, call.caller.clock.now())))

    async def models(self, call: Call) -> Answer:  # noqa: ARG002 - the same for everybody
        """List the cards of all models."""
        return as_json({"object": "list", "data": [*self._cards.values()]})

    async def model(self, call: Call) -> Answer:
        """Return the card of one model."""
        name = call.path_parameter("model_id")
        if name not in self._cards:
            message = f"model {show(name)} is not known; one of {', '.join(self._cards)} would do."
            raise Problem("model_not_found", message)
        return as_json(self._cards[name])

    async def usage(self, call: Call) -> Answer:
        """Return the account's balance and usage events, newest first (rule USAGE)."""
        query = read_query(self._contract.api.operations["usage"], call.query_string)
        account = call.caller
        await self._emulator.settled(account)
        balance = {"amount": rendering.balance(account), "currency": rendering.CURRENCY}
        jobs, more = usage_page(account.ended, query)
        events = [self._rendering.usage_event(job) for job in jobs]
        cursor = events[-1]["id"] if more else None
        return as_json(
            {"object": "list", "balance": balance, "data": events, "next_cursor": cursor}
        )

    async def livez(self, call: Call) -> Answer:  # noqa: ARG002 - the same for everybody
        """Tell that the service is alive (rule HEALTH)."""
        return as_json({"status": "ok"})

    async def health(self, call: Call) -> Answer:  # noqa: ARG002 - the same for everybody
        """Tell how the workers are; each model's is in this very process, so no latency lies between."""
        workers = {
            name: {"status": "ok", "latency_ms": 0.0, "models": [name], "model_slugs": [name]}
            for name in self._cards
        }
        checked_at = self._emulator.time() // SECOND
        return as_json(
            {"service": "gateway", "status": "ok", "checked_at": checked_at, "workers": workers}
        )

    def _job_of(self, call: Call) -> Job:
        """Return the job in the path, unless it is unknown or another account's."""
        job_id = call.path_parameter("job_id")
        job = call.caller.job(job_id)
        if job is None:
            raise _unknown(job_id)
        return job

    def _is_forgotten(self, job: Job, now: int) -> bool:
        """Tell whether the API no longer knows *job* (rule JOB-RETENTION)."""
        retention = self._retention
        if job.scenarios:
            course = course_of(job.scenarios)
            if course is not None and course.retention_seconds is not None:
                retention = course.retention_seconds * SECOND
        return now - job.ended_at >= retention


def _unknown(job_id: str) -> Problem:
    message = (
        f"job {show(job_id)} is not known; it may be another account's, or have ended too long ago."
    )
    return Problem("job_not_found", message)


def _require_json(call: Call) -> None:
    """Refuse a body that is not announced as JSON (rule REQ-JSON)."""
    sent = call.header(b"content-type")
    if sent == JSON:
        return
    if sent is None or sent.partition(";")[0].strip().lower() != JSON:
        found = "no content type" if sent is None else f"content-type {show(sent)}"
        raise Problem("unsupported_media_type", f"the request has {found}; {JSON} would do.")
