"""The paid jobs: one for each price tier, as short as it may be, each looked at from all sides once it is there."""

from collections.abc import Iterator
from typing import Any

from contracts.document import Contract
from contracts.exchange import OTHER
from contracts.model import Mode, Model, Rate, Takes
from contracts.script import Download, Follow, OnJob, Script, Step, Submit
from contracts.specimens.catalogue import specimens
from contracts.specimens.specimen import Specimen
from contracts.sweep.fields import base
from contracts.sweep.lives import get
from contracts.sweep.media import upload

POLL_SECONDS = 5.0
MOST_POLLS = 240  # twenty minutes, twice the longest sample in the documentation
PICTURE = "picture"
RULES = (
    "PRICE-SECONDS",
    "JOB-SUBMIT",
    "JOB-SHAPE",
    "JOB-STATUS",
    "JOB-PROGRESS",
    "JOB-RESULT",
    "JOB-UNKNOWN",
    "OUT-FORMAT",
    "OUT-SIZE",
    "OUT-DURATION",
    "USAGE",
)


def scripts(contract: Contract, *, has_other: bool) -> Iterator[Script]:
    """Yield a script for each tier of each model; *has_other* tells that there is a key of another account."""
    looks = _looks(contract, has_other=has_other)
    for model in contract.models.values():
        for number, rate in enumerate(model.rates):
            fields = {**_fields(model, rate, number), **_varied(model, number)}
            mode = model.modes[fields["mode"]]
            files = {} if mode.takes is Takes.NOTHING else {"image": PICTURE}
            before = (upload(_picture(model), PICTURE),) if files else ()
            steps = (*before, Submit(fields=fields, files=files), *looks)
            yield Script(name=f"a job of {rate.charge}", rules=(rate.rule, *RULES), steps=steps)


def _fields(model: Model, rate: Rate, number: int) -> dict[str, Any]:
    modes = [mode for mode in model.modes.values() if _is_for(mode, rate)]
    fields = {
        **base(model),
        "mode": modes[number % len(modes)].name,
        "resolution": rate.resolution,
        "duration": model.properties["duration"]["minimum"],
        "flash_mode": rate.flash,
    }
    return fields if rate.audio is None else {**fields, "audio": rate.audio}


def _is_for(mode: Mode, rate: Rate) -> bool:
    return mode.flash if rate.flash else mode.takes is Takes.NOTHING


def _varied(model: Model, number: int) -> dict[str, Any]:
    """Return documented fields that decide no price, others for each *number*."""
    return {
        "aspect_ratio": _nth(model, "aspect_ratio", number),
        "shot_type": _nth(model, "shot_type", number),
        "prompt_extend": number % 2 == 0,
        "negative_prompt": "text" if number % 2 else "",
    }


def _nth(model: Model, name: str, number: int) -> Any:
    values = model.properties[name]["enum"]
    return values[number % len(values)]


def _picture(model: Model) -> Specimen:
    return next(one for one in specimens(model.media) if one.kind == "image" and one.wrong is None)


def _looks(contract: Contract, *, has_other: bool) -> tuple[Step, ...]:
    """Return what is looked at once a job was submitted."""
    operations = contract.api.operations
    others = [OnJob(operation="job", key=OTHER), OnJob(operation="cancel", key=OTHER)]
    return (
        OnJob(operation="job"),
        *(others if has_other else ()),
        Follow(seconds=POLL_SECONDS, most=MOST_POLLS),
        OnJob(operation="job"),
        OnJob(operation="cancel"),
        get("list", operations["list"].path),
        Download(),
        Download(method="HEAD"),
        Download(headers=(("range", "bytes=0-99"),)),
        get("usage", operations["usage"].path),
    )
