"""What holds for one model: its card, request schema, modes, rates, output and latency."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from contracts.media import MediaLimits

MICROS = 1_000_000


class Takes(StrEnum):
    """The media that a mode starts from."""

    NOTHING = "nothing"
    IMAGE = "image"
    REFERENCES = "references"


class References(NamedTuple):
    """How many references a mode takes at most: of each kind, and in all."""

    images: int
    videos: int
    total: int


class Mode(NamedTuple):
    """A way to make a video. *rule* owns a request without the media that the mode takes.

    *frame* is ``table`` (the size follows resolution and aspect ratio) or ``picture`` (it follows the
    user's image); *max_seconds* caps output and bill.
    """

    name: str
    takes: Takes
    frame: str
    flash: bool
    rule: str | None = None
    max_seconds: int | None = None
    references: References | None = None


class Rate(NamedTuple):
    """A tier of the price table; *audio* is None where the price is the same with and without.

    *rate* and *list_rate* are US dollars per second of output video, *micros_per_second* is *rate* in
    micro-dollars.
    """

    rule: str
    charge: str
    flash: bool
    resolution: str
    audio: bool | None
    rate: str
    list_rate: str
    micros_per_second: int

    def applies(self, *, resolution: str, flash: bool, audio: bool) -> bool:
        """Tell whether a video of this kind falls into the tier."""
        return self.flash == flash and self.resolution == resolution and self.audio in {None, audio}


class Output(NamedTuple):
    """What a video looks like: frames per second, and sizes by resolution and aspect ratio.

    A size that follows a picture has sides that are multiples of *multiple*; ratios beyond *widest* to
    one count as that, pictures nobody looked at as *trusted*, and the ratios of *exact* take the
    table's size.
    """

    fps: int
    content_type: str
    sizes: Mapping[str, Mapping[str, tuple[int, int]]]
    multiple: int
    widest: int
    trusted: str
    exact: tuple[str, ...]


class Drawn(NamedTuple):
    """A latency that is drawn: the middle by mode for a clip of *clip_seconds*, spread by a factor."""

    clip_seconds: float
    at_clip_seconds: Mapping[str, float]
    fixed_share: float
    resolution_factor: Mapping[str, float]
    spread: float


class Example(NamedTuple):
    """A documented sample: the request's shape and the seconds from submission to end."""

    mode: str
    flash: bool
    resolution: str
    duration: float
    seconds: float


class Latency(NamedTuple):
    """How long a job takes: profiles by name, each a number of seconds or a draw."""

    queued_share: float
    flash_factor: float
    profiles: Mapping[str, float | Drawn]
    examples: tuple[Example, ...]


class Model(NamedTuple):
    """A model of the API, as its contract document describes it.

    *aliases* maps another name of a field to the field, *defaults* a field to what it is when absent. A
    request without a seed gets one up to *largest_drawn_seed*; the provider looks at the first
    *prompt_characters* of a prompt, at all of it when that is None. *auto* finds the mode for the media
    sent, *tiers* the rate for flash, resolution and audio.
    """

    card: Mapping[str, Any]
    schema: Mapping[str, Any]
    aliases: Mapping[str, str]
    defaults: Mapping[str, Any]
    largest_drawn_seed: int
    prompt_characters: int | None
    modes: Mapping[str, Mode]
    auto: Mapping[Takes, Mode]
    rates: tuple[Rate, ...]
    tiers: Mapping[tuple[bool, str, bool], Rate]
    billing_unit: str
    output: Output
    media: MediaLimits
    latency: Latency

    @property
    def id(self) -> str:
        """The name that requests use."""
        return str(self.card["id"])

    @property
    def properties(self) -> Mapping[str, Mapping[str, Any]]:
        """The schema of each field that a request may have."""
        properties: Mapping[str, Mapping[str, Any]] = self.schema["properties"]
        return properties

    def schema_under(self, policies: Mapping[str, str]) -> dict[str, Any]:
        """Return the request schema as it stands under *policies* (name to value)."""
        fields = {name: _overlaid(schema, policies) for name, schema in self.properties.items()}
        return _overlaid(self.schema, policies) | {"properties": fields}


def _overlaid(schema: Mapping[str, Any], policies: Mapping[str, str]) -> dict[str, Any]:
    plain = {keyword: value for keyword, value in schema.items() if keyword != "x-policies"}
    for policy, overlays in schema.get("x-policies", {}).items():
        plain |= overlays.get(policies.get(policy), {})
    return plain
