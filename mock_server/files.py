"""Answer a request for a file as a CDN does: whole, in part, or not again (rule OUT-DOWNLOAD)."""

from typing import NamedTuple

from mock_server.answers import Answer
from mock_server.calls import Call
from mock_server.problems import Problem
from mock_server.ranges import UnsatisfiableError, read_range
from mock_server.tagged import Mapped, Tagged
from mock_server.validators import Validators
from mock_server.violations import show


class File(NamedTuple):
    """A file to hand out; *modified_at* is in Unix seconds.

    One that *is_foreign* was sent by a user: a browser shall save it and take it for nothing but what it is said to be.
    """

    name: str
    content: Tagged | Mapped
    content_type: str
    modified_at: int
    is_foreign: bool = False


def answer_with(file: File, call: Call) -> Answer:
    """Return what *call* lacks of *file*; nothing of it is copied.

    Raises:
        Problem: ``range_not_satisfiable``.
    """
    validators = Validators(etag=file.content.etag, modified_at=file.modified_at)
    disposition = "attachment" if file.is_foreign else "inline"
    headers: tuple[tuple[str, str], ...] = (
        ("accept-ranges", "bytes"),
        ("cache-control", "private"),
        ("content-disposition", f'{disposition}; filename="{file.name}"'),
        ("etag", validators.etag),
        ("last-modified", validators.last_modified),
    )
    if file.is_foreign:
        headers += (("x-content-type-options", "nosniff"),)
    sent = call.headers
    if validators.is_unchanged(sent):
        return Answer(status=304, content_type=None, headers=headers)
    content = file.content if isinstance(file.content, bytes) else memoryview(file.content)
    whole = Answer(status=200, body=content, content_type=file.content_type, headers=headers)
    is_part = "range" in sent and call.scope["method"] != "HEAD" and validators.is_continued(sent)
    return _part(whole, content, sent["range"]) if is_part else whole


def _part(whole: Answer, content: bytes | memoryview, wanted: str) -> Answer:
    """Return the range of *content* that *wanted* asks for; *whole* where it asks for none."""
    size = len(content)
    try:
        found = read_range(wanted, size)
    except UnsatisfiableError:
        message = f"Range: {show(wanted)} lies outside of the file's {size} bytes."
        headers = {"accept-ranges": "bytes", "content-range": f"bytes */{size}"}
        raise Problem("range_not_satisfiable", message, headers=headers) from None
    if found is None:
        return whole
    begin, end = found
    content_range = ("content-range", f"bytes {begin}-{end - 1}/{size}")
    body = memoryview(content)[begin:end]
    return whole._replace(status=206, body=body, headers=(*whole.headers, content_range))
