"""What was found when somebody looked at a medium of a request."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from mock_server.intake.measuring import Measured
from mock_server.problems import Violation
from mock_server.sources import Kind


class Origin(StrEnum):
    """Where a medium came from; nobody looks at what lies elsewhere, nor at what the mode ignores."""

    DATA = "data"
    UPLOAD = "upload"
    SAMPLE = "sample"
    LOOPBACK = "loopback"
    ELSEWHERE = "elsewhere"
    IGNORED = "ignored"


class Fault(NamedTuple):
    """Why a medium fails its job: the provider's *code*, and the rule that is broken."""

    code: str
    violation: Violation


class Finding(NamedTuple):
    """What became of one medium.

    *source* is shortened for people; *measured* and *size* (bytes) are None for what nobody looked at or could
    have. *preprocessing* tells what the API would do with the file, *product* is what the video is made of.
    """

    pointer: str
    source: str
    kind: Kind
    origin: Origin
    size: int | None = None
    measured: Measured | None = None
    preprocessing: tuple[str, ...] = ()
    fault: Fault | None = None
    product: Path | None = None

    def as_fields(self) -> dict[str, Any]:
        """Return the finding as the control interface and the command line show it."""
        found, fault = self.measured, self.fault
        return {
            "pointer": self.pointer,
            "source": self.source,
            "kind": self.kind,
            "origin": self.origin,
            "note": ON_TRUST if self.origin is Origin.ELSEWHERE else None,
            "bytes": self.size,
            "format": found and found.format,
            "width": found and found.width,
            "height": found and found.height,
            "seconds": found and found.seconds,
            "codec": found and found.codec,
            "sound": found and found.sound,
            "preprocessing": list(self.preprocessing),
            "error": fault
            and {
                "code": fault.code,
                "rule": fault.violation.rule,
                "message": fault.violation.message,
            },
        }


# Said of what nobody looked at.
ON_TRUST = "taken on trust: it was not fetched"


def refusals(findings: Iterable[Finding], policies: Mapping[str, str]) -> list[Violation]:
    """Return what is wrong with media, where that refuses a submission (policy ``media_errors``)."""
    if policies["media_errors"] == "late":
        return []
    return [found.fault.violation for found in findings if found.fault is not None]
