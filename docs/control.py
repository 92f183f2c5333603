"""The reference of the control interface: every call, with answers that an emulator gave."""

import asyncio
import inspect
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import httpx

from contracts.document import Contract
from docs.markdown import code, codes, table
from mock_server.app import create_app
from mock_server.control import account_page, clock_page
from mock_server.control_calls import control_calls
from mock_server.emulator import Emulator
from mock_server.events import Views
from mock_server.fault_control import NAMES
from mock_server.intake.inspector import Inspector
from mock_server.intake.intake import Intake
from mock_server.job_control import JobControl
from mock_server.keys import Keyring
from mock_server.media.library import ClipLibrary
from mock_server.rendering import Rendering
from mock_server.samples import fixture_path
from mock_server.settings import Settings
from mock_server.signing import Signer
from mock_server.storage import Storage
from mock_server.watch import Watch

NOW = 1_795_370_400_000_000  # 2026-11-22T18:00:00Z, in microseconds
URL = "http://127.0.0.1:8026"
FAULT = "POST /_mock/faults"
EXAMPLE = {"model": "wan-2-6", "prompt": "sunrise over the ocean", "duration": 6}
ACTION = {"operation": "poll", "after": 1, "times": 2, "action": {"status": 503}}
BODIES: Mapping[str, Any] = {
    "PUT /_mock/clock": {"mode": "manual"},
    "POST /_mock/clock/advance": {"seconds": 1.5},
    "PATCH /_mock/account": {"balance": 10, "policies": {"r2v_over_cap": "reject"}},
    "POST /_mock/faults": ACTION,
    "POST /_mock/quote": EXAMPLE,
    "POST /_mock/jobs/{job_id}/fail": {"message": "InternalError.Algo: no luck"},
}
# The calls whose answers are shown, in this order: later ones see what earlier ones did.
ASKED = (
    "GET /_mock/clock",
    "GET /_mock/account",
    "GET /_mock/jobs/{job_id}",
    "GET /_mock/requests",
    "POST /_mock/quote",
    "POST /_mock/faults",
    "PATCH /_mock/account",
    "PUT /_mock/clock",
    "POST /_mock/clock/advance",
    "POST /_mock/jobs/{job_id}/fail",
    "GET /_mock/accounts",
    "GET /_mock/scenarios",
    "GET /_mock/rules",
)
A_JOB = "The job, as from `GET /_mock/jobs/{job_id}`."
NOTHING = "204, without a body."
ANSWERS: Mapping[str, str] = {
    "DELETE /_mock/account": NOTHING,
    "GET /_mock/faults": '`{"object": "list", "data": [...]}`, each as from `POST /_mock/faults`.',
    "DELETE /_mock/faults": NOTHING,
    "GET /_mock/faults/{fault_id}": "The fault, as from `POST /_mock/faults`.",
    "DELETE /_mock/faults/{fault_id}": NOTHING,
    "GET /_mock/jobs": '`{"object": "list", "data": [...], "has_more": false}`: the newest 100, each as from `GET /_mock/jobs/{job_id}`.',
    "POST /_mock/jobs/{job_id}/finish": A_JOB,
    "POST /_mock/jobs/{job_id}/cancel": A_JOB,
    "DELETE /_mock/requests": NOTHING,
    "GET /_mock/events": "`text/event-stream` without end: `hello`, then `request`, `job`, `clock`, `account` and `reset`.",
    "GET /metrics": "Prometheus' text format, or OpenMetrics where `Accept` asks for it.",
}
QUERIES: Mapping[str, Mapping[str, str]] = {
    "GET /_mock/requests": {
        "id": "only the request with this `x-request-id`",
        "operation": "what was asked for: an operation of the API, such as `submit` or `poll`",
        "status": "a status (`404`), a class (`4xx`), or `none` where the connection ended without an answer",
        "job_id": "only requests about this job",
        "since": "only from this moment on the account's clock",
        "limit": "how many at most: 1 to 1000, 100 when absent",
    }
}

# What each field of a body means, by call.
FIELDS_OF: Mapping[str, Mapping[str, str]] = {
    "PUT /_mock/clock": {"mode": "`real`, `manual` or `skip`"},
    "POST /_mock/clock/advance": {"seconds": "how far to move the clock, 0 or more; any mode"},
    "PATCH /_mock/account": {
        "balance": 'US dollars, or `"unlimited"`',
        "rpm": "requests a minute, 0 for any number",
        "latency": "a profile (`quick`, `realistic`, `instant`) or seconds",
        "scenario": "what every later job gets, null for none",
        "policies": "an object of policy names and values; the others stay",
    },
    "POST /_mock/jobs/{job_id}/fail": {
        "code": "a code of the error table; `upstream_error` when absent",
        "message": "what `error.message` says",
    },
    "POST /_mock/faults": {
        "operation": f"which requests: {codes(NAMES)}",
        "after": "how many of them are spared first; 0 when absent",
        "times": "how many are struck before the fault has healed; for ever when absent",
        "probability": "of being struck, 0 to 1; 1 when absent",
        "seed": "which ones are struck when that is below 1; 0 when absent",
        "action": "what the client gets; see [the fields of an action](#the-fields-of-an-action)",
        "scenario": "a scenario's name, in place of all but `times`",
    },
}

ACTIONS: Mapping[str, str] = {
    "status": "400-599 in place of the operation, which is not carried out; 200-399 in place of the real status",
    "body": "this text or JSON in place of the body; at most 1 MiB",
    "headers": "an object of headers to set; null takes one away",
    "delay_seconds": "the answer that much later, in real seconds; at most 3600",
    "reset": 'true: a TCP reset before the answer; `"body"`: after half of the body',
    "drop": "true: the connection ends before the answer",
    "truncate_bytes": "only so many bytes of the body, fewer than `Content-Length` says",
    "drip_bytes_per_second": "the body at that pace",
    "malformed": 'true: something that is not HTTP; `"body"`: half of the body under headers that fit it',
}


class Told(NamedTuple):
    """A call of the control interface."""

    method: str
    path: str
    does: str
    needs_account: bool

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"


def calls(contract: Contract) -> str:
    """Return a section on every call that answers JSON or text."""
    answers = asyncio.run(_answers())
    return "\n\n".join(_section(call, answers) for call in _calls(contract))


def fault_fields() -> str:
    """Return the fields of a fault."""
    return _meanings("field", FIELDS_OF[FAULT])


def action_fields() -> str:
    """Return the fields of a fault's action."""
    return _meanings("field", ACTIONS)


def _meanings(head: str, meanings: Mapping[str, str]) -> str:
    return table((head, "meaning"), ((code(name), text) for name, text in meanings.items()))


def _calls(contract: Contract) -> Iterator[Told]:
    """Yield every call that code has, those of the dashboard's files aside."""
    with Storage() as storage:
        emulator = Emulator(contract, Settings(), lambda: NOW, storage)
        jobs = JobControl(emulator, Rendering(contract, Signer(0)))
        views = Views(job=jobs.page, account=account_page, clock=clock_page)
        watch = Watch(emulator, Keyring(contract.api, None), ClipLibrary(0), views)
        inspector = Inspector(seconds=1, memory_bytes=0)  # nobody has it look at anything
        intake = Intake(contract.api.limits, inspector, sample=fixture_path)
        known = control_calls(emulator, watch, jobs, intake)
    for by_path, needs_account in ((known.of_accounts, True), (known.of_all, False)):
        for path, methods in by_path.items():
            for method, endpoint in methods.items():
                does = (inspect.getdoc(endpoint) or "").splitlines()[0]
                yield Told(method, path, does, needs_account)


def _section(call: Told, answers: Mapping[str, str]) -> str:
    parts = [
        f"### {call.name}",
        call.does if call.needs_account else f"{call.does} It needs no account.",
    ]
    for what, meanings in (("query", QUERIES), ("body", FIELDS_OF)):
        if call.name in meanings and call.name != FAULT:
            parts.append(_meanings(what, meanings[call.name]))
    if call.name == FAULT:
        parts.append("The body is told under [the fields of a fault](#the-fields-of-a-fault).")
    if call.name in BODIES:
        parts.append(f"Body sent, for example:\n\n```json\n{json.dumps(BODIES[call.name])}\n```")
    parts.append(
        f"Answer: {ANSWERS[call.name]}"
        if call.name in ANSWERS
        else f"Answer:\n\n{answers[call.name]}"
    )
    return "\n\n".join(parts)


async def _answers() -> dict[str, str]:
    """Return what an emulator whose time stands still answers each call, one after the other."""
    app = create_app(Settings(), time=lambda: NOW)
    transport = httpx.ASGITransport(app)
    headers = {"x-api-key": "sk-empiriolabs-me", "content-type": "application/json"}
    async with httpx.AsyncClient(transport=transport, base_url=URL, headers=headers) as client:
        path = "/v1/videos/generations"
        submitted = await client.post(path, content=json.dumps(EXAMPLE))
        job_id = submitted.json()["job_id"]
        await client.post(path, content=json.dumps({**EXAMPLE, "duration": 20}))
        return {call: await _answer(client, call, job_id) for call in ASKED}


async def _answer(client: httpx.AsyncClient, call: str, job_id: str) -> str:
    method, path = call.split()
    body = json.dumps(BODIES[call]) if call in BODIES else None
    answer = await client.request(method, path.format(job_id=job_id), content=body)
    assert answer.is_success, (call, answer.text)
    shown = _shortened(answer.json())
    return f"```json\n{json.dumps(shown, ensure_ascii=False, indent=2)}\n```"


def _shortened(value: dict[str, Any]) -> dict[str, Any]:
    """Return *value*, a list cut to its first entry, and without what differs from run to run."""
    if "data" not in value:
        return value
    first = value["data"][0]
    if "milliseconds" in first:
        first["milliseconds"] = 0.7
        headers = first["request"]["headers"]
        first["request"]["headers"] = {
            name: headers[name] for name in ("x-api-key", "content-type")
        }
    return {**value, "data": [first]}
