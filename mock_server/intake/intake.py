"""Decide whether the media of a request are looked at before it is accepted, so that its plan can be frozen (rules MEDIA)."""

from collections.abc import Callable, Collection
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.api import Limits
from mock_server.intake.finding import Finding
from mock_server.intake.inspector import Inspector
from mock_server.shelf import Shelf
from mock_server.sources import sent
from mock_server.validation import Examined

if TYPE_CHECKING:
    from mock_server.intake.survey import Inspects, Survey

TOO_MANY = "MODE-REFERENCES"


@cache
def inspector_within(seconds: float, memory_bytes: int) -> Inspector:
    """Return the inspector of this process that gives each look *seconds* and *memory_bytes*.

    All applications share it: each of its own processes takes a while to start.
    """
    return Inspector(seconds=seconds, memory_bytes=memory_bytes)


class Intake:
    """Looks at media with *inspector*, within *limits*; *sample* finds a sample file by its name."""

    def __init__(
        self,
        limits: Limits,
        inspector: "Inspects",
        *,
        sample: Callable[[str], Path],
        fetches: bool = True,
    ) -> None:
        """Fetch what lies on a loopback URL or in the storage, unless not *fetches*: then it is taken on trust too."""
        self._limits = limits
        self._inspector = inspector
        self._sample = sample
        self._fetches = fetches

    async def look(
        self, examined: Examined, shelf: Shelf, own: Collection[str]
    ) -> tuple[Finding, ...]:
        """Return what is found in each medium that the request sent, for the owner of *shelf*.

        *own* has the origins (``http://host:port``) by which the emulator knows its own URLs. Nothing
        is looked at for a request that is refused whatever its media are, or that has too many.
        """
        candidate = examined.candidate
        if candidate.mode is None or not any(sent(candidate.media)):
            return ()
        broken = {violation.rule for violation in examined.violations}
        if TOO_MANY in broken or (broken and candidate.policies["media_errors"] == "late"):
            return ()
        return await self._survey.look(examined, candidate.mode, shelf, own)

    @cached_property
    def _survey(self) -> "Survey":
        # Most requests bring no media, and its modules are a fortieth of the start of a process.
        from mock_server.intake.survey import Survey  # noqa: PLC0415

        return Survey(self._limits, self._inspector, sample=self._sample, fetches=self._fetches)
