"""What the emulator's journal tells of a request of the client."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

REDACTED = "[redacted]"
KEY_HEADERS = ("authorization", "x-api-key")
SUBMIT, POLL, DOWNLOAD, LIST, SIGN, CANCEL = "submit", "poll", "download", "list", "sign", "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A request and what it was answered; *at* is when it came, in seconds since the epoch, *seconds* how long it took.

    *status* is None where the connection ended without an answer. Bodies that are no text, or too long to be kept, are None.
    """

    at: float
    seconds: float
    operation: str | None
    method: str
    path: str
    query: str
    status: int | None
    headers: Mapping[str, str]
    body: str | None
    answer_headers: Mapping[str, str]
    answer_body: str | None
    answer_bytes: int

    @property
    def ended(self) -> float:
        """When the answer was over."""
        return self.at + self.seconds

    @property
    def host(self) -> str:
        """The host and port that the request was sent to."""
        return self.headers.get("host", "")

    @property
    def has_key(self) -> bool:
        """Whether a header of it is one for keys."""
        return any(name in self.headers for name in KEY_HEADERS)

    @property
    def fields(self) -> Any:
        """The body as JSON, None where it is none."""
        return _json(self.body)

    @property
    def answer(self) -> Mapping[str, Any]:
        """The answer as a JSON object, an empty one where it is none."""
        found = _json(self.answer_body)
        return found if isinstance(found, dict) else {}

    @property
    def retry_after(self) -> int | None:
        """The seconds of Retry-After, None without them."""
        text = self.answer_headers.get("retry-after", "")
        return int(text) if text.isascii() and text.isdigit() else None


def entry_of(told: Mapping[str, Any]) -> Entry:
    """Return the entry that the journal tells as *told*."""
    request, answer = told["request"], told["answer"]
    return Entry(
        at=datetime.fromisoformat(told["at"]).timestamp(),
        seconds=(told["milliseconds"] or 0) / 1000,
        operation=told["operation"],
        method=told["method"],
        path=told["path"],
        query=told["query"],
        status=told["status"],
        headers=request["headers"],
        body=None if request["is_cut"] else request["body"],
        answer_headers=answer["headers"],
        answer_body=None if answer["is_cut"] else answer["body"],
        answer_bytes=answer["bytes"],
    )


def _json(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except (ValueError, RecursionError):
        return None
