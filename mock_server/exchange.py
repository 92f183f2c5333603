"""An exchange: one request and what became of it, first on its way and then in the journal."""

from collections.abc import Iterable
from itertools import chain
from typing import Protocol

from starlette.types import Message, Scope, Send

from mock_server.answers import JSON, Answer
from mock_server.jobs import Job
from mock_server.problems import Problem, Violation
from mock_server.wire import Wire

MOST_BODY = 64 * 1024  # bytes that are kept of a body
CONTROL = "control"  # the operation of every call of the control interface
TEXT = (JSON, "text/")

OWN_BYTES = 1024  # what an exchange takes besides texts and bodies
# What is written down of an exchange until it is over.
ON_THE_WAY = (
    *("took", "operation", "job", "job_id", "sent", "received"),
    *("answer", "status", "violations", "code", "near"),
)
UNSENT = Wire(is_silent=True)
BETWEEN = b"\0"  # no header of HTTP has it


def pack(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return *headers* as one object in place of many, which would be scattered over memory when they are let go."""
    parts = [*chain.from_iterable(headers)]
    packed = BETWEEN.join(parts)
    if packed.count(BETWEEN) >= len(
        parts
    ):  # not by HTTP, but in this process anybody may send anything
        packed = BETWEEN.join(part.replace(BETWEEN, b"") for part in parts)
    return packed


class Recorder(Protocol):
    """Whoever writes exchanges down where several processes read them."""

    def sending(self, scope: Scope, exchange: "Exchange", send: Send) -> Send:
        """Return *send* that writes *exchange* first, if all of it is known before its answer is sent."""
        ...

    async def over(self, scope: Scope, exchange: "Exchange") -> None:
        """Write *exchange*, the request of *scope*, unless it was written."""
        ...


class Exchange:
    """What is known of one request; each who handles it writes down what nobody else knows.

    *began* is on the observer's timer, *took* is how many nanoseconds passed until the answer was handed
    over, *at* the moment of that on the account's clock (microseconds since the epoch). *operation* is
    None on an unknown path. *sent* is the body as far as it was read and kept, *received* its size, None where nobody
    counted. *answer* is None where the client left before there was one; *length* is the size of its body, of
    which *answered* bytes were sent, *status* None where the connection ended without one.
    Bodies that are in memory anyway are referred to, not copied.
    """

    __slots__ = (
        "answer",
        "answered",
        "at",
        "began",
        "code",
        "job",
        "job_id",
        "length",
        "method",
        "near",
        "operation",
        "packed_headers",
        "path",
        "query",
        "received",
        "request_id",
        "sent",
        "size",
        "status",
        "took",
        "violations",
    )

    # Written by `keep`, for the journal.
    method: str
    path: str
    query: bytes
    packed_headers: bytes
    at: int
    length: int
    answered: int
    size: int

    def __init__(self, request_id: str, began: int) -> None:
        """Begin; the rest is written down on the way."""
        self.request_id = request_id
        self.began = began
        self.took = 0
        self.operation: str | None = None
        self.job: Job | None = None
        self.job_id: str | None = None
        self.sent = b""
        self.received: int | None = None
        self.answer: Answer | None = None
        self.status: int | None = None
        self.violations: tuple[Violation, ...] = ()
        self.code: str | None = None
        self.near: str | None = None

    def copy(self) -> "Exchange":
        """Return what is written down by now, for whoever keeps it while the request goes on."""
        copied = Exchange(self.request_id, self.began)
        for name in ON_THE_WAY:
            setattr(copied, name, getattr(self, name))
        return copied

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers of the request."""
        if not self.packed_headers:
            return []
        parts = self.packed_headers.split(BETWEEN)
        return [*zip(parts[::2], parts[1::2], strict=True)]

    def read(self, body: bytes) -> bytes:
        """Write down what was read of the body, and return it."""
        self.sent = body
        self.received = len(body)
        return body

    def broke_off(self, body: bytearray, received: int) -> None:
        """Write down the beginning of a *body* of which so many bytes were *received*, and then no more."""
        self.sent = bytes(body[:MOST_BODY])
        self.received = received

    def told(self, answer: Answer, send: Send) -> Send:
        """Return *send* for an *answer* that goes wrong on its way: until it is begun, the client has got none."""
        self.answer = answer._replace(wire=UNSENT)

        async def sending(message: Message) -> None:
            self.answer = answer
            await send(message)

        return sending

    def end(self, took: int) -> None:
        """Write down that it is over, *took* nanoseconds after it began."""
        self.took = took
        answer = self.answer
        if answer is not None and (answer.wire is None or answer.wire.has_status):
            self.status = answer.status

    def refused(self, problem: Problem) -> None:
        """Write down why the request was refused, but not the exception, which holds on to much more."""
        self.violations = problem.violations
        self.code = problem.code
        self.near = problem.near

    def keep(self, scope: Scope, headers: bytes, at: int) -> None:
        """Write down what the journal needs of the request of *scope*, over at the moment *at*, and let go of the rest.

        *headers* are its own, packed.
        """
        self.at = at
        self.method = scope["method"]
        path = self.path = scope["path"]
        query = self.query = scope["query_string"]
        self.packed_headers = headers
        size = OWN_BYTES + len(path) + len(query) + len(headers)
        if self.sent:
            self.sent = self.sent[:MOST_BODY]  # all of it is the very same object
            size += len(self.sent)
        if self.violations:
            size += sum(len(broken.message) + len(broken.pointer) for broken in self.violations)
        answer = self.answer
        if answer is None:
            self.length = self.answered = 0
        else:
            _, body, content_type, _, wire, _ = answer
            length = self.length = self.answered = len(body)
            if (
                wire is not None
                or length > MOST_BODY
                or content_type != JSON
                or self.method == "HEAD"
            ):
                length = self._trim(answer)
            size += length
        self.size = size

    def _trim(self, answer: Answer) -> int:
        """Keep only what was sent of *answer*, only the beginning of text, and nothing of what is no text.

        Return how many bytes that are.
        """
        sent = memoryview(b"" if self.method == "HEAD" else answer.body)
        if answer.wire is not None:
            sent = sent[: answer.wire.sent_bytes] if answer.wire.has_status else sent[:0]
        self.answered = len(sent)
        is_text = answer.content_type is not None and answer.content_type.startswith(TEXT)
        body = bytes(sent[:MOST_BODY]) if is_text else b""
        self.answer = answer._replace(body=body, wire=None)
        return len(body)
