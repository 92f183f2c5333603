"""Scripts about the lives of jobs: states, cancels, retention, lists, other people's jobs, and books."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.document import Contract
from contracts.exchange import JSON, MAIN, OTHER, Sent
from contracts.script import Call, Download, Follow, OnJob, Script, Step, Submit, Wait
from contracts.sweep.fields import base
from contracts.sweep.values import NOT_AN_UPLOAD

POLL, CANCEL = OnJob(operation="job"), OnJob(operation="cancel")
LONG_SECONDS = 60.0
CANCELS, LATER_SECONDS = 8, 0.5


def get(operation: str, target: str, key: str | None = MAIN) -> Call:
    """Return a step that reads *target*."""
    return Call(Sent(operation=operation, method="GET", target=target, key=key))


def scripts(contract: Contract) -> Iterator[Script]:
    """Yield a script for each way that a job may go."""
    for model in contract.models.values():
        submit = Submit(fields=base(model))
        yield _whole(contract, submit)
        yield from _cancelled(contract, submit)
        yield _of_another(contract, submit)
        yield _forgotten(contract, submit)
        yield _failing(contract, {**submit.fields, "image": NOT_AN_UPLOAD, "mode": "i2v"})
        yield _lists(contract, submit)
    yield _unknown(contract)


def _reads(contract: Contract, key: str = MAIN) -> tuple[Call, Call]:
    """Return looks at the usage page and at the list of the account of *key*."""
    operations = contract.api.operations
    usage, jobs = operations["usage"].path, operations["list"].path
    return get("usage", usage, key), get("list", jobs, key)


def _whole(contract: Contract, submit: Submit) -> Script:
    usage, jobs = _reads(contract)
    rules = ("JOB-STATUS", "JOB-FORWARD", "JOB-PROGRESS", "JOB-TERMINAL", "JOB-RESULT")
    return _script(
        "a job to its end, and after it",
        (*rules, "USAGE", "PRICE-ONCE"),
        *(usage, submit, POLL, POLL, usage),
        *(Follow(seconds=0.1), POLL, usage, Download()),
        *(Wait(seconds=LONG_SECONDS), POLL, POLL, jobs, usage),
    )


def _cancelled(contract: Contract, submit: Submit) -> Iterator[Script]:
    usage, jobs = _reads(contract)
    long = Wait(seconds=LONG_SECONDS)
    yield _script(
        "a job cancelled at once",
        ("JOB-CANCEL", "PRICE-FAILED"),
        *(usage, submit, CANCEL, POLL, CANCEL, usage, jobs),
    )
    yield _script(
        "a job cancelled while it runs",
        ("JOB-CANCEL", "PRICE-FAILED"),
        *(usage, submit, Wait(seconds=1), POLL, CANCEL, long, POLL, usage),
    )
    late = [f"job{number}" for number in range(CANCELS)]
    yield _script(
        "jobs cancelled one after another while they run",
        ("JOB-CANCEL", "PRICE-FAILED"),
        *(Submit(fields=submit.fields, job=job) for job in late),
        *(step for job in late for step in _cancel_later(job)),
        usage,
    )
    odd = ("null", "[]", '"x"', "{", '{"reason": "x"}')
    yield _script(
        "jobs cancelled with a body",
        ("JOB-CANCEL",),
        *(Submit(fields=submit.fields, job=f"job{number}") for number in range(len(odd))),
        *(
            OnJob(operation="cancel", job=f"job{number}", body=body.encode(), headers=headers)
            for number, body in enumerate(odd)
            for headers in [(("content-type", "text/plain" if number % 2 else JSON),)]
        ),
    )
    yield _script(
        "a job cancelled after its end",
        ("JOB-CANCEL", "JOB-TERMINAL"),
        *(submit, long, POLL, CANCEL, POLL, usage),
    )


def _cancel_later(job: str) -> tuple[Step, ...]:
    """Return steps that cancel *job* a little later, unless it has ended."""
    wait = Wait(seconds=LATER_SECONDS)
    return (wait, OnJob(operation="job", job=job), OnJob(operation="cancel", job=job))


def _of_another(contract: Contract, submit: Submit) -> Script:
    usage, jobs = _reads(contract, OTHER)
    others = [OnJob(operation=operation, key=OTHER) for operation in ("job", "cancel")]
    return _script("a job of somebody else", ("JOB-UNKNOWN",), submit, *others, POLL, jobs, usage)


def _forgotten(contract: Contract, submit: Submit) -> Script:
    usage, jobs = _reads(contract)
    nearly = Wait(seconds=contract.api.limits.job_retention_seconds - 10)
    return _script(
        "a job that is forgotten",
        ("JOB-RETENTION",),
        *(submit, Follow(), nearly, POLL, Wait(seconds=20), POLL, CANCEL, jobs, usage),
    )


def _failing(contract: Contract, fields: Mapping[str, Any]) -> Script:
    usage, jobs = _reads(contract)
    return _script(
        "a job that fails",
        ("PRICE-FAILED", "JOB-RESULT", "JOB-PROGRESS"),
        *(usage, Submit(fields=fields), Follow(seconds=0.2), POLL, CANCEL, usage, jobs),
    )


def _script(name: str, rules: tuple[str, ...], *steps: Step) -> Script:
    return Script(name=name, rules=rules, steps=steps)


# What lists are asked for, good and bad.
LISTINGS = (
    "limit=1",
    "limit=3",
    "limit=100",
    "limit=0",
    "limit=101",
    "limit=x",
    "limit=",
    "status=queued",
    "status=completed",
    "status=cancelled",
    "status=failed",
    "status=done",
    "status=processing&limit=2",
    "status=completed&limit=1",
    "status=cancelled&limit=1",
)


def _lists(contract: Contract, submit: Submit) -> Script:
    path = contract.api.operations["list"].path
    many = [Submit(fields=submit.fields, job=f"job{number}") for number in range(4)]
    asked = [f"{path}?{query}" for query in LISTINGS]
    looks = [get("list", target) for target in (path, *asked)]
    usage = contract.api.operations["usage"].path
    model = submit.fields["model"]
    queries = (
        *("limit=1", "limit=3", "status=success", "status=error", "status=error&limit=1"),
        *(f"model={model}", f"model={model}-0"),
    )
    return _script(
        "lists",
        ("JOB-LIST", "USAGE"),
        *many,
        OnJob(operation="cancel", job="job1"),
        *looks,
        Wait(seconds=1),
        *looks,
        Wait(seconds=LONG_SECONDS),
        Submit(fields=submit.fields, job="newest"),
        *looks,
        *[get("usage", f"{usage}?{query}") for query in queries],
    )


def _unknown(contract: Contract) -> Script:
    path = contract.api.operations["job"].path
    ids = ("job_000000000000000000000000", "job_", "nothing", "JOB_000000000000000000000000")
    steps = []
    for job_id in ids:
        target = path.replace("{job_id}", job_id)
        steps += [
            get("job", target),
            Call(Sent(operation="cancel", method="POST", target=f"{target}/cancel")),
        ]
    return _script("jobs that nobody has", ("JOB-UNKNOWN",), *steps)
