"""Whether a medium that was looked at is what the contract wants, and what the API would do with it."""

from collections.abc import Iterator

from contracts.media import MediaKind
from mock_server.intake.finding import Fault
from mock_server.intake.measuring import Measured, Unreadable
from mock_server.intake.preprocessing import Sides, resized
from mock_server.problems import Violation
from mock_server.request import Medium
from mock_server.violations import show

URL, FORMAT, SIZE, DURATION = "url", "format", "size", "duration"
ALPHA = "alpha"


def fault_of(medium: Medium, limits: MediaKind, wrong: str, reason: str) -> Fault:
    """Return the fault of *medium* in what is *wrong* with it: `URL`, `FORMAT`, `SIZE` or `DURATION`."""
    field = medium.pointer.removeprefix("/")
    message = f"{field}: {show(medium.source)} {reason}."
    violation = Violation(rule=limits.rule, pointer=medium.pointer, message=message)
    return Fault(code=limits.codes[wrong], violation=violation)


def too_large(medium: Medium, limits: MediaKind, size: int) -> Fault | None:
    """Return the fault of a file that has more bytes than it may."""
    if limits.max_bytes is None or size <= limits.max_bytes:
        return None
    reason = f"has {size} bytes, which are more than {limits.max_bytes}"
    return fault_of(medium, limits, SIZE, reason)


def judge(medium: Medium, limits: MediaKind, found: Measured | Unreadable) -> Fault | None:
    """Return what is wrong with *medium* by what was *found*, None when it is fit for use."""
    if isinstance(found, Unreadable):
        return fault_of(medium, limits, FORMAT, found.reason)
    if limits.seconds is not None and found.seconds is not None:
        least, most = limits.seconds
        if not least <= found.seconds <= most:
            lasts = f"{found.seconds:g} s" if found.seconds <= most else f"more than {most:g} s"
            reason = f"lasts {lasts}; {least:g} to {most:g} s would do"
            return fault_of(medium, limits, DURATION, reason)
    return None


def preprocessing(limits: MediaKind, found: Measured, sides: Sides | None) -> Iterator[str]:
    """Yield what the API would do with a medium that is fit for use, before the model sees it."""
    if found.format in limits.preprocessing:
        yield limits.preprocessing[found.format]
    if found.has_alpha and ALPHA in limits.preprocessing:
        yield limits.preprocessing[ALPHA]
    if sides is not None and found.width is not None and found.height is not None:
        size = found.width, found.height
        wanted = resized(*size, sides)
        if wanted != size:
            yield f"resize {size[0]}x{size[1]} → {wanted[0]}x{wanted[1]}"
