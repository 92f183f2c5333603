"""Bodies in a report: whole where they are short, cut or left out where they are long."""

import base64
from dataclasses import dataclass

from contracts.exchange import KEPT_BYTES, CutBody

MOST_BYTES = KEPT_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A body of *size* bytes: its *text*, or *base64* where it is no UTF-8; *is_cut* tells that there is more of it."""

    size: int
    text: str | None = None
    base64: str | None = None
    is_cut: bool = False


def content_of(body: bytes) -> Content:
    """Return what a report has of *body*: text is cut, anything else that is long is left out."""
    size = body.size if isinstance(body, CutBody) else len(body)
    is_cut = size > MOST_BYTES
    # A cut may fall into a character, whose first bytes are dropped then.
    text = body[:MOST_BYTES].decode("utf-8", "ignore")
    if len(text.encode()) >= min(size, MOST_BYTES - 3) and "\x00" not in text:
        return Content(size=size, text=text, is_cut=is_cut)
    if is_cut:
        return Content(size=size, is_cut=True)
    return Content(size=size, base64=base64.b64encode(body).decode())
