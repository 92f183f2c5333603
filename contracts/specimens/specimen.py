"""A medium of which everything is known, because it was made for that."""

import base64
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Specimen:
    """A file called *name*, which is an ``image``, a ``video`` or an ``audio`` (*kind*), or nothing of the kind (None).

    *wrong* tells what is wrong with it by the contract document's name for that - ``format``, ``duration``, or ``url``
    where it cannot be had - and is None for a good one. A picture is of *size* pixels; a sound is *seconds* long and has a pitch of *hertz*.
    *rules* are those that it was made for.
    """

    name: str
    kind: str | None
    content_type: str
    content: bytes = field(repr=False)
    rules: tuple[str, ...]
    wrong: str | None = None
    size: tuple[int, int] | None = None
    seconds: float | None = None
    hertz: int | None = None

    @cached_property
    def uri(self) -> str:
        """The specimen as a ``data:`` URI."""
        return f"data:{self.content_type};base64,{base64.b64encode(self.content).decode()}"

    def wrong_as(self, kind: str) -> str | None:
        """Return what is wrong with it where a *kind* is wanted."""
        return self.wrong if self.kind in {kind, None} else "format"


ABSENT = Specimen(name="nothing", kind=None, content_type="", content=b"", rules=(), wrong="url")
