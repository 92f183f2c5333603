"""How long a job takes, on the account's clock: a profile of the contract document, or plain seconds."""

from typing import NamedTuple

from contracts.model import Drawn, Latency
from mock_server.clock import SECOND, microseconds
from mock_server.draw import draw, fraction
from mock_server.exact import Number, json_number

LONGEST_SECONDS = 1_000_000_000

Choice = str | float


class Work(NamedTuple):
    """What the latency of a job depends on; *seconds* is the length of the video."""

    mode: str
    flash: bool
    resolution: str
    seconds: Number
    seed: Number


def parse_latency(value: object, latency: Latency) -> Choice:
    """Return *value* as a latency: the name of a profile, or a number of seconds.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(value, str) and value in latency.profiles:
        return value
    try:
        seconds = float(value)  # type: ignore[arg-type]  # whatever cannot be a number is refused
    except (TypeError, ValueError, OverflowError):
        seconds = -1.0
    if isinstance(value, bool) or not 0 <= seconds <= LONGEST_SECONDS:
        names = ", ".join(latency.profiles)
        raise ValueError(f"is not one of {names}, nor a number of seconds up to {LONGEST_SECONDS}")
    return seconds


def duration_of(work: Work, latency: Latency, choice: Choice) -> int:
    """Return the microseconds from the submission of *work* to its end."""
    if not isinstance(choice, str):
        return microseconds(choice)
    profile = latency.profiles[choice]
    seconds = _drawn(work, profile) if isinstance(profile, Drawn) else profile
    if work.flash:
        seconds *= latency.flash_factor
    return round(seconds * SECOND)


def _drawn(work: Work, profile: Drawn) -> float:
    """Return seconds around the profile's middle, lower or higher by up to its spread, as the seed decides."""
    share = profile.fixed_share
    length = share + (1 - share) * float(work.seconds) / profile.clip_seconds
    middle = (
        profile.at_clip_seconds[work.mode] * length * profile.resolution_factor[work.resolution]
    )
    return float(
        middle * profile.spread ** (2 * fraction(draw(json_number(work.seed), "latency")) - 1)
    )
