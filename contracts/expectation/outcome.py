"""What a request must lead to by the contract: a refusal with its rules, or a video of a size, a length and a price."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from contracts.document import Contract
from contracts.expectation.form import Broken, Form, form_of
from contracts.expectation.media import Fault, Known, Used, doubts_of, faults_of, nothing, used_by
from contracts.expectation.patterns import validator_for
from contracts.expectation.routing import TOO_MANY, broken_across, mode_of
from contracts.model import MICROS, Mode, Model, Rate

Size = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What an accepted request costs: *seconds* at *rate*, together *micros* micro-dollars."""

    rate: Rate
    seconds: Decimal
    micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """What comes out: *size* in pixels, None where it follows a picture that nobody measured; *frames* at *fps*."""

    size: Size | None
    fps: int
    frames: int
    has_sound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The request breaks rules: all of *broken*, or it names no model of the contract (*is_unknown_model*).

    It may break those of *doubted*, too: nobody knows.
    """

    broken: frozenset[Broken]
    is_unknown_model: bool = False
    doubted: frozenset[Broken] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The request keeps every rule: it runs in *mode* on *media*, costs *bill* and gives *video*.

    Unless there are *faults* in its media: with them it fails, and costs nothing. And unless it is refused for
    some of *doubted*, of which nobody knows.
    """

    model: Model
    mode: Mode
    bill: Bill
    video: Video
    media: tuple[Used, ...] = ()
    faults: tuple[Fault, ...] = ()
    doubted: frozenset[Broken] = frozenset()


class Expectation:
    """What requests must lead to by a contract, under policies that are known."""

    def __init__(self, contract: Contract, policies: Mapping[str, str]) -> None:
        """Read *contract* under *policies* (name to value)."""
        self._models = contract.models
        self._policies = policies
        self._validators = {
            name: validator_for(model.schema_under(policies))
            for name, model in contract.models.items()
        }

    def of(self, fields: Mapping[str, Any], known: Known = nothing) -> Refused | Accepted:
        """Return what *fields*, a JSON object, must lead to; *known* tells what is known of a medium."""
        name = fields.get("model")
        if isinstance(name, str) and name not in self._models:
            return Refused(broken=frozenset(), is_unknown_model=True)
        # Without a usable name the other fields are still checked, as those of the first model.
        name = name if isinstance(name, str) else next(iter(self._models))
        model = self._models[name]
        form = form_of(fields, model, self._validators[name])
        broken = form.broken | {*broken_across(form, model, self._policies)}
        mode, is_early = mode_of(form, model), self._policies["media_errors"] == "early"
        if broken and (mode is None or not is_early):
            return Refused(broken=broken)
        assert mode is not None, "of good form, and yet in no mode"
        media = used_by(form, mode, known)
        faults = faults_of(media, model)
        doubted = doubts_of(media, model) if is_early else frozenset()
        faulty = frozenset(fault.broken for fault in faults)
        if any(one.rule == TOO_MANY for one in broken):
            return Refused(broken=broken, doubted=doubted | faulty)  # who looks at too many?
        if broken or (faulty and is_early):
            return Refused(broken=broken | faulty, doubted=doubted)
        bill = _bill(form, model, mode)
        video = _video(form, model, mode, bill, self._policies)
        return Accepted(
            model=model,
            mode=mode,
            bill=bill,
            video=video,
            media=media,
            faults=faults,
            doubted=doubted,
        )


def _value(form: Form, model: Model, name: str) -> Any:
    return form.values.get(name, model.properties[name].get("default"))


def _bill(form: Form, model: Model, mode: Mode) -> Bill:
    """The rules PRICE-SECONDS, R2V-CAP, FLASH-SCOPE and the six tiers."""
    seconds = Decimal(str(_value(form, model, "duration")))
    if mode.max_seconds is not None:
        seconds = min(seconds, Decimal(mode.max_seconds))
    (rate,) = (
        rate
        for rate in model.rates
        if rate.applies(
            resolution=_value(form, model, "resolution"),
            flash=_value(form, model, "flash_mode") and mode.flash,
            audio=_value(form, model, "audio"),
        )
    )
    micros = (Decimal(rate.rate) * seconds * MICROS).to_integral_value(ROUND_HALF_UP)
    return Bill(rate=rate, seconds=seconds, micros=int(micros))


def _video(form: Form, model: Model, mode: Mode, bill: Bill, policies: Mapping[str, str]) -> Video:
    """The rules OUT-FORMAT, OUT-SIZE, OUT-DURATION and OUT-AUDIO."""
    size: Size | None = None
    if mode.frame == "table":
        ratio = _value(form, model, "aspect_ratio")
        size = model.output.sizes[_value(form, model, "resolution")][ratio]
    always = policies["standard_audio"] == "always" and not bill.rate.flash
    return Video(
        size=size,
        fps=model.output.fps,
        frames=int((bill.seconds * model.output.fps).to_integral_value(ROUND_HALF_UP)),
        has_sound=bool(_value(form, model, "audio")) or always,
    )


def size_after(picture: Size, resolution: str, model: Model) -> Size:
    """Return the size of a video that follows *picture*, by the formula of rule OUT-SIZE."""
    output = model.output
    table = output.sizes[resolution]
    width, height = picture
    for name in output.exact:
        if width * table[name][1] == height * table[name][0]:
            return table[name]
    pixels = math.prod(table[output.trusted])
    over, under = sorted([width, height], reverse=True)
    over = min(over, under * output.widest)
    # √(P·w/h) floored to a multiple of m is the largest k·m with (k·m)²·h ≤ P·w.
    long, short = (
        math.isqrt(pixels * one // other) // output.multiple * output.multiple
        for one, other in ((over, under), (under, over))
    )
    return (long, short) if width >= height else (short, long)
