"""The journal of an account: what its clients sent, and what they were answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mock_server.testing.channel import Channel
from mock_server.testing.live import LiveSequence
from mock_server.testing.pages import MessagePage, ViolationPage


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RequestView:
    """A request and its answer; keys and signatures are redacted.

    *at* is the moment (RFC 3339, UTC) on the account's clock; *operation* is None on an unknown path, *status*
    where the connection ended without an answer; *scenario* or *fault* is what struck the answer; *rules* are those
    that the request broke, *violations* say where; *near* is the operation that was perhaps meant.
    """

    id: str
    at: str
    operation: str | None
    method: str
    path: str
    query: str
    status: int | None
    milliseconds: float
    job_id: str | None
    scenario: str | None
    fault: str | None
    rules: Sequence[str]
    violations: Sequence[ViolationPage]
    notes: Sequence[str]
    near: str | None
    request: MessagePage
    answer: MessagePage

    def __repr__(self) -> str:
        """Return method, path and status."""
        return f"<RequestView {self.method} {self.path} {self.status}>"


class MockRequests(LiveSequence[RequestView]):
    """The requests of an account as its journal has them, newest first; those of the control interface are not in it."""

    def __init__(self, channel: Channel) -> None:
        """Look at the journal through *channel*."""
        self._channel = channel

    def read(self) -> list[RequestView]:
        """Return the requests that the journal has now."""
        return self.where()

    def where(
        self,
        *,
        operation: str | None = None,
        status: int | str | None = None,
        job_id: str | None = None,
        since: datetime | str | None = None,
    ) -> list[RequestView]:
        """Return the requests of *operation* with *status* about *job_id* from the moment *since* on.

        *since* is a moment on the account's clock, with its zone; *status* is a number, a class such as
        ``"4xx"``, or ``"none"`` for those that got no answer.

        Raises:
            ValueError: a value that cannot be.
        """
        moment = since.isoformat() if isinstance(since, datetime) else since
        given = {"operation": operation, "status": status, "job_id": job_id, "since": moment}
        filters = {name: str(value) for name, value in given.items() if value is not None}
        return [RequestView(**page) for page in self._channel.requests(filters)]

    def clear(self) -> None:
        """Forget all requests so far."""
        self._channel.ask("DELETE /_mock/requests")
