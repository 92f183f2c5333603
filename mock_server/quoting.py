"""What a request would cost and give, offline."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from contracts.document import Contract
from mock_server.exact import json_number
from mock_server.intake.finding import ON_TRUST, Finding, refusals
from mock_server.jobs import Frame
from mock_server.latency import Choice
from mock_server.planning import Terms, frame_of
from mock_server.pricing import Quote, dollars, quote, show_dollars
from mock_server.rendering import CURRENCY
from mock_server.request import Request
from mock_server.samples import fixture_path
from mock_server.scenarios.catalogue import SCENARIOS
from mock_server.settings import Settings
from mock_server.shelf import Bounds
from mock_server.sources import sent
from mock_server.storage import Storage
from mock_server.validation import Examined, Validation

ANY_LATENCY: Choice = 0.0
SETTINGS = Settings()
NOTHING_KEPT = Bounds(product_bytes=0, upload_bytes=0, upload_lifetime=0)
# Where an emulator with default settings has its sample files.
OWN = frozenset(f"http://{host}:{SETTINGS.port}" for host in (SETTINGS.host, "localhost"))


class Estimate(NamedTuple):
    """A valid request with its bill, its media and its video."""

    request: Request
    quote: Quote
    findings: tuple[Finding, ...]
    frame: Frame
    fps: int


def estimate(raw: bytes, contract: Contract, policies: Mapping[str, str]) -> Estimate:
    """Return what the request that *raw* spells gets under *policies*.

    Its media are looked at where they lie in the request itself; nothing is fetched.

    Raises:
        Problem: the request breaks a rule.
    """
    validation = Validation(contract)
    examined = validation.check(validation.read(raw), policies)
    findings = _look(examined, contract) if any(sent(examined.candidate.media)) else ()
    request = validation.accept(examined, refusals(findings, policies))
    return estimate_of(request, findings, contract, policies)


def estimate_of(
    request: Request,
    findings: tuple[Finding, ...],
    contract: Contract,
    policies: Mapping[str, str],
) -> Estimate:
    """Return what *request*, whose media are *findings*, gets under *policies*."""
    model = contract.models[request.model]
    bill = quote(request, model)
    terms = Terms(policies=policies, latency=ANY_LATENCY)
    frame = frame_of(request, bill, model, terms, findings)
    return Estimate(
        request=request, quote=bill, findings=findings, frame=frame, fps=model.output.fps
    )


def _look(examined: Examined, contract: Contract) -> tuple[Finding, ...]:
    # Few requests bring media along, and what looks at them takes its time to load.
    from mock_server.intake.intake import Intake, inspector_within  # noqa: PLC0415

    limits = contract.api.limits
    inspector = inspector_within(limits.decode_seconds, limits.decode_memory_bytes)
    intake = Intake(limits, inspector, sample=fixture_path, fetches=False)
    with Storage() as storage:
        shelf = storage.shelf("quote", NOTHING_KEPT, lambda: 0)
        return asyncio.run(intake.look(examined, shelf, OWN))


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
        "scenarios": [*found.request.scenarios],
        "media": [finding.as_fields() for finding in found.findings],
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
            *(f"mock    {SCENARIOS[name].text} ({name})" for name in found.request.scenarios),
            *(f"media   {line}" for finding in found.findings for line in _lines(finding)),
        )
    )


def _lines(finding: Finding) -> Iterator[str]:
    """Yield what a person wants to know of a medium."""
    if finding.fault is not None:
        yield f"fails the job, which then costs nothing, with {finding.fault.code}: {finding.fault.violation.message}"
        return
    found, field = finding.measured, finding.pointer.removeprefix("/")
    if found is None:
        yield f"{field}: {', '.join(finding.preprocessing) or ON_TRUST}"
        return
    size = [f"{found.width}x{found.height}"] if found.width is not None else []
    seconds = [f"{found.seconds:g} s"] if found.seconds is not None else []
    yield f"{field}: {', '.join((found.format, *size, *seconds, *finding.preprocessing))}"
