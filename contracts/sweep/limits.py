"""Scripts about how much an account may do; they change an emulator's accounts, and set them right again."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from contracts.document import Contract
from contracts.model import MICROS, Model
from contracts.passing import ACCOUNT
from contracts.script import Call, Control, Follow, OnJob, Script, Step, Submit, Wait
from contracts.sweep.fields import base
from contracts.sweep.lives import get

MOST = 3
PLENTY = 100_000


def scripts(contract: Contract) -> Iterator[Script]:
    """Yield scripts about rates and about credit."""
    operations = contract.api.operations
    jobs = get("list", operations["list"].path)
    models, usage = get("models", operations["models"].path), get("usage", operations["usage"].path)
    yield _rates(contract, models)
    for model in contract.models.values():
        yield from _credit(model, usage, jobs)


def _terms(**fields: Any) -> Control:
    return Control(method="PATCH", path=ACCOUNT, fields=fields)


def _rates(contract: Contract, look: Call) -> Script:
    window = contract.api.limits.rate_window_seconds
    steps: tuple[Step, ...] = (
        _terms(rpm=MOST),
        look,
        Wait(seconds=window / 4),
        look,
        look,
        look,
        Wait(seconds=window / 4 + 0.5),
        look,
        Wait(seconds=window / 4 - 0.5),
        look,
        Wait(seconds=window / 4),
        look,
        Wait(seconds=window),
        *[look] * (MOST + 2),
        Wait(seconds=window - 1),
        look,
        Wait(seconds=1),
        look,
        look,
        Wait(seconds=2 * window),
        look,
        _terms(rpm=0),
        *[look] * (MOST + 1),
    )
    return Script(name="the rate", rules=("LIMIT-RPM",), steps=steps)


def _credit(model: Model, usage: Call, jobs: Call) -> Iterator[Script]:
    fields = {**base(model), "duration": model.properties["duration"]["minimum"], "mode": "t2v"}
    price = _price(model, fields)
    rules = ("CREDIT", "PRICE-FAILED", "PRICE-ONCE")
    submit, second = Submit(fields=fields), Submit(fields=fields, job="second")
    third = Submit(fields=fields, job="third")
    steps: tuple[Step, ...] = (
        _terms(balance=_dollars(price)),
        usage,
        submit,
        second,
        usage,
        OnJob(operation="cancel"),
        second,
        third,
        Follow(job="second"),
        third,
        usage,
        _terms(balance=PLENTY),
    )
    yield Script(name="a balance for one job", rules=rules, steps=steps)
    poor = (jobs, _terms(balance=_dollars(price - 1)), submit, usage, jobs)
    steps = (*poor, _terms(balance=PLENTY), submit)
    yield Script(name="a balance that just does not do", rules=("CREDIT",), steps=steps)
    steps = (_terms(balance=0), submit, usage, _terms(balance=PLENTY))
    yield Script(name="no balance", rules=("CREDIT",), steps=steps)


def _price(model: Model, fields: Mapping[str, Any]) -> int:
    """Return what the standard job of *fields* costs, in micro-dollars."""
    rate = next(
        one for one in model.rates if one.resolution == fields["resolution"] and not one.flash
    )
    return rate.micros_per_second * int(fields["duration"])


def _dollars(micros: int) -> float:
    return float(Decimal(micros) / MICROS)
