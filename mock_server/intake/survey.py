"""Look at the media of a request, each where it lies and within the limits of its kind."""

import asyncio
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol
from weakref import WeakKeyDictionary

from contracts.api import Limits
from contracts.model import Mode
from mock_server.intake import judging
from mock_server.intake.finding import Finding, Origin
from mock_server.intake.locating import DataUri, Elsewhere, Loopback, Sample, Upload, locate
from mock_server.intake.measuring import Measured, Task, Unreadable
from mock_server.intake.needs import Need, needs_of
from mock_server.intake.obtaining import Reachable, UnavailableError, obtain
from mock_server.request import Media, Medium
from mock_server.shelf import Shelf
from mock_server.sources import Kind, sent
from mock_server.storage import NowhereError
from mock_server.validation import Examined
from mock_server.violations import SHOWN_CHARACTERS

TOLD = 20
# More than the inspector has processes, so that none of them waits for a file to come.
LOOKS_AT_ONCE = 8
ORIGINS = {
    DataUri: Origin.DATA,
    Upload: Origin.UPLOAD,
    Sample: Origin.SAMPLE,
    Loopback: Origin.LOOPBACK,
    Elsewhere: Origin.ELSEWHERE,
}


class Inspects(Protocol):
    """Whoever can measure a file and write its product."""

    async def inspect(self, task: Task) -> Measured | Unreadable:
        """Return what the medium of *task* is, or why it cannot be used."""
        ...


class Survey:
    """Looks at the media of requests with *inspector*, within *limits*; *sample* finds a sample file by its name."""

    def __init__(
        self, limits: Limits, inspector: Inspects, *, sample: Callable[[str], Path], fetches: bool
    ) -> None:
        """Fetch what lies on a loopback URL or in the storage, unless not *fetches*: then it is taken on trust too."""
        self._limits = limits
        self._inspector = inspector
        self._sample = sample
        self._fetches = fetches
        self._rooms: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = (
            WeakKeyDictionary()
        )

    async def look(
        self, examined: Examined, mode: Mode, shelf: Shelf, own: Collection[str]
    ) -> tuple[Finding, ...]:
        """Return what is found in each medium of the request *examined*, which is of *mode*; see `Intake.look`."""
        needs = [*needs_of(examined, mode)]
        looked = await asyncio.gather(*(self._look(need, shelf, own) for need in needs))
        return (*looked, *_ignored(examined.candidate.media, mode, needs))

    async def _look(self, need: Need, shelf: Shelf, own: Collection[str]) -> Finding:
        medium, place = need.medium, locate(need.medium.source, own)
        if isinstance(place, (Loopback, Upload)) and not self._fetches:
            place = Elsewhere(medium.source)
        finding = _finding(medium, need.kind, ORIGINS[type(place)])
        if isinstance(place, Elsewhere):
            return finding
        try:
            async with self._room():
                return await self._look_at(need, place, finding, shelf)
        except UnavailableError as error:
            fault = judging.fault_of(medium, need.limits, error.wrong, error.reason)
        except NowhereError as error:
            reason = f"cannot be looked at: {error}"
            fault = judging.fault_of(medium, need.limits, judging.SIZE, reason)
        return finding._replace(fault=fault)

    def _room(self) -> asyncio.Semaphore:
        """Return what bounds the files, sockets and disk that looks need; a semaphore is of one event loop."""
        return self._rooms.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(LOOKS_AT_ONCE))

    async def _look_at(
        self, need: Need, place: Reachable, finding: Finding, shelf: Shelf
    ) -> Finding:
        most = min(self._limits.fetch_bytes, need.limits.max_bytes or self._limits.fetch_bytes)
        limits = self._limits._replace(fetch_bytes=most)
        file, is_ours = await obtain(place, shelf, limits, self._sample)
        try:
            return await self._inspect(need, file, finding, shelf)
        except FileNotFoundError:
            # An upload, forgotten with its account or after its time.
            raise UnavailableError(judging.URL, "is not in the storage any more") from None
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
            found = await self._inspector.inspect(need.task(file, product, self._limits))
            fault = judging.judge(need.medium, need.limits, found)
            if not isinstance(found, Measured):
                return finding._replace(size=size, fault=fault)
            is_fit = fault is None
            steps = judging.preprocessing(need.limits, found, need.sides) if is_fit else ()
            kept = None
            if is_fit and product is not None and found.has_product:
                name = f"{await asyncio.to_thread(_digest, file)}-{need.product}"
                kept = shelf.keep(product, name)
                await shelf.share(kept)
        finally:
            if product is not None:
                product.unlink(missing_ok=True)
        return finding._replace(
            size=size, measured=found, fault=fault, preprocessing=tuple(steps), product=kept
        )


def _ignored(media: Media, mode: Mode, needs: Iterable[Need]) -> Iterator[Finding]:
    """Yield what is said of the first media that *mode* does not use; nobody reads of thousands."""
    wanted = {need.medium for need in needs}
    others = ((medium, kind) for medium, kind in sent(media) if medium not in wanted)
    for medium, kind in islice(others, TOLD):
        finding = _finding(medium, kind, Origin.IGNORED)
        yield finding._replace(preprocessing=(f"{kind} ignored in {mode.name}",))


def _finding(medium: Medium, kind: Kind, origin: Origin) -> Finding:
    source = medium.source
    shown = source if len(source) <= SHOWN_CHARACTERS else f"{source[:SHOWN_CHARACTERS]}…"
    return Finding(pointer=medium.pointer, source=shown, kind=kind, origin=origin)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
