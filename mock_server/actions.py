"""What a fault or a scenario does to an answer."""

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from mock_server.answers import JSON, Answer
from mock_server.wire import Ending, Wire

LEAST_REFUSAL = 400
BODYLESS = frozenset({204, 304})
# Leaves the mark at the beginning of an MP4 alone, and meets the name of its index, its pictures and its sound.
CHANGED_EVERY = 37
PART = re.compile(r"bytes (\d+)-")

Part = bool | Literal["body"]


class Action(NamedTuple):
    """What is done to an answer; what is not said here stays as it is.

    A *status* of 400 or more is answered in place of the operation, which is not carried out; anything else befalls
    the answer to an operation that was. *body* stands in place of the answer's own; *headers* (lower case) are
    set, or taken away by None. *delay_seconds* pass before the first byte. *reset* is a TCP RST and
    *drop* a FIN, both before a byte; with ``body`` the RST comes in the midst of the body. After *truncate_bytes* of
    it the answer ends in a FIN, or in that RST. *malformed* is an answer that is no HTTP; with ``body`` only half
    of the body is there, and all headers fit it.

    The others are for scenarios alone: the *code* of the error, a body that *is_halved* by a FIN, one whose bytes
    the action *corrupts*, a redirect to another name of the same host, and a Range that it *ignores_range* of.
    """

    status: int | None = None
    body: bytes | None = None
    headers: Mapping[str, str | None] = {}
    delay_seconds: float = 0
    reset: Part = False
    drop: bool = False
    truncate_bytes: int | None = None
    drip_bytes_per_second: float | None = None
    malformed: Part = False
    code: str | None = None
    is_halved: bool = False
    corrupts: bool = False
    redirects: bool = False
    ignores_range: bool = False

    @property
    def is_refusal(self) -> bool:
        """Whether it stands in place of the operation, which is not carried out."""
        return self.redirects or (self.status is not None and self.status >= LEAST_REFUSAL)

    @property
    def is_of_file(self) -> bool:
        """Whether it is about a file, so that a refusal stays as it is."""
        return self.corrupts or self.ignores_range


def apply(answer: Answer, action: Action) -> Answer:
    """Return *answer* with what *action* does to it."""
    status = answer.status if action.status is None else action.status
    body = b"" if status in BODYLESS else _body(answer, action)
    content_type, headers = _headers(answer, action, status)
    if content_type is None and status not in BODYLESS:
        headers += (("content-length", str(len(body))),)  # which otherwise goes with the type
    wire = (answer.wire or Wire()).worsened(_wire(action, len(body)))
    return answer._replace(
        status=status,
        body=body,
        content_type=content_type,
        headers=headers,
        wire=None if wire == Wire() else wire,
    )


def _body(answer: Answer, action: Action) -> bytes | memoryview:
    body = answer.body if action.body is None else action.body
    if action.corrupts:
        part = PART.match(dict(answer.headers).get("content-range", ""))
        body = _corrupted(body, int(part[1]) if part else 0)
    return body[: len(body) // 2] if action.malformed == "body" else body


def _corrupted(content: bytes | memoryview, begin: int) -> bytes:
    """Return *content*, which begins at byte *begin* of a file, with bytes changed: in each range the same ones."""
    changed = bytearray(content)
    places = slice((CHANGED_EVERY - 1 - begin) % CHANGED_EVERY, None, CHANGED_EVERY)
    changed[places] = bytes(byte ^ 0xFF for byte in changed[places])
    return bytes(changed)


def _headers(
    answer: Answer, action: Action, status: int
) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """Return the content type and the other headers."""
    given = dict(action.headers)
    usual = None if status in BODYLESS else answer.content_type or JSON
    content_type = given.pop("content-type", usual)
    kept = [(name, text) for name, text in answer.headers if name.lower() not in given]
    added = [(name, text) for name, text in given.items() if text is not None]
    return content_type, (*kept, *added)


def _wire(action: Action, size: int) -> Wire:
    """Return how an answer with a body of *size* bytes goes over the wire."""
    in_half = action.is_halved or action.reset == "body"
    return Wire(
        delay_seconds=action.delay_seconds,
        bytes_per_second=action.drip_bytes_per_second,
        sent_bytes=size // 2
        if in_half and action.truncate_bytes is None
        else action.truncate_bytes,
        ending=Ending.RESET
        if action.reset
        else Ending.DROP
        if action.drop or action.malformed is True
        else Ending.NEXT,
        is_silent=action.reset is True or action.drop,
        is_garbage=action.malformed is True,
    )
