"""Read the bytes out of a ``data:`` URI (RFC 2397), as browsers do (the Fetch standard)."""

import binascii
import re

from mock_server.violations import show

_SCHEME = "data:"
_BASE64 = "base64"
_SPACE = b"\t\n\f\r "
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_PERCENT_AS_EQUALS = bytes.maketrans(b"%", b"=")


def decode(uri: str) -> bytes:
    """Return what *uri* holds; the media type that it declares does not matter.

    A megabyte takes some milliseconds.

    Raises:
        ValueError: *uri* is not such a URI, or its base64 or an escape is broken.
    """
    end = uri.find("#")
    end = len(uri) if end < 0 else end
    comma = uri.find(",", 0, end)
    if uri[: len(_SCHEME)].lower() != _SCHEME or comma < 0:
        raise ValueError('a data: URI has the form "data:image/png;base64,…"')
    content = uri[comma + 1 : end].encode(errors="replace")
    is_base64 = _is_base64(uri[len(_SCHEME) : comma])
    if not is_base64:
        content = content.translate(None, b"\t\n\r")
    if b"%" in content:
        content = _unescaped(content)
    return _from_base64(content) if is_base64 else content


def _is_base64(declared: str) -> bool:
    """Tell whether *declared*, which stands before the comma, ends with ``;base64``."""
    declared = declared.rstrip().lower()
    return declared.endswith(_BASE64) and declared[: -len(_BASE64)].rstrip().endswith(";")


def _unescaped(text: bytes) -> bytes:
    broken = _BROKEN_ESCAPE.search(text)
    if broken is not None:
        # Browsers let it stand, but no medium is written like that.
        begin = broken.start()
        escape = show(text[begin : begin + 3].decode(errors="replace"))
        raise ValueError(f"{escape} is not an escape; %25 would do for a percent sign")
    # Quoted-printable writes = for %, and its reader makes no object of each escape: that of URLs
    # takes seconds where there are many.
    return binascii.a2b_qp(text.replace(b"=", b"%3D").translate(_PERCENT_AS_EQUALS))


def _from_base64(text: bytes) -> bytes:
    try:
        return _from_strict_base64(text)
    except ValueError:
        # Lines and missing padding are in order; only then is the text worth a copy.
        text = text.translate(None, _SPACE)
    if b"=" not in text:
        text += b"=" * (-len(text) % 4)
    try:
        return _from_strict_base64(text)
    except ValueError as error:
        raise ValueError(f"its base64 is broken ({error})") from None


def _from_strict_base64(text: bytes) -> bytes:
    # The library overlooks one character of padding too many.
    if len(text) % 4:
        raise ValueError("Incorrect padding")
    return binascii.a2b_base64(text, strict_mode=True)
