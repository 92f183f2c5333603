"""What a model accepts of the media that a request brings along (rules MEDIA)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class MediaKind(NamedTuple):
    """One kind of media: its *formats*, by the names that people use, and how a bad one is told.

    *rule* owns what is wrong with the content; *codes* are the provider's, by what is wrong: ``url``
    (cannot be had), ``format``, ``size`` and ``duration``. A clip or a sound lasts from *seconds*
    to *seconds*, ends included, and has at most *max_bytes*. An image whose smaller or larger side lies outside
    of *sides*, in pixels by mode, is resized. *preprocessing* tells what else becomes of it before the model sees
    it: by format, and ``alpha`` for a picture with transparency.
    """

    rule: str
    formats: tuple[str, ...]
    codes: Mapping[str, str]
    seconds: tuple[float, float] | None = None
    max_bytes: int | None = None
    sides: Mapping[str, tuple[int, int]] = MappingProxyType({})
    preprocessing: Mapping[str, str] = MappingProxyType({})


class MediaLimits(NamedTuple):
    """What a model accepts of each kind of media, None where it takes none."""

    image: MediaKind | None = None
    video: MediaKind | None = None
    audio: MediaKind | None = None
