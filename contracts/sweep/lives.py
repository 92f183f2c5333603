"""Scripts about the lives of jobs: states, cancels, retention, lists, other people's jobs, downloads and books."""

from collections.abc import Iterator

from contracts.document import Contract
from contracts.exchange import MAIN, OTHER, Sent
from contracts.script import Call, Download, Follow, OnJob, Script, Step, Submit, Wait
from contracts.sweep.fields import base
from contracts.sweep.values import URL

POLL, CANCEL = OnJob(operation="job"), OnJob(operation="cancel")
LONG_SECONDS = 60.0


def get(operation: str, target: str, key: str | None = MAIN) -> Call:
    """Return a step that reads *target*."""
    return Call(Sent(operation=operation, method="GET", target=target, key=key))


def scripts(contract: Contract) -> Iterator[Script]:
    """Yield a script for each way that a job may go."""
    operations = contract.api.operations
    usage, jobs = get("usage", operations["usage"].path), get("list", operations["list"].path)
    retention = contract.api.limits.job_retention_seconds
    for model in contract.models.values():
        submit = Submit(fields=base(model))
        yield _script(
            "a job to its end, and after it",
            (
                "JOB-STATUS",
                "JOB-FORWARD",
                "JOB-PROGRESS",
                "JOB-TERMINAL",
                "JOB-RESULT",
                "USAGE",
                "PRICE-ONCE",
            ),
            usage,
            submit,
            POLL,
            POLL,
            usage,
            Follow(seconds=0.1),
            POLL,
            usage,
            Download(),
            Wait(seconds=LONG_SECONDS),
            POLL,
            POLL,
            jobs,
            usage,
        )
        yield _script(
            "a job cancelled at once",
            ("JOB-CANCEL", "PRICE-FAILED"),
            usage,
            submit,
            CANCEL,
            POLL,
            CANCEL,
            usage,
            jobs,
        )
        yield _script(
            "a job cancelled while it runs",
            ("JOB-CANCEL", "PRICE-FAILED"),
            usage,
            submit,
            Wait(seconds=1),
            POLL,
            CANCEL,
            Wait(seconds=LONG_SECONDS),
            POLL,
            usage,
        )
        yield _script(
            "a job cancelled after its end",
            ("JOB-CANCEL", "JOB-TERMINAL"),
            submit,
            Wait(seconds=LONG_SECONDS),
            POLL,
            CANCEL,
            POLL,
            usage,
        )
        yield _script(
            "a job of somebody else",
            ("JOB-UNKNOWN",),
            submit,
            OnJob(operation="job", key=OTHER),
            OnJob(operation="cancel", key=OTHER),
            POLL,
            get("list", operations["list"].path, OTHER),
            get("usage", operations["usage"].path, OTHER),
        )
        yield _script(
            "a job that is forgotten",
            ("JOB-RETENTION",),
            submit,
            Follow(),
            Wait(seconds=retention - 10),
            POLL,
            Wait(seconds=20),
            POLL,
            CANCEL,
            jobs,
            usage,
        )
        bad = {**base(model), "image": "bunny://nothing/of/the/kind.png", "mode": "i2v"}
        yield _script(
            "a job that fails",
            ("PRICE-FAILED", "JOB-RESULT", "JOB-PROGRESS"),
            usage,
            Submit(fields=bad),
            Follow(seconds=0.2),
            POLL,
            CANCEL,
            usage,
            jobs,
        )
        yield _lists(contract, submit)
        yield from _downloads(model.output.sizes, base(model))
    yield _unknown(contract)


def _script(name: str, rules: tuple[str, ...], *steps: Step) -> Script:
    return Script(name=name, rules=rules, steps=steps)


def _lists(contract: Contract, submit: Submit) -> Script:
    path = contract.api.operations["list"].path
    many = [Submit(fields=submit.fields, job=f"job{number}") for number in range(4)]
    asked = [
        f"{path}?{query}"
        for query in (
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
        )
    ]
    looks = [get("list", target) for target in (path, *asked)]
    usage = contract.api.operations["usage"].path
    queries = ("limit=1", "limit=3", "status=success", "status=error", "status=error&limit=1")
    return _script(
        "lists",
        ("JOB-LIST", "USAGE"),
        *many,
        OnJob(operation="cancel", job="job1"),
        *looks,
        Wait(seconds=1),
        *looks,
        Wait(seconds=LONG_SECONDS),
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


def _downloads(sizes: object, fields: dict[str, object]) -> Iterator[Script]:
    assert isinstance(sizes, dict)
    for resolution, by_ratio in sizes.items():
        for ratio in by_ratio:
            chosen = {
                **fields,
                "resolution": resolution,
                "aspect_ratio": ratio,
                "audio": ratio != "1:1",
            }
            yield _script(
                f"the video of {resolution} {ratio}",
                ("OUT-FORMAT", "OUT-SIZE", "OUT-DURATION", "OUT-AUDIO"),
                Submit(fields=chosen),
                Follow(),
                Download(),
            )
    submit = Submit(fields={**fields, "duration": 5.5})
    ranges = (
        "bytes=0-99",
        "bytes=100-",
        "bytes=-100",
        "bytes=0-99999999",
        "bytes=99999999-",
        "bytes=-0",
        "bytes=5-4",
    )
    asked = [Download(headers=(("range", value),)) for value in ranges]
    yield _script(
        "how the video is served",
        ("OUT-DOWNLOAD", "OUT-URL"),
        submit,
        Follow(),
        Download(),
        Download(method="HEAD"),
        *asked,
        Download(headers=(("range", "bytes=0-9"), ("if-range", '"another"'))),
        Download(headers=(("if-none-match", "*"),)),
        Download(spoil=("sig=", "sig=0")),
        Download(spoil=("expires=1", "expires=2")),
        Download(spoil=("job_", "job_0")),
        Download(),
    )
    yield _script(
        "a picture to animate",
        ("OUT-SIZE", "I2V-RATIO"),
        Submit(fields={**fields, "image": URL, "aspect_ratio": "1:1"}),
        Follow(),
        Download(),
    )
