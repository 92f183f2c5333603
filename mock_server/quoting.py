"""What a request would cost and give, offline."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.document import Contract
from mock_server.exact import json_number
from mock_server.jobs import Frame
from mock_server.latency import Choice
from mock_server.planning import Terms, frame_of
from mock_server.pricing import Quote, dollars, quote, show_dollars
from mock_server.rendering import CURRENCY
from mock_server.request import Request
from mock_server.validation import Validation

ANY_LATENCY: Choice = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A valid request with its bill and its video."""

    request: Request
    quote: Quote
    frame: Frame
    fps: int


def estimate(raw: bytes, contract: Contract, policies: Mapping[str, str]) -> Estimate:
    """Return what the request that *raw* spells gets under *policies*.

    Raises:
        Problem: the request breaks a rule.
    """
    validation = Validation(contract)
    request = validation.check(validation.read(raw), policies)
    model = contract.models[request.model]
    bill = quote(request, model)
    frame = frame_of(request, bill, model, Terms(policies=policies, latency=ANY_LATENCY))
    return Estimate(request=request, quote=bill, frame=frame, fps=model.output.fps)


def as_fields(found: Estimate) -> dict[str, Any]:
    """Return *found* for a machine to read."""
    return {
        "model": found.request.model,
        "mode": found.request.mode,
        "tier": found.quote.rate.charge,
        "rule": found.quote.rate.rule,
        "rate": found.quote.rate.rate,
        "billed_seconds": json_number(found.quote.seconds),
        "price": dollars(found.quote.price_micros),
        "currency": CURRENCY,
        "width": found.frame.width,
        "height": found.frame.height,
        "fps": found.fps,
        "frames": found.frame.frames,
        "sound": found.frame.has_sound,
    }


def as_text(found: Estimate) -> str:
    """Return *found* for a person to read."""
    bill, frame = found.quote, found.frame
    sound = "with sound" if frame.has_sound else "silent"
    return "\n".join(
        (
            f"mode    {found.request.mode}",
            f"tier    {bill.rate.charge} ({bill.rate.rule})",
            f"rate    US$ {bill.rate.rate} per second",
            f"billed  {json_number(bill.seconds)} s",
            f"price   US$ {show_dollars(bill.price_micros)}",
            f"output  {frame.width}x{frame.height}, {found.fps} fps, {frame.frames} frames, {sound}",
        )
    )
