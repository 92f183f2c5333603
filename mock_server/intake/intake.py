"""Look at the media of a request before it is accepted, so that its plan can be frozen (rules MEDIA)."""

import asyncio
import hashlib
from collections.abc import Callable, Collection, Iterator
from math import ceil
from pathlib import Path
from typing import NamedTuple

from contracts.api import Limits
from contracts.media import MediaKind
from contracts.model import Mode, Takes
from mock_server.intake import judging
from mock_server.intake.finding import Finding, Origin
from mock_server.intake.inspector import Inspector
from mock_server.intake.locating import DataUri, Elsewhere, Loopback, Sample, Upload, locate
from mock_server.intake.measuring import Measured, Task
from mock_server.intake.obtaining import UnavailableError, obtain
from mock_server.request import Medium
from mock_server.sources import Kind, sent, used
from mock_server.storage import Shelf
from mock_server.validation import Examined
from mock_server.violations import show

ORIGINS = {
    DataUri: Origin.DATA,
    Upload: Origin.UPLOAD,
    Sample: Origin.SAMPLE,
    Loopback: Origin.LOOPBACK,
    Elsewhere: Origin.ELSEWHERE,
}


class Need(NamedTuple):
    """What a mode needs of one medium; *seconds* of sound, where the video shall have it."""

    medium: Medium
    kind: Kind
    limits: MediaKind
    sides: tuple[int, int] | None
    picture: bool
    seconds: int

    @property
    def product(self) -> str | None:
        """What tells the products of one file apart, None where the video needs none of it."""
        if self.picture:
            return "{}-{}.jpg".format(*self.sides) if self.sides is not None else "whole.jpg"
        return f"{self.seconds}.m4a" if self.seconds else None


class Intake:
    """Looks at media with *inspector*, within *limits*; *sample* finds a sample file by its name."""

    def __init__(
        self,
        limits: Limits,
        inspector: Inspector,
        *,
        sample: Callable[[str], Path],
        fetches: bool = True,
    ) -> None:
        """Fetch what lies on a loopback URL, unless not *fetches*: then it is taken on trust too."""
        self._limits = limits
        self._inspector = inspector
        self._sample = sample
        self._fetches = fetches

    async def look(
        self, examined: Examined, shelf: Shelf, own: Collection[str]
    ) -> tuple[Finding, ...]:
        """Return what is found in each medium that the request sent, for the owner of *shelf*.

        *own* has the origins (``http://host:port``) by which the emulator knows its own URLs. Nothing
        is looked at for a request that is refused whatever its media are.
        """
        candidate = examined.candidate
        if candidate.mode is None or not any(sent(candidate.media)):
            return ()
        if examined.violations and candidate.policies["media_errors"] == "late":
            return ()
        needs = {need.medium: need for need in _needs(examined, candidate.mode)}
        looks = (
            self._look(needs[medium], shelf, own)
            if medium in needs
            else _ignored(medium, kind, candidate.mode)
            for medium, kind in sent(candidate.media)
        )
        return tuple(await asyncio.gather(*looks))

    async def _look(self, need: Need, shelf: Shelf, own: Collection[str]) -> Finding:
        medium, place = need.medium, locate(need.medium.source, own)
        if isinstance(place, Loopback) and not self._fetches:
            place = Elsewhere(medium.source)
        finding = _finding(medium, need.kind, ORIGINS[type(place)])
        if isinstance(place, Elsewhere):
            return finding
        try:
            file, is_ours = await obtain(place, shelf, self._limits, self._sample)
        except UnavailableError as error:
            fault = judging.fault_of(medium, need.limits, error.wrong, error.reason)
            return finding._replace(fault=fault)
        try:
            return await self._inspect(need, file, finding, shelf)
        finally:
            if is_ours:
                file.unlink(missing_ok=True)

    async def _inspect(self, need: Need, file: Path, finding: Finding, shelf: Shelf) -> Finding:
        size = (await asyncio.to_thread(file.stat)).st_size
        fault = judging.too_large(need.medium, need.limits, size)
        if fault is not None:
            return finding._replace(size=size, fault=fault)
        product = None if need.product is None else shelf.scratch()
        try:
            found = await self._inspector.inspect(self._task(need, file, product))
            fault = judging.judge(need.medium, need.limits, found)
            if not isinstance(found, Measured):
                return finding._replace(size=size, fault=fault)
            is_fit = fault is None
            steps = judging.preprocessing(need.kind, found, need.sides) if is_fit else ()
            kept = None
            if is_fit and product is not None and found.has_product:
                name = f"{await asyncio.to_thread(_digest, file)}-{need.product}"
                kept = shelf.keep(product, name)
        finally:
            if product is not None:
                product.unlink(missing_ok=True)
        return finding._replace(
            size=size, measured=found, fault=fault, preprocessing=tuple(steps), product=kept
        )

    def _task(self, need: Need, file: Path, product: Path | None) -> Task:
        return Task(
            kind=need.kind.value,
            path=file,
            formats=need.limits.formats,
            max_pixels=self._limits.decode_pixels,
            max_seconds=need.limits.seconds[1] if need.limits.seconds is not None else None,
            sides=need.sides,
            product=product,
            product_seconds=need.seconds,
        )


def _needs(examined: Examined, mode: Mode) -> Iterator[Need]:
    """Yield what *mode* needs of each medium that it uses; a request that is refused needs no products."""
    candidate = examined.candidate
    is_made, fields = not examined.violations, candidate.fields
    seconds = ceil(fields["duration"]) if is_made and fields.get("audio", True) else 0
    for medium, kind in used(candidate.media, mode):
        limits = kind.limits(candidate.model.media)
        yield Need(
            medium=medium,
            kind=kind,
            limits=limits,
            sides=limits.sides.get(mode.name),
            picture=is_made and kind is Kind.IMAGE and mode.takes is Takes.IMAGE,
            seconds=seconds if kind is not Kind.IMAGE else 0,
        )


async def _ignored(medium: Medium, kind: Kind, mode: Mode) -> Finding:
    finding = _finding(medium, kind, Origin.IGNORED)
    return finding._replace(preprocessing=(f"{kind} ignored in {mode.name}",))


def _finding(medium: Medium, kind: Kind, origin: Origin) -> Finding:
    return Finding(pointer=medium.pointer, source=show(medium.source), kind=kind, origin=origin)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
