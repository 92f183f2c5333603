"""Byte ranges of a download (RFC 9110, section 14; rule OUT-DOWNLOAD)."""

import re

_SINGLE = re.compile(r"bytes\s*=\s*(?:([0-9]+)\s*-\s*([0-9]*)|-\s*([0-9]+))", re.IGNORECASE)

# A longer number means the same as the largest of this length: beyond any file.
_DIGITS = 18


class UnsatisfiableError(ValueError):
    """The range begins beyond the end of the file, or asks for its last 0 bytes."""


def read_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first byte and the one after the last that *header* asks for, of a file of *size* bytes.

    None stands for the whole file: another unit, several ranges and anything malformed may be ignored.

    Raises:
        UnsatisfiableError: no byte of the file is in the range.
    """
    form = _SINGLE.fullmatch(header.strip())
    if form is None:
        return None
    first, last, suffix = map(_number, form.groups())
    if suffix is not None:
        begin, end = max(size - suffix, 0), size
    else:
        assert first is not None
        if last is not None and last < first:
            return None
        begin, end = first, size if last is None else min(last + 1, size)
    if begin >= end:
        raise UnsatisfiableError(f"{header!r} lies outside of the {size} bytes")
    return begin, end


def _number(digits: str | None) -> int | None:
    if not digits:
        return None
    return int(digits) if len(digits) <= _DIGITS else 10**_DIGITS
