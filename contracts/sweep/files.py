"""Scripts about uploads, URLs and how long they last."""

from collections.abc import Iterator

from contracts.document import Contract
from contracts.exchange import OTHER
from contracts.expectation.media import IMAGE
from contracts.model import Model
from contracts.script import Download, Follow, OnJob, Script, Sign, Submit, Wait
from contracts.specimens.catalogue import specimens
from contracts.sweep.fields import base
from contracts.sweep.lives import get
from contracts.sweep.media import upload
from contracts.sweep.values import URL

RULES = ("OUT-URL",)
SHORT = 30.0
SEED = 7
NO_SEED = 0  # for who takes what is false for what is not there


def scripts(contract: Contract) -> Iterator[Script]:
    """Yield scripts that download until nothing is there any more, and the same video twice."""
    for model in contract.models.values():
        yield _video(contract, model)
        yield _upload(contract, model)
        yield _seeds(model)
        yield _flash(model)
    sign = contract.api.operations["sign"].path
    asked = [get("sign", f"{sign}{query}") for query in ("", "?file_id=", "?file_id=file_0")]
    yield Script(name="fresh URLs of nothing", rules=RULES, steps=(*asked,))


def _video(contract: Contract, model: Model) -> Script:
    limits = contract.api.limits
    week, month = limits.url_lifetime_seconds, limits.file_retention_seconds
    steps = (
        Submit(fields=base(model)),
        Follow(),
        Download(),
        Sign(),
        Sign(key=OTHER),
        Download(signed=True),
        Wait(seconds=limits.job_retention_seconds + SHORT),
        OnJob(operation="job"),
        Download(),
        Wait(seconds=week - limits.job_retention_seconds - 2 * SHORT),
        Download(),
        Sign(),
        Wait(seconds=2 * SHORT),
        Download(),
        Download(signed=True),
        Sign(),
        Wait(seconds=week - SHORT),
        Download(signed=True),
        Wait(seconds=2 * SHORT),
        Download(signed=True),
        Wait(seconds=month - 2 * week - 4 * SHORT),
        Sign(),
        Download(signed=True),
        Wait(seconds=5 * SHORT),
        Sign(),
    )
    return Script(name="how long a video can be had", rules=RULES, steps=steps)


def _upload(contract: Contract, model: Model) -> Script:
    limits = contract.api.limits
    week, month = limits.url_lifetime_seconds, limits.file_retention_seconds
    picture = next(one for one in specimens(model.media) if one.kind == IMAGE)
    steps = (
        upload(picture, "file"),
        Download(job="file"),
        Download(job="file", spoil=("expires=1", "expires=2")),
        Sign(of="file", key=OTHER),
        Wait(seconds=week - SHORT),
        Download(job="file"),
        Sign(of="file"),
        Wait(seconds=2 * SHORT),
        Download(job="file"),
        Download(job="file", signed=True),
        Wait(seconds=month - week - 2 * SHORT),
        Sign(of="file"),
        Wait(seconds=2 * SHORT),
        Sign(of="file"),
    )
    return Script(name="how long an upload can be had", rules=(*RULES, "REQ-IMAGE"), steps=steps)


def _seeds(model: Model) -> Script:
    jobs = {"first": SEED, "second": SEED, "third": SEED + 1, "zero": NO_SEED, "again": NO_SEED}
    submits = [Submit(fields={**base(model), "seed": seed}, job=job) for job, seed in jobs.items()]
    looks = [step for job in jobs for step in (Follow(job=job), Download(job=job))]
    return Script(name="seeds", rules=("OUT-SEED",), steps=(*submits, *looks))


def _flash(model: Model) -> Script:
    fields = {**base(model), "image": URL, "seed": SEED}
    steps = (
        Submit(fields=fields, job="standard"),
        Submit(fields={**fields, "flash_mode": True}, job="flash"),
        Follow(job="standard"),
        Follow(job="flash"),
    )
    return Script(name="flash and standard", rules=("FLASH-FASTER",), steps=steps)
