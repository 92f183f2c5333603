"""An exchange: one request and what became of it, first on its way and then in the journal."""

from collections.abc import Sequence
from itertools import chain

from starlette.types import Scope

from mock_server.answers import JSON, Answer
from mock_server.jobs import Job
from mock_server.problems import Problem, Violation

MOST_BODY = 64 * 1024  # bytes that are kept of a body
CONTROL = "control"  # the operation of every call of the control interface
TEXT = (JSON, "text/")

# What the values take besides their bytes.
OWN_BYTES = 1024
HEADER_BYTES = 144


class Exchange:
    """What is known of one request; each who handles it writes down what nobody else knows.

    *began* is on the observer's timer, *took* is how many nanoseconds passed until the answer was handed
    over, *at* the moment of that on the account's clock (microseconds since the epoch). *operation* is
    None on an unknown path. *sent* is the body as far as it was read and kept, *received* its size, None where nobody
    counted. *answer* is None where the client left before there was one; *length* is the size of its body, of
    which *answered* bytes were sent, *status* None where the connection ended without one.
    Bodies that are in memory anyway are referred to, not copied.
    """

    # Defaults stand in the class: most are never written, and this is made for every request.
    operation: str | None = None
    job: Job | None = None
    job_id: str | None = None
    sent: bytes = b""
    received: int | None = None
    answer: Answer | None = None
    violations: tuple[Violation, ...] = ()
    code: str | None = None
    near: str | None = None
    status: int | None = None
    length: int = 0
    answered: int = 0
    took: int = 0
    at: int = 0
    size: int = 0
    method: str = ""
    path: str = ""
    query: bytes = b""
    headers: Sequence[tuple[bytes, bytes]] = ()

    def __init__(self, request_id: str, began: int) -> None:
        """Begin; the rest is written down on the way."""
        self.request_id = request_id
        self.began = began

    def read(self, body: bytes) -> bytes:
        """Write down what was read of the body, and return it."""
        self.sent = body
        self.received = len(body)
        return body

    def broke_off(self, body: bytearray, received: int) -> None:
        """Write down the beginning of a *body* of which so many bytes were *received*, and then no more."""
        self.sent = bytes(body[:MOST_BODY])
        self.received = received

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

    def keep(self, scope: Scope) -> None:
        """Write down what the journal needs of the request of *scope*, and let go of everything else."""
        self.method = scope["method"]
        self.path = scope["path"]
        self.query = scope["query_string"]
        headers = self.headers = scope["headers"]
        if len(self.sent) > MOST_BODY:
            self.sent = self.sent[:MOST_BODY]
        size = OWN_BYTES + len(self.path) + len(self.query) + len(self.sent)
        size += len(headers) * HEADER_BYTES + sum(map(len, chain.from_iterable(headers)))
        answer = self.answer
        if answer is not None:
            self.length = self.answered = len(answer.body)
            if (
                answer.content_type != JSON
                or answer.wire is not None
                or self.answered > MOST_BODY
                or self.method == "HEAD"
            ):
                answer = self._trim(answer)
            size += len(answer.body)
        if self.violations:
            size += sum(len(broken.message) for broken in self.violations)
        self.size = size

    def _trim(self, answer: Answer) -> Answer:
        """Keep only what was sent of *answer*, only the beginning of text, and nothing of what is no text."""
        sent = memoryview(b"" if self.method == "HEAD" else answer.body)
        if answer.wire is not None:
            sent = sent[: answer.wire.sent_bytes] if answer.wire.has_status else sent[:0]
        self.answered = len(sent)
        is_text = answer.content_type is not None and answer.content_type.startswith(TEXT)
        body = bytes(sent[:MOST_BODY]) if is_text else b""
        trimmed = self.answer = answer._replace(body=body, wire=None)
        return trimmed
